import ConnectAPI
import Foundation
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectRuntime

@Suite struct OffsetFileTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path("offsets") }

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    private func content() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    private func entries() throws -> [String: String] {
        let entries = try OffsetFile.open(path).entries
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.key.string, $0.value.string) })
    }

    private func append(_ records: [(String, String?)]) throws {
        let file = try OffsetFile.open(path)
        try file.append(records.map { (ByteSlice($0.0), $0.1.map { ByteSlice($0) }) })
    }

    @Test func whatWasWrittenIsThereAgain() throws {
        #expect(try entries().isEmpty)
        try append([("a", "1"), ("b", "2")])
        try append([("a", "3"), ("b", nil), ("ü", "")])
        #expect(try entries() == ["a": "3", "ü": ""])
    }

    /// The drawing of docs/format/connect-offsets.md, byte for byte.
    @Test func anEntryHasTheBytesOfItsDrawing() throws {
        let content: [UInt8] = [
            0, 0, 0, 2, 0, 0, 0, 1, 0x6B, 0, 0, 0, 1, 0x76, 0, 0, 0, 1, 0x6C, 0xFF, 0xFF, 0xFF, 0xFF,
        ]
        let checksum = content.withUnsafeBytes { CRC32C.checksum(of: $0) }
        let expected =
            [0, 0, 0, UInt8(content.count)] + withUnsafeBytes(of: checksum.bigEndian) { Array($0) } + content
        #expect(
            try OffsetFileContent.encodedEntry([(ByteSlice("k"), ByteSlice("v")), (ByteSlice("l"), nil)]) == expected)
        try write(OffsetFileContent.magic + expected)
        #expect(try entries() == ["k": "v"])
        #expect(OffsetFileContent.magic == Array("MRCOFF".utf8) + [0, 1])
    }

    @Test func openingLeavesOnlyWhatIsInForce() throws {
        for number in 0..<50 { try append([("key", "\(number)")]) }
        _ = try entries()
        #expect(try content() == OffsetFileContent.encoded([ByteSlice("key"): ByteSlice("49")]))
    }

    @Test func aFileThatGrewIsRewrittenWhileItIsOpen() throws {
        let file = try OffsetFile.open(path)
        let value = ByteSlice([UInt8](repeating: 0x61, count: 100_000))
        for _ in 0..<30 { try file.append([(ByteSlice("key"), value)]) }
        #expect(try content().count < 1_500_000)
        #expect(file.entries == [ByteSlice("key"): value])
    }

    @Test func aWriteThatWasCutOffIsLeftOutWhereverItWasCut() throws {
        try append([("a", "1")])
        let whole = try content()
        let last = try OffsetFileContent.encodedEntry([
            (ByteSlice("a"), ByteSlice("2")), (ByteSlice("b"), ByteSlice("3")),
        ])
        for cut in 0..<last.count {
            try write(whole + last[..<cut])
            #expect(try entries() == ["a": "1"], "cut at \(cut)")
        }
        // The file had its new length already, the bytes were not there yet.
        try write(whole + [UInt8](repeating: 0, count: last.count))
        let file = try OffsetFile.open(path)
        #expect(file.notices.count == 1 && file.entries.count == 1)
    }

    @Test func damageBeforeAnIntactEntryIsReportedAndNothingChanged() throws {
        let first = try OffsetFileContent.encodedEntry([(ByteSlice("a"), ByteSlice("1"))])
        let second = try OffsetFileContent.encodedEntry([(ByteSlice("b"), ByteSlice("2"))])
        for place in first.indices {
            var bytes = OffsetFileContent.magic + first + second
            bytes[OffsetFileContent.magic.count + place] ^= 0x40
            try write(bytes)
            let error = #expect(throws: ConnectError.self) { try OffsetFile.open(path) }
            #expect(error?.message.contains("\(path) is damaged at byte 8") == true, "\(place)")
            #expect(try content() == bytes)
        }
    }

    @Test func aFileOfAnotherKindIsLeftAlone() throws {
        try write(Array("key=value\n".utf8))
        #expect(throws: ConnectError.self) { try OffsetFile.open(path) }
        #expect(try content() == Array("key=value\n".utf8))
    }

    @Test func twoWorkersDoNotShareAFile() throws {
        let first = try OffsetFile.open(path)
        let error = #expect(throws: ConnectError.self) { try OffsetFile.open(path) }
        #expect(error?.message.hasPrefix("Another worker has \(path): ") == true)
        try first.append([(ByteSlice("a"), ByteSlice("1"))])
    }

    @Test func theFileOfKafkasWorkerIsTakenOverAndKept() throws {
        let java = JavaOffsetMapTests.bytes([("[\"c\",{\"filename\":\"f\"}]", "{\"position\":7}")])
        try write(java)
        #expect(try entries() == ["[\"c\",{\"filename\":\"f\"}]": "{\"position\":7}"])
        #expect(try content().starts(with: OffsetFileContent.magic))
        #expect(Array(try Data(contentsOf: URL(filePath: path + ".imported"))) == java)
        #expect(try entries().count == 1)
    }
}

