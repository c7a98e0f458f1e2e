import RecordFormat
import StorageHarness
import Synchronization
import Testing

@testable import LogCore

/// Appenders, readers, retention and the cleaner at once.
@Suite struct CompactionConcurrencyTests {
    private static let rounds = 300
    private static let keys = 20

    @Test func readersSeeEveryLastValueWhileTheLogIsCompacted() throws {
        let directory = try TestDirectory()
        var configuration = CompactedLog.configuration
        configuration.segmentBytes = 2000
        let log = try PartitionLog.open(directory.log, configuration: configuration, residency: .tight)
        let isDone = Atomic(false)
        let compactions = Atomic(0)
        let appender: @Sendable () throws -> Void = {
            defer { isDone.store(true, ordering: .releasing) }
            for round in 0..<Self.rounds {
                for key in 0..<Self.keys { try log.append(keyed: "k\(key)=\(round)") }
                log.advanceHighWatermark(to: log.watermarks.logEndOffset)
            }
        }
        let reader: @Sendable () throws -> Void = {
            repeat {
                let settled = log.watermarks.logEndOffset
                var last: [String: (offset: LogOffset, round: Int)] = [:]
                var previous = LogOffset(-1)
                for record in try log.records(from: .zero, limit: 700) {
                    let round = Int(record.value?.string ?? "") ?? -1
                    let key = record.key?.string ?? ""
                    try #require(record.offset > previous)
                    previous = record.offset
                    if let before = last[key] { try #require(before.round < round) }
                    // Each offset belongs to one key and one round, for ever.
                    try #require(record.offset.rawValue == Int64(round * Self.keys) + (Int64(key.dropFirst()) ?? -1))
                    last[key] = (record.offset, round)
                }
                // Whatever compaction took, of each key there is a record not older than the walk's beginning.
                for (_, found) in last {
                    try #require(found.offset.rawValue >= settled.rawValue - Int64(Self.keys) * 2)
                }
                if settled.rawValue >= Int64(Self.keys) { try #require(last.count == Self.keys) }
            } while !isDone.load(ordering: .acquiring)
        }
        let cleaner: @Sendable () throws -> Void = {
            repeat {
                if try log.compact(now: CompactedLog.now) != nil { compactions.add(1, ordering: .relaxed) }
                try log.flush()
            } while !isDone.load(ordering: .acquiring)
        }
        try onThreads([appender, reader, reader, cleaner])
        try log.rollNow()
        try log.compactAll()
        let left = try log.records(from: .zero)
        #expect(left.map { $0.value?.string } == Array(repeating: "\(Self.rounds - 1)", count: Self.keys))
        #expect(compactions.load(ordering: .relaxed) > 0)
        try log.close()
    }

    @Test func aCloseEndsTheCompactionThatIsUnderWay() throws {
        let directory = try TestDirectory()
        let log = try CompactedLog.make(directory, [["a=1", "a=2"], ["a=3"], ["b=1"]])
        let hasStarted = Atomic(false)
        try onThreads([
            {
                let budget = CompactionBudget { _ in
                    hasStarted.store(true, ordering: .releasing)
                    // Goes on to the next batch once the log is being closed.
                    while log.interruptions.load(ordering: .acquiring) == 0 {}
                    return true
                }
                try #require(try log.compact(now: CompactedLog.now, budget: budget) == nil)
            },
            {
                while !hasStarted.load(ordering: .acquiring) {}
                try log.close()
            },
        ])
        #expect(try directory.names().allSatisfy { !$0.hasSuffix(FileNames.Suffix.cleaned) })
        let again = try PartitionLog.open(directory.log, configuration: CompactedLog.configuration)
        #expect(try again.text() == "0:a=1 1:a=2 2:a=3 3:b=1")
        try again.close()
    }
}
