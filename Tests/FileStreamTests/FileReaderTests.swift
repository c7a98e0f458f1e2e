import ConnectAPI
import Glibc
import Testing

@testable import FileStream

/// A file that a pattern found and that goes to where the pattern does not look.
@Suite struct FileReaderTests {
    private let folder = TemporaryFolder()
    private let start = ContinuousClock.now

    private func read(_ reader: inout FileReader, after time: Duration) throws -> [String] {
        var batch = PollBatch(instant: start + time)
        while try reader.read(into: &batch, limit: 100) {}
        return batch.finish().flatMap(\.records).compactMap(\.value.string)
    }

    @Test func aFileThatWasMovedAwayIsLetGoOfOnceItIsQuiet() throws {
        folder.write("a.log", "one\n")
        var reader = FileReader(path: "\(folder.path)/a.log", topic: "t", releasesRemovedFiles: true)
        reader.goOn(at: FileReader.Place())
        #expect(try read(&reader, after: .zero) == ["one"])
        #expect(rename("\(folder.path)/a.log", "\(folder.path)/moved") == 0)
        #expect(try read(&reader, after: .seconds(10)).isEmpty)
        folder.write("moved", "two\nrest")
        #expect(try read(&reader, after: .seconds(65)) == ["two"])
        #expect(try read(&reader, after: .seconds(120)).isEmpty)
        #expect(reader.isOpen, "the minute begins with what was read last")
        #expect(try read(&reader, after: .seconds(126)) == ["rest"])
        #expect(!reader.isOpen)
        folder.write("a.log", "a new file of the name\n")
        #expect(try read(&reader, after: .seconds(127)) == ["a new file of the name"])
        reader.close()
    }

    @Test func aNamedFileIsWaitedFor() throws {
        folder.write("a.log", "one\n")
        var reader = FileReader(path: "\(folder.path)/a.log", topic: "t")
        reader.goOn(at: FileReader.Place())
        #expect(try read(&reader, after: .zero) == ["one"])
        #expect(rename("\(folder.path)/a.log", "\(folder.path)/moved") == 0)
        #expect(try read(&reader, after: .zero).isEmpty)
        #expect(try read(&reader, after: .seconds(3600)).isEmpty)
        #expect(reader.isOpen)
        reader.close()
    }
}
