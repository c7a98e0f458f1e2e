import LogCore
import RecordFormat

/// One partition's log, linked into this process.
final class MillraceLog: Contestant {
    private let log: PartitionLog
    private let workload: Workload
    private let value: ByteSlice
    /// The batch that is appended again and again, if none is encoded anew: the log stamps what has to differ.
    private let template: ByteSlice?

    /// - Parameter encodesEachBatch: Whether records become a batch within the time that counts, as in an app; else
    ///   they come encoded, as to a broker.
    init(_ directory: String, _ workload: Workload, encodesEachBatch: Bool) throws {
        self.workload = workload
        value = ByteSlice(workload.value)
        template = encodesEachBatch ? nil : try RecordBatchBuilder.encode(workload)
        log = try PartitionLog.open(directory + "/records-0")
    }

    func append(_ sequence: Range<Int>) throws {
        let now = Timestamp(milliseconds: Int64(sequence.lowerBound))
        let batch = try template ?? RecordBatchBuilder.encode(sequence.count, of: value, at: now)
        _ = try log.append(batch, from: .producer(LeaderEpoch(0)), now: now)
        if workload.guarantee == .device { try log.flush() }
    }

    /// Checks each batch's checksum and steps through its records where they lie.
    func scan() throws -> ScanTotal {
        var total = ScanTotal()
        var scan = log.scan(from: .zero, upTo: .logEnd)
        while let batch = try scan.next() {
            var records = batch.records()
            while let record = try records.next() { record.value?.withUnsafeBytes { total.add($0) } }
        }
        return total
    }

    func close() throws { try log.close() }
}

extension RecordBatchBuilder {
    /// One batch of the workload's records.
    static func encode(_ workload: Workload) throws -> ByteSlice {
        try encode(workload.batch, of: ByteSlice(workload.value), at: Timestamp(milliseconds: 0))
    }

    /// A batch of `count` records with one value.
    static func encode(_ count: Int, of value: ByteSlice, at time: Timestamp) throws -> ByteSlice {
        let room = RecordBatchHeader.size + count * sizeBound(key: 0, value: value.count, headers: [])
        var builder = RecordBatchBuilder(capacity: room)
        for _ in 0..<count { try builder.append(timestamp: time, key: nil, value: value.bytes) }
        return try builder.finish()
    }
}
