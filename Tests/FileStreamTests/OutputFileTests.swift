import ConnectAPI
import Glibc
import Testing

@testable import FileStream

@Suite struct OutputFileTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: [("", "new\n"), ("whole\n", "whole\nnew\n"), ("cut", "cut\nnew\n")])
    func aLineThatWasCutOffGetsItsEnd(before: String, after: String) throws {
        let file = TemporaryFile()
        file.append(before)
        var output = try OutputFile(appendingTo: file.path)
        var line = Self.bytes("new\n")
        try output.write(&line)
        try output.synchronize()
        output.close()
        #expect(line.isEmpty)
        #expect(file.bytes == Self.bytes(after))
    }

    @Test func afterAWriteThatFailedNothingIsTakenOrFlushed() throws {
        let file = TemporaryFile()
        file.append("")
        // Open for reading only, so that writes fail and syncs would not.
        let descriptor = open(file.path, O_RDONLY)
        var output = OutputFile(name: "f", descriptor: descriptor)
        var line = Self.bytes("line\n")
        let first = #expect(throws: ConnectError.self) { try output.write(&line) }
        #expect(fsync(descriptor) == 0)
        let second = #expect(throws: ConnectError.self) { try output.synchronize() }
        #expect(first?.message == second?.message)
        #expect(throws: ConnectError.self) { try output.write(&line) }
        output.close()
    }

    @Test func afterASyncThatFailedNothingIsTakenOrFlushed() throws {
        var output = OutputFile(name: "f", descriptor: -1)
        #expect(throws: ConnectError.self) { try output.synchronize() }
        let again = #expect(throws: ConnectError.self) { try output.synchronize() }
        #expect(again?.message.hasPrefix("Cannot flush f") == true)
        var line = Self.bytes("line\n")
        let write = #expect(throws: ConnectError.self) { try output.write(&line) }
        #expect(write?.message.hasPrefix("Cannot flush f") == true)
    }

    @Test func aNamedPipeIsWrittenToAsItIs() throws {
        let file = TemporaryFile()
        #expect(mkfifo(file.path, 0o600) == 0)
        let reader = open(file.path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        var output = try OutputFile(appendingTo: file.path)
        var line = Self.bytes("line\n")
        try output.write(&line)
        try output.synchronize()
        output.close()
        var read = [UInt8](repeating: 0, count: 10)
        #expect(Glibc.read(reader, &read, 10) == 5)
    }
}
