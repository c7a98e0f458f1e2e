internal import RecordFormat

/// How far a group has come: what is durable, and what is on its way to the log.
struct GroupOffsets: Hashable, Sendable {
    /// The offsets that are durable, which alone are shown.
    private(set) var committed: [TopicPartition: OffsetCommitValue] = [:]
    /// How many writes are on their way to the log, by partition.
    private var inFlight: [TopicPartition: Int] = [:]
    /// The offsets that are durable and count only if a producer's transaction is committed, by producer.
    private var waiting: [ProducerID: [TopicPartition: Waiting]] = [:]
    /// The number of the last offset that waits for a transaction's end.
    private var lastOrder: UInt64 = 0

    /// An offset that waits for the end of a transaction.
    private struct Waiting: Hashable, Sendable {
        let value: OffsetCommitValue
        /// Its place among the offsets that wait: one whose record comes later in the log has a higher one.
        let order: UInt64
    }

    var isEmpty: Bool { committed.isEmpty && inFlight.isEmpty && waiting.isEmpty }

    /// The partitions of which the log has an offset, or soon may.
    var partitions: Set<TopicPartition> {
        waiting.values.reduce(Set(committed.keys).union(inFlight.keys)) { $0.union($1.keys) }
    }

    /// The producers whose transactions have offsets here.
    var waitingProducers: some Collection<ProducerID> { waiting.keys }

    /// Whether the offset that is shown may be about to change.
    func isUnstable(_ partition: TopicPartition) -> Bool {
        isInFlight(partition) || waiting.values.contains { $0[partition] != nil }
    }

    func isInFlight(_ partition: TopicPartition) -> Bool { inFlight[partition] != nil }

    /// Notes that a write for each partition is on its way.
    mutating func begin(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions { inFlight[partition, default: 0] += 1 }
    }

    /// Notes that a write for each partition has ended, well or not.
    mutating func end(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions {
            guard let count = inFlight[partition] else { continue }
            inFlight[partition] = count > 1 ? count - 1 : nil
        }
    }

    /// Takes over an offset that is durable; `nil` where its tombstone is.
    ///
    /// Its record is the last of its key so far. An offset that waits for a transaction has an earlier one, which
    /// compaction drops: it must not come back when the transaction is committed.
    mutating func apply(_ value: OffsetCommitValue?, to partition: TopicPartition) {
        committed[partition] = value
        dropWaiting(partition) { _ in true }
    }

    /// Takes over an offset that is durable and counts only if the producer's transaction is committed.
    mutating func hold(_ value: OffsetCommitValue, of partition: TopicPartition, for producer: ProducerID) {
        lastOrder += 1
        waiting[producer, default: [:]][partition] = Waiting(value: value, order: lastOrder)
    }

    /// Ends a producer's transaction: its offsets count, unless a later record has come before them, or are gone.
    mutating func settle(_ producer: ProducerID, _ outcome: TransactionOutcome) {
        guard let ended = waiting.removeValue(forKey: producer), outcome == .commit else { return }
        for (partition, entry) in ended {
            committed[partition] = entry.value
            dropWaiting(partition) { $0.order < entry.order }
        }
    }

    private mutating func dropWaiting(_ partition: TopicPartition, where isOver: (Waiting) -> Bool) {
        guard !waiting.isEmpty else { return }
        for (producer, entries) in waiting {
            guard let entry = entries[partition], isOver(entry) else { continue }
            waiting[producer]![partition] = nil
            if waiting[producer]!.isEmpty { waiting[producer] = nil }
        }
    }

    func checkInvariants() {
        precondition(inFlight.values.allSatisfy { $0 > 0 }, "a write ended twice")
        precondition(waiting.values.allSatisfy { !$0.isEmpty }, "a transaction without offsets")
    }
}
