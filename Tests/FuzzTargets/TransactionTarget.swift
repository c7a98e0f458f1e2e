import LogCore
import RecordFormat

/// A small partition with transactions and one transaction index replaced, opened anew for each input.
final class TransactionTarget {
    // One thread makes inputs, and runs them.
    nonisolated(unsafe) static let current = TransactionTarget()

    private static let suffix = ".txnindex"
    private static let now = Timestamp(milliseconds: 1_000)
    private let scratch = ScratchDirectory()
    private let files: [String: ByteSlice]
    private let end: LogOffset
    /// What a reader of committed records is told to skip, for each offset that it may begin at.
    private let aborted: [[AbortedTransaction]]

    private init() {
        do {
            let log = try PartitionLog.open(scratch.path, configuration: Self.configuration)
            var sequences: [Int64: Int32] = [:]
            for step in 0..<Int64(40) {
                let producer = step % 3
                let sequence = sequences[producer, default: 0]
                try Self.append(to: log, as: producer, sequence)
                sequences[producer] = sequence + 1
                // Ends two of three transactions some time after they began, half of them by an abort.
                if step % 4 == 3 { try Self.end(step % 3, step % 8 == 3 ? .aborted : .committed, in: log) }
            }
            end = log.watermarks.logEndOffset
            log.advanceHighWatermark(to: end)
            aborted = try Self.aborted(in: log)
            try log.close()
        } catch {
            fatalError("no log to begin with: \(error)")
        }
        files = scratch.files()
    }

    private static var configuration: LogConfiguration {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 1_200
        configuration.indexIntervalBytes = 200
        configuration.indexMaxBytes = 4096
        return configuration
    }

    private static func append(to log: PartitionLog, as producer: Int64, _ sequence: Int32) throws {
        var builder = RecordBatchBuilder(
            producer: .init(
                id: ProducerID(producer), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(sequence),
                isTransactional: true))
        try builder.append(timestamp: now, key: nil, value: ByteSlice("\(producer): \(sequence)"))
        _ = try log.append(builder.finish(), from: .producer(LeaderEpoch(0)), now: now)
    }

    private static func end(
        _ producer: Int64, _ outcome: EndTransactionMarker.Outcome, in log: PartitionLog
    ) throws {
        let marker = try EndTransactionMarker(outcome, coordinatorEpoch: 1).batch(
            endingTransactionOf: ProducerID(producer), epoch: ProducerEpoch(0), at: now)
        _ = try log.append(marker, from: .coordinator(LeaderEpoch(0)), now: now)
    }

    private static func aborted(in log: PartitionLog) throws -> [[AbortedTransaction]] {
        try (0..<log.watermarks.logEndOffset.rawValue).map { offset in
            try log.read(from: LogOffset(offset), upTo: .transactionCommitted, limit: 300, mustProgress: true)
                .abortedTransactions
        }
    }

    /// The transaction indexes, as they are when all is well, behind a byte that chooses where they go.
    var seeds: [ByteSlice] {
        let indexes = files.filter { $0.key.hasSuffix(Self.suffix) }.sorted { $0.key < $1.key }
        return indexes.enumerated().flatMap { index, file in
            [UInt8(0), 4].map { ByteSlice([UInt8(min(index, 2)) | $0] + file.value.array) }
        }
    }

    /// Replaces the index of the first segment with aborted transactions, of one in the middle or of the last one.
    ///
    /// Two bits of the first byte choose which, and another whether the log counts as synced. If it does, an index that
    /// could be right is believed; if not, it is made anew from the markers.
    func run(_ input: ByteSlice) {
        guard let choice = input.array.first else { return }
        let names = files.keys.filter { $0.hasSuffix(Self.suffix) }.sorted()
        scratch.restore(files)
        scratch.write(input[1..<input.count], to: names[[0, names.count / 2, names.count - 1][Int(choice & 3) % 3]])
        let isSynced = choice & 4 == 0
        do {
            let log = try PartitionLog.open(
                scratch.path, configuration: Self.configuration,
                known: .init(recoveryPoint: isSynced ? end : .zero, highWatermark: end))
            demand(log.watermarks.logEndOffset == end, "the log ends at \(log.watermarks)")
            if isSynced {
                _ = try? Self.aborted(in: log)
            } else {
                demand(try Self.aborted(in: log) == aborted, "not the transactions that were aborted")
            }
            try Self.end(0, .aborted, in: log)
            try log.flush()
            try log.close()
        } catch {
            fatalError("the other files are right: \(error)")
        }
    }
}
