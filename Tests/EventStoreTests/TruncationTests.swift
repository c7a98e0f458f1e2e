import EventStore
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// What truncation leaves in the checkpoints, on a file system that forgets what was not synced.
@Suite struct TruncationTests {
    private let partition = TopicPartition("topic", 0)
    private let topicID = TopicID.random()

    private func open(_ files: CrashFileSystem) throws -> (store: EventStore, log: StoredLog) {
        let store = try EventStore(
            EventStore.Options(
                directory: "/data", checkpointInterval: .seconds(3600), retentionInterval: .seconds(3600),
                now: { EventStore.now }),
            observer: RecordingObserver(), fileSystem: files)
        return (store, try store.open(partition, topicID: topicID, configuration: LogConfiguration()))
    }

    @Test func aPowerCutAfterATruncationLeavesNoGap() throws {
        for seed in 0..<30 {
            let files = CrashFileSystem(seed: UInt64(seed))
            var (store, stored) = try open(files)
            for index in 0..<100 { try stored.append(["old \(index)"]) }
            try store.close()
            (store, stored) = try open(files)
            try #require(stored.log.watermarks.recoveryPoint == LogOffset(100))
            try store.truncate(stored, to: LogOffset(50))
            for index in 50..<60 { try stored.append(["new \(index)"]) }
            var generator = SeededGenerator(seed: UInt64(seed))
            let (next, found) = try open(files.crashed(&generator))
            let end = found.log.watermarks.logEndOffset.rawValue
            try #require((50...60).contains(end), "a checkpoint above the log's end leaves a gap")
            let records = try found.log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice
            var sequence = RecordBatchSequence(try #require(records).readBytes())
            var values: [String] = []
            while let batch = try sequence.next() { values += try batch.records().map { $0.value?.string ?? "" } }
            try #require(values == (0..<end).map { $0 < 50 ? "old \($0)" : "new \($0)" })
            try next.close()
            try store.close()
        }
    }

    @Test func aTruncationWhoseCheckpointCannotBeWrittenDropsNothing() throws {
        let files = CrashFileSystem(seed: 1)
        var (store, stored) = try open(files)
        for index in 0..<10 { try stored.append(["value \(index)"]) }
        try store.close()
        (store, stored) = try open(files)
        files.fail(.write, after: 0, with: 28)
        #expect(throws: LogError.self) { try store.truncate(stored, to: LogOffset(5)) }
        #expect(stored.log.failure == nil && stored.log.watermarks.logEndOffset == LogOffset(10))
        try store.truncate(stored, to: LogOffset(5))
        #expect(stored.log.watermarks.logEndOffset == LogOffset(5))
        try store.close()
    }
}
