import ConnectAPI

/// The source offsets whose records Kafka has acknowledged and that are not stored yet.
struct CommittableOffsets: Sendable {
    private var offsets: [ConnectMap: ConnectMap] = [:]

    /// Takes note of acknowledged records, in the order in which the task returned them.
    mutating func acknowledge(_ records: [SourceRecord]) {
        // Most batches come from one partition; hashing it once per batch is enough then.
        guard let first = records.first, let last = records.last else { return }
        if records.allSatisfy({ $0.sourcePartition == first.sourcePartition }) {
            offsets[last.sourcePartition] = last.sourceOffset
        } else {
            for record in records { offsets[record.sourcePartition] = record.sourceOffset }
        }
    }

    /// Takes note of what a task returned.
    mutating func acknowledge(_ batch: SourceBatch) {
        switch batch {
        case .records(let records): acknowledge(records)
        case .lines(let lines):
            if let last = lines.lastOffset { offsets[lines.common.sourcePartition] = last }
        }
    }

    /// Takes note of what others have noted, which came later.
    mutating func acknowledge(_ later: CommittableOffsets) { offsets.merge(later.offsets) { _, new in new } }

    /// Takes the offsets out, to store them.
    mutating func take(of connector: String) -> [OffsetRecord] {
        defer { offsets = [:] }
        return offsets.map { OffsetRecord(connector: connector, partition: $0.key, offset: $0.value) }
    }

    /// Puts offsets back that could not be stored, except where later ones have come since.
    mutating func restore(_ records: [OffsetRecord]) {
        for record in records where offsets[record.partition] == nil { offsets[record.partition] = record.offset }
    }
}
