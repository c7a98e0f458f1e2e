import ConnectAPI
import FileStream
import Glibc
import RecordFormat
import Testing

@Suite struct FileStreamTests {
    @Test func linesCarryTheOffsetAfterThem() async throws {
        let file = TemporaryFile()
        file.append("héllo\nworld\npart")
        let task = try await startedTask(file.path, stored: nil)
        let records = try await poll(task, until: 2)
        #expect(records.map(\.value) == [.string("héllo"), .string("world")])
        let inode = ConnectValue.int64(file.inode)
        #expect(
            records.map(\.sourceOffset)
                == [["position": .int64(7), "inode": inode], ["position": .int64(13), "inode": inode]])
        #expect(records.allSatisfy { $0.sourcePartition == ["filename": .string(file.path)] && $0.key == .null })
        file.append("ial\n")
        #expect(try await poll(task, until: 1).map(\.value) == [.string("partial")])
        try await task.stop()
    }

    @Test func readingGoesOnAtTheStoredOffset() async throws {
        let file = TemporaryFile()
        file.append("one\ntwo\nthree\n")
        let task = try await startedTask(file.path, stored: 4)
        #expect(try await poll(task, until: 2).map(\.value) == [.string("two"), .string("three")])
    }

    @Test func aStoredOffsetBeyondTheEndStartsAnew() async throws {
        let file = TemporaryFile()
        file.append("one\n")
        let task = try await startedTask(file.path, stored: 400)
        #expect(try await poll(task, until: 1).map(\.value) == [.string("one")])
    }

    @Test func aMissingFileIsWaitedFor() async throws {
        let file = TemporaryFile()
        let task = try await startedTask(file.path, stored: nil)
        #expect(try await task.poll().isEmpty)
        file.append("late\n")
        #expect(try await poll(task, until: 1).map(\.value) == [.string("late")])
    }

    @Test func aTruncatedFileIsReadFromItsStart() async throws {
        let file = TemporaryFile()
        file.append("a long first line\n")
        let task = try await startedTask(file.path, stored: nil)
        _ = try await poll(task, until: 1)
        file.truncate()
        #expect(try await task.poll().isEmpty)
        file.append("new\n")
        let records = try await poll(task, until: 1)
        #expect(records.map(\.value) == [.string("new")])
        #expect(records.first?.sourceOffset["position"] == .int64(4))
    }

    @Test func aRotationWhileNobodyReadIsSeen() async throws {
        let file = TemporaryFile()
        file.append("one\ntwo\n")
        let first = try await startedTask(file.path, stored: nil)
        let offset = try #require(try await poll(first, until: 2).first?.sourceOffset)
        try await first.stop()
        rename(file.path, file.path + ".1")
        file.append("a new file that is longer\n")
        let second = try await startedTask(file.path, offset: offset)
        let records = try await poll(second, until: 2)
        #expect(records.map(\.value) == [.string("two"), .string("a new file that is longer")])
        #expect(records.map { $0.sourceOffset["inode"] == .int64(file.inode) } == [false, true])
        try await second.stop()
        unlink(file.path + ".1")
        // What was read is gone altogether: there is only the new file.
        let third = try await startedTask(file.path, offset: offset)
        #expect(try await poll(third, until: 1).map(\.value) == [.string("a new file that is longer")])
        try await third.stop()
    }

    @Test func aNumberThatAnotherFileHasNowIsNotFollowed() async throws {
        let file = TemporaryFile(), other = TemporaryFile()
        other.append("zero\nsecret\n")
        file.append("one\n")
        let task = try await startedTask(file.path, offset: ["position": .int64(5), "inode": .int64(other.inode)])
        #expect(try await poll(task, until: 1).map(\.value) == [.string("one")])
        try await task.stop()
    }

    @Test func linesOfANamedPipeAreNotCutByItsPauses() async throws {
        let file = TemporaryFile()
        #expect(mkfifo(file.path, 0o600) == 0)
        // Read and write, so that neither side waits for the other to open it.
        let writer = Glibc.open(file.path, O_RDWR | O_NONBLOCK)
        let task = try await startedTask(file.path, stored: nil)
        #expect(Glibc.write(writer, "one\npart", 8) == 8)
        #expect(try await poll(task, until: 1).map(\.value) == [.string("one")])
        let last = Glibc.open(file.path, O_WRONLY)
        close(writer)
        close(last)
        // No writer is left, which reads as the end of a file.
        #expect(try await task.poll().isEmpty)
        let again = Glibc.open(file.path, O_WRONLY)
        #expect(Glibc.write(again, "ial\n", 4) == 4)
        #expect(try await poll(task, until: 1).map(\.value) == [.string("partial")])
        close(again)
        try await task.stop()
    }

    @Test func aReplacedFileIsReadAfterTheOldOne() async throws {
        let file = TemporaryFile()
        file.append("old\nunfinished")
        let task = try await startedTask(file.path, stored: nil)
        _ = try await poll(task, until: 1)
        rename(file.path, file.path + ".1")
        file.append("new\n")
        #expect(try await poll(task, until: 2).map(\.value) == [.string("unfinished"), .string("new")])
        unlink(file.path + ".1")
    }

    @Test func aBigFileComesBackByteForByte() async throws {
        let file = TemporaryFile(), copy = TemporaryFile()
        var text = ""
        for number in 0..<50_000 { text += "line \(number) \(String(repeating: "x", count: number % 97)) ü\n" }
        text += String(repeating: "z", count: 1_500_000) + "\n"
        file.append(text)
        let source = try await startedTask(file.path, stored: nil)
        let connector = FileStreamSinkConnector(version: "test")
        let sink = connector.makeTask()
        try await sink.start(context: NoSinkContext(), configuration: ["file": copy.path])
        var count = 0
        while count < 50_001 {
            let records = try await source.poll()
            try await sink.put(
                records.enumerated().map { index, record in
                    SinkRecord(
                        origin: TopicPartition("t", 0), offset: LogOffset(Int64(count + index)),
                        value: record.value)
                })
            count += records.count
        }
        _ = try await sink.preCommit([:])
        try await sink.stop()
        #expect(copy.bytes == file.bytes)
    }

    @Test func offsetsThatNoFileCanHaveAreRefused() async throws {
        let connector = FileStreamSourceConnector(version: "test")
        let partition: ConnectMap = ["filename": .string("f")]
        let configuration = ["file": "f", "topic": "t"]
        let good: ConnectMap = ["position": .int64(3)]
        #expect(try await connector.alterOffsets(configuration: configuration, offsets: [(partition, good)]))
        let bad: [ConnectMap] = [[:], ["position": .int64(-1)], ["position": .string("x")]]
        for offset in bad {
            await #expect(throws: ConnectError.self) {
                try await connector.alterOffsets(configuration: configuration, offsets: [(partition, offset)])
            }
        }
    }

    private func startedTask(_ path: String, stored: Int64?) async throws -> any SourceTask {
        try await startedTask(path, offset: stored.map { ["position": .int64($0)] })
    }

    private func startedTask(_ path: String, offset: ConnectMap?) async throws -> any SourceTask {
        let connector = FileStreamSourceConnector(version: "test")
        let task = connector.makeTask()
        try await task.start(
            context: FixedContext(offset: offset),
            configuration: ["file": path, "topic": "lines"])
        return task
    }

    private func poll(_ task: any SourceTask, until count: Int) async throws -> [SourceRecord] {
        var records: [SourceRecord] = []
        while records.count < count { records += try await task.poll() }
        return records
    }
}

private struct FixedContext: SourceTaskContext, OffsetStorageReader {
    let offset: ConnectMap?
    var configuration: [String: String] { [:] }
    var offsetStorageReader: any OffsetStorageReader { self }
    func offset(for partition: ConnectMap) async throws -> ConnectMap? { offset }
}

private struct NoSinkContext: SinkTaskContext {
    var configuration: [String: String] { [:] }
    var assignment: Set<TopicPartition> { [] }
    func seek(to offsets: [TopicPartition: LogOffset]) {}
    func setRetryTimeout(_ timeout: Duration) {}
    func pause(_ partitions: [TopicPartition]) {}
    func resume(_ partitions: [TopicPartition]) {}
    func requestCommit() {}
}