@Suite struct JavaOffsetMapTests {
    /// The stream that the Java Object Serialization Specification gives for such a map.
    static func bytes(_ entries: [(String, String)]) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { withUnsafeBytes(of: Int32(value).bigEndian) { Array($0) } }
        func text(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + Array(text.utf8) }
        var bytes: [UInt8] = [0xAC, 0xED, 0x00, 0x05, 0x73, 0x72] + text("java.util.HashMap")
        bytes += [0x05, 0x07, 0xDA, 0xC1, 0xC3, 0x16, 0x60, 0xD1, 0x03, 0x00, 0x02]
        bytes += [UInt8(ascii: "F")] + text("loadFactor") + [UInt8(ascii: "I")] + text("threshold") + [0x78, 0x70]
        bytes += [0x3F, 0x40, 0x00, 0x00] + number(12) + [0x77, 0x08] + number(16) + number(entries.count)
        var isFirst = true
        for array in entries.flatMap({ [$0.0, $0.1] }) {
            bytes.append(0x75)
            if isFirst {
                bytes += [0x72] + text("[B") + [0xAC, 0xF3, 0x17, 0xF8, 0x06, 0x08, 0x54, 0xE0, 0x02, 0, 0, 0x78, 0x70]
                isFirst = false
            } else {
                bytes += [0x71, 0x00, 0x7E, 0x00, 0x02]
            }
            bytes += number(array.utf8.count) + Array(array.utf8)
        }
        return bytes + [0x78]
    }

    private func read(_ bytes: [UInt8]) throws -> [String: String] {
        let pairs = try JavaOffsetMap(bytes).entries.map {
            (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func entriesAreRead() throws {
        #expect(try read(Self.bytes([])) == [:])
        #expect(try read(Self.bytes([("a", "1"), ("b", ""), ("c", "3")])) == ["a": "1", "b": "", "c": "3"])
    }

    @Test func nullsAreLeftOutAndReferencesFollowed() throws {
        var bytes = Self.bytes([("a", "1")])
        bytes.removeLast()
        // Two entries more: null to null, and the first array (0x7E0003) to the second one.
        bytes += [0x70, 0x70, 0x71, 0x00, 0x7E, 0x00, 0x03, 0x71, 0x00, 0x7E, 0x00, 0x04, 0x78]
        let size = try #require(bytes.firstIndex(of: 0x77)) + 9
        bytes[size] = 3
        #expect(try JavaOffsetMap(bytes).entries.count == 2)
    }

    @Test func everyCutAndEveryOtherClassIsRefused() throws {
        let whole = Self.bytes([("a", "1"), ("b", "2")])
        for cut in 0..<whole.count {
            #expect(throws: JavaOffsetMap.Problem.self) { try JavaOffsetMap(Array(whole[..<cut])) }
        }
        #expect(throws: JavaOffsetMap.Problem.self) { try JavaOffsetMap(whole + [0]) }
        for place in [4, 10, 30, 33, 50, 61, 72] {
            var bytes = whole
            bytes[place] ^= 0x01
            #expect(throws: JavaOffsetMap.Problem.self, "\(place)") { try JavaOffsetMap(bytes) }
        }
    }

    @Test func aLengthBeyondTheFileTakesNoMemory() throws {
        var bytes = Self.bytes([("a", "1")])
        let length = bytes.count - 1 - 1 - 4
        for place in length..<length + 4 { bytes[place] = place == length ? 0x7F : 0xFF }
        #expect(throws: JavaOffsetMap.Problem.self) { try JavaOffsetMap(bytes) }
    }
}
