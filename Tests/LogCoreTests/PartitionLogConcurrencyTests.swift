import LogCore
import RecordFormat
import StorageHarness
import Synchronization
import Testing

/// Appenders, readers, a flusher and a copier at work on one log at once.
@Suite struct PartitionLogConcurrencyTests {
    static func configuration() -> LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 20_000
        configuration.indexIntervalBytes = 300
        // Some batches of each segment are written, the others copied.
        configuration.tailMapping.leastAhead = 2_000
        return configuration
    }

    static func append(to log: PartitionLog, thread: Int, index: Int) throws {
        let values = (0..<(1 + index % 3)).map { "\(thread):\(index):\($0)" }
        let result = try log.append(values, codec: index % 7 == 0 ? .lz4 : .none)
        log.advanceHighWatermark(to: result.nextOffset)
    }

    /// Follows the log to `end` records and holds what it reads against offsets, order and content.
    static func follow(_ log: PartitionLog, to isDone: () -> Bool, upTo isolation: FetchIsolation) throws -> Int64 {
        var next = LogOffset.zero
        var seen: [String: Int] = [:]
        while true {
            let wasDone = isDone()
            guard let slice = try log.read(from: next, upTo: isolation, limit: 3_000, mustProgress: true).slice else {
                if wasDone { return next.rawValue }
                continue
            }
            try #require(slice.isVerified)
            var sequence = RecordBatchSequence(try slice.readBytes())
            while let batch = try sequence.next() {
                for record in try batch.records() where record.offset >= next {
                    try #require(record.offset == next, "a gap before \(record.offset)")
                    let parts = (record.value?.string ?? "").split(separator: ":").map(String.init)
                    try #require(parts.count == 3)
                    let index = try #require(Int(parts[1]))
                    // Records of one thread come in the order in which it appended them.
                    let last = seen[parts[0]] ?? -1
                    try #require(index == last || index == last + 1, "\(parts) behind \(last)")
                    seen[parts[0]] = index
                    next = record.offset + 1
                }
            }
        }
    }

    @Test func noReaderEverSeesAWrongByteOrAGap() throws {
        let directory = try TestDirectory()
        let log = try PartitionLog.open(directory.log, configuration: Self.configuration(), residency: .tight)
        let writers = Atomic(2)
        let count = 1_500
        let writing: [@Sendable () throws -> Void] = (0..<2).map { thread in
            {
                defer { writers.subtract(1, ordering: .sequentiallyConsistent) }
                for index in 0..<count { try Self.append(to: log, thread: thread, index: index) }
            }
        }
        let expected = Int64(2 * (0..<count).reduce(0) { $0 + 1 + $1 % 3 })
        let isDone: @Sendable () -> Bool = { writers.load(ordering: .sequentiallyConsistent) == 0 }
        let reading: [@Sendable () throws -> Void] = [FetchIsolation.logEnd, .highWatermark, .highWatermark].map {
            isolation in
            { try #require(try Self.follow(log, to: isDone, upTo: isolation) == expected) }
        }
        let flushing: @Sendable () throws -> Void = {
            var reached = LogOffset.zero
            while !isDone() {
                let now = try log.flush()
                try #require(now >= reached)
                reached = now
                _ = try log.offset(for: Timestamp(milliseconds: 1_000), upTo: .logEnd)
            }
        }
        try onThreads(writing + reading + [flushing])
        try log.flush()
        #expect(log.watermarks.recoveryPoint.rawValue == expected)
        #expect(log.segmentBaseOffsets.count > 3)
    }

    /// A copy of growing files, one after the other, is a torn state worse than any crash leaves.
    @Test func aCopyTakenAtAnyMomentOpensAndServesAPrefix() throws {
        let directory = try TestDirectory()
        let log = try PartitionLog.open(directory.log, configuration: Self.configuration(), residency: .tight)
        let isWriting = Atomic(true)
        try onThreads([
            {
                defer { isWriting.store(false, ordering: .sequentiallyConsistent) }
                for index in 0..<3_000 { try Self.append(to: log, thread: 0, index: index) }
            },
            {
                while isWriting.load(ordering: .sequentiallyConsistent) {
                    let flushed = try log.flush()
                    guard let copy = try? directory.snapshot() else { continue }
                    let observer = RecordingObserver()
                    let reopened = try PartitionLog.open(
                        copy.log, configuration: Self.configuration(), known: .init(recoveryPoint: flushed),
                        observer: observer)
                    let records = try reopened.records(from: .zero)
                    try #require(
                        records.map(\.offset.rawValue) == Array(0..<Int64(records.count)), "\(observer.report.findings)"
                    )
                    try #require(
                        Int64(records.count) >= flushed.rawValue,
                        "flushed records are missing: \(observer.report.findings)")
                    try #require(reopened.watermarks.logEndOffset.rawValue == Int64(records.count))
                }
            },
        ])
    }

    @Test func truncationBesideReadersNeverServesAWrongByte() throws {
        let directory = try TestDirectory()
        let log = try PartitionLog.open(directory.log, configuration: Self.configuration(), residency: .tight)
        let isWriting = Atomic(true)
        var seeds = SeededGenerator.printingSeed("truncation")
        let (readers, writer) = ((0..<2).map { _ in seeds.next() }, seeds.next())
        let reading: @Sendable (UInt64) throws -> Void = { seed in
            var generator = SeededGenerator(seed: seed)
            while isWriting.load(ordering: .sequentiallyConsistent) {
                let offset = LogOffset(
                    Int64.random(in: 0...max(0, log.watermarks.logEndOffset.rawValue), using: &generator))
                do {
                    guard let slice = try log.read(from: offset, upTo: .logEnd, limit: 2_000, mustProgress: true).slice,
                        let bytes = try? slice.readBytes()
                    else { continue }
                    var sequence = RecordBatchSequence(bytes)
                    // Bytes that are rewritten while they are read may be cut short or fail their checksum, and nothing
                    // else.
                    while let batch = try? sequence.next() {
                        for record in try batch.records() {
                            try #require(record.value?.string == "value \(record.offset)")
                        }
                    }
                } catch let error as LogError {
                    try #require(error.code == .offsetOutOfRange || error.code == .corruptBatch, "\(error)")
                }
            }
        }
        try onThreads([
            {
                defer { isWriting.store(false, ordering: .sequentiallyConsistent) }
                var generator = SeededGenerator(seed: writer)
                for _ in 0..<300 {
                    for _ in 0..<Int.random(in: 1...20, using: &generator) {
                        let end = log.watermarks.logEndOffset.rawValue
                        try log.append(["value \(end)", "value \(end + 1)"])
                    }
                    let end = log.watermarks.logEndOffset.rawValue
                    try log.truncate(to: LogOffset(max(0, end - Int64.random(in: 0...30, using: &generator))))
                }
            }, { try reading(readers[0]) }, { try reading(readers[1]) },
        ])
    }
}
