import EventStore
import LogCore
import RecordFormat
import ServerHarness
import StorageHarness
import Synchronization
import Testing

/// Something that happens once, seen from other tasks.
private final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)

    func raise() { raised.store(true, ordering: .releasing) }

    var isRaised: Bool { raised.load(ordering: .acquiring) }
}

/// Appenders, readers, retention and compaction on one topic at once.
@Suite struct StoreStressTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Two appenders, fifty readers from all over, and retention that deletes behind them: each reader sees each offset
    /// once and in order, with the value that was appended there, from where it began or where retention put it. Where
    /// the cleaner runs too, some offsets are passed over.
    @Test(arguments: 0..<3, [false, true])
    func readersSeeWhatAppendersWrote(round: Int, isCompacted: Bool) async throws {
        let seed = Seeds.chosen ?? .random(in: .min ... .max)
        print("stress, round \(round), compacted \(isCompacted): seed \(seed)")
        let store = try EventStore.open(directory)
        var configuration = LogConfiguration()
        configuration.cleanupPolicy = isCompacted ? [.compact, .delete] : .delete
        configuration.minCleanableRatio = 0
        configuration.segmentBytes = 4000
        configuration.retentionBytes = 40_000
        let topic = try store.topic("events", partitions: 2, configuration: configuration)
        let isDone = Flag()
        let perAppender = 600
        let seen = try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in 0..<50 {
                var random = StorageHarness.SeededGenerator(seed: seed &* 1000 &+ UInt64(reader))
                let starts: [TailStart] = [.start, .end, .offset(.zero), .group("none", otherwise: .start)]
                let tail = topic.tail(
                    from: starts.randomElement(using: &random) ?? .start, ifOutOfRange: .reset(.start),
                    bytesPerRead: Int.random(in: 1...5000, using: &random))
                group.addTask { try await Self.follow(tail) }
            }
            let appenders = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for appender in 0..<2 {
                        group.addTask {
                            try await Self.append(perAppender, as: appender, to: topic, seed: seed)
                        }
                    }
                    try await group.waitForAll()
                }
                isDone.raise()
                // The readers' sign to stop, one for each partition.
                for partition in 0..<Int32(2) {
                    try await topic.append(
                        NewRecord(key: ByteSlice("end"), value: ByteSlice("end"), partition: partition),
                        requiring: .device)
                }
            }
            while !isDone.isRaised {
                store.runRetentionNow()
                store.cleanNow()
                await Task.yield()
            }
            try await appenders.value
            return try await group.reduce(0, +)
        }
        #expect(seen > 0)
        // Compaction may leave it too little.
        let start = try topic.log(of: 0).log.watermarks.logStartOffset
        #expect(isCompacted || start > .zero, "retention has had something to do")
        #expect(try topic.log(of: 0).parkedReaderCount == 0)
        if isCompacted {
            store.cleanNow()
            try await wait(for: "a compaction") { store.cleanerStatistics.compactions > 0 }
            #expect(store.cleanerStatistics.failures == 0)
        }
        try store.close()
    }

    /// Values say who wrote them and as which: of one appender, each partition's come in order.
    private static func append(_ count: Int, as appender: Int, to topic: Topic, seed: UInt64) async throws {
        var random = StorageHarness.SeededGenerator(seed: seed &+ UInt64(appender))
        for number in 0..<count {
            let records = (0..<Int.random(in: 1...3, using: &random)).map { index in
                NewRecord(
                    key: ByteSlice("\(appender) \(number % 100)"),
                    value: ByteSlice("\(appender) \(number * 10 + index)"),
                    partition: Int32.random(in: 0..<2, using: &random))
            }
            let durability: Durability = Int.random(in: 0..<4, using: &random) == 0 ? .device : .pageCache
            try await topic.append(records, requiring: durability)
        }
    }

    /// Reads up to the sign to stop; the number of records seen.
    private static func follow(_ tail: Tail) async throws -> Int {
        var next: [TopicPartition: LogOffset] = [:]
        var latest: [String: Int] = [:]
        var ended: Set<TopicPartition> = []
        var count = 0
        for try await batch in tail {
            for record in try batch.records() {
                if let expected = next[batch.partition] { #expect(record.offset >= expected) }
                next[batch.partition] = record.offset + 1
                let value = record.value?.string ?? ""
                if value == "end" {
                    ended.insert(batch.partition)
                    continue
                }
                let words = value.split(separator: " ")
                let number = try #require(Int(words[1]))
                let writer = "\(batch.partition) \(words[0])"
                #expect(number > latest[writer, default: -1], "\(writer)")
                latest[writer] = number
                count += 1
            }
            if ended.count == 2 { break }
        }
        return count
    }
}
