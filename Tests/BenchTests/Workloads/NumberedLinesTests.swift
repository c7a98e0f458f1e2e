import Foundation
import RecordFormat
import ServerHarness
import Testing

@testable import millrace_bench

struct NumberedLinesTests {
    @Test func linesDifferAndHaveOneSize() {
        let lines = NumberedLines(count: 12, size: 11)
        #expect(lines.line(0).string == "0000000000x" && lines.line(11).string == "0000000011x")
        #expect(lines.bytes.count == 12 * 12)
        #expect(lines.bytes.string.hasSuffix("0000000010x\n0000000011x\n"))
        #expect(NumberedLines(count: 1, size: NumberedLines.smallestSize).bytes.string == "0000000000\n")
    }

    @Test func aCopyIsTheSameAndAnythingElseIsNot() throws {
        let directory = try TemporaryDirectory()
        let (path, copy) = (directory.path("lines"), directory.path("copy"))
        // More than is read at once.
        let lines = NumberedLines(count: 50_000, size: 20)
        try lines.save(to: path)
        try NumberedLines.copy(path, to: copy)
        #expect(NumberedLines.size(of: copy) == lines.bytes.count)
        #expect(try lines.areAll(of: copy))
        #expect(try !NumberedLines(count: 49_999, size: 20).areAll(of: copy))
        #expect(try !NumberedLines(count: 50_001, size: 20).areAll(of: copy))
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: copy)))
        bytes[bytes.count - 2] = UInt8(ascii: "y")
        try Data(bytes).write(to: URL(filePath: copy))
        #expect(try !lines.areAll(of: copy))
        NumberedLines.remove(copy)
        #expect(NumberedLines.size(of: copy) == 0)
        #expect(throws: BenchFailure.self) { _ = try lines.areAll(of: copy) }
    }
}
