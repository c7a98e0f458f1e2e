import LogCore
import RecordFormat
import Synchronization

/// Makes batches and logs the way most tests want them.
enum Batches {
    static func make(
        _ values: [String], codec: CompressionCodec = .none, producer: RecordBatchBuilder.Producer? = nil,
        key: String? = nil,
        isControl: Bool = false, timestamp: Int64 = 1_000
    ) throws -> ByteSlice {
        var builder = RecordBatchBuilder(codec: codec, producer: producer, isControl: isControl)
        for value in values {
            try builder.append(
                timestamp: Timestamp(milliseconds: timestamp), key: key.map { ByteSlice($0) }, value: ByteSlice(value))
        }
        return try builder.finish()
    }

    static func make(timestamps: [Int64]) throws -> ByteSlice {
        var builder = RecordBatchBuilder()
        for timestamp in timestamps {
            try builder.append(
                timestamp: Timestamp(milliseconds: timestamp), key: nil, value: ByteSlice("at \(timestamp)"))
        }
        return try builder.finish()
    }

    /// `batch` with offset and epoch as a leader stamps them.
    static func stamped(_ batch: ByteSlice, offset: Int64, epoch: Int32) -> ByteSlice {
        let copy = ByteSlice(batch.array)
        copy.withUnsafeMutableBytes { bytes in
            bytes.storeBigEndian(offset, at: RecordBatchHeader.Position.baseOffset)
            bytes.storeBigEndian(epoch, at: RecordBatchHeader.Position.leaderEpoch)
        }
        return copy
    }
}

/// Remembers what a log tells its host.
final class RecordingObserver: LogObserver {
    struct Seen {
        var reports: [RecoveryReport] = []
        var damage: [LogError] = []
        var failures: [LogError] = []
        var rolled: [LogOffset] = []
        var deleted: [LogOffset] = []
    }

    let seen = Mutex(Seen())

    func logDidRecover(_ directory: String, report: RecoveryReport) { seen.withLock { $0.reports.append(report) } }
    func logDidFindDamage(_ directory: String, error: LogError) { seen.withLock { $0.damage.append(error) } }
    func logDidRoll(_ directory: String, baseOffset: LogOffset) { seen.withLock { $0.rolled.append(baseOffset) } }
    func logDidDeleteSegment(_ directory: String, baseOffset: LogOffset) {
        seen.withLock { $0.deleted.append(baseOffset) }
    }
    func logDidFail(_ directory: String, error: LogError) { seen.withLock { $0.failures.append(error) } }

    var failures: [LogError] { seen.withLock { $0.failures } }
    var damage: [LogError] { seen.withLock { $0.damage } }
    var report: RecoveryReport { seen.withLock { $0.reports.last ?? RecoveryReport() } }
}

extension PartitionLog {
    static let now = Timestamp(milliseconds: 2_000)

    /// Appends one batch as the leader of epoch 1.
    @discardableResult
    func append(_ values: [String], codec: CompressionCodec = .none) throws -> AppendResult {
        try append(Batches.make(values, codec: codec), from: .producer(LeaderEpoch(1)), now: Self.now)
    }

    /// All records from `offset` on, read in pieces of `limit` bytes; stops where a read gives nothing, or behind the
    /// first where bytes are damaged.
    func records(
        from offset: LogOffset, upTo isolation: FetchIsolation = .logEnd, limit: Int = 1 << 20
    ) throws -> [Record] {
        var records: [Record] = []
        var next = offset
        do {
            while let slice = try read(from: next, upTo: isolation, limit: limit, mustProgress: true).slice {
                var sequence = RecordBatchSequence(try slice.readBytes())
                let before = next
                while let batch = try sequence.next() {
                    records += try batch.records().filter { $0.offset >= next }
                    next = batch.header.nextOffset
                }
                guard next > before else { break }
            }
        } catch let error as LogError {
            guard error.code == .corruptBatch, !records.isEmpty else { throw error }
        }
        return records
    }
}
