import Foundation
import ServerHarness
import Testing
import TransportSecurity

@Suite struct BoundedFileTests {
    private func problem(_ path: String, atMost limit: Int = 4) -> String? {
        #expect(throws: BoundedFileError.self) { try BoundedFile.text(path, atMost: limit) }?.message
    }

    @Test func aFileIsReadUpToItsBound() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        try Data("häh".utf8).write(to: URL(filePath: path))
        #expect(try BoundedFile.text(path, atMost: 4) == "häh")
        #expect(try BoundedFile.read(path, atMost: 4) == Array("häh".utf8))
        #expect(problem(path, atMost: 3) == "\(path) has more than 3 bytes and is not read")
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("file")
        #expect(problem(path) == "Cannot read \(path): No such file or directory")
        #expect(problem(directory.url.path()) == "Cannot read \(directory.url.path()): Is a directory")
        try Data([0x68, 0xFF]).write(to: URL(filePath: path))
        #expect(problem(path) == "\(path) is no text in UTF-8")
        #expect(try BoundedFile.read(path) == [0x68, 0xFF])
    }
}
