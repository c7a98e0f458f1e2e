import DequeModule
import KafkaClient
import RecordFormat

/// What an instance has fetched and not answered yet, and how far its answers have got: a value without I/O.
///
/// Rebalances may come between the polls of one read. Each change of a partition's place raises a version, and what was
/// fetched before it is dropped wherever it turns up.
struct InstanceRecords {
    /// A record that waits for a read.
    struct Pending: Sendable {
        /// Where it comes from.
        var partition: TopicPartition
        /// The record.
        var record: Record
        /// The version in which it was fetched.
        var version: UInt64

        /// The bytes of its key and value, by which reads are bounded.
        var size: Int { (record.key?.count ?? 0) + (record.value?.count ?? 0) }
    }

    /// Records that wait, in order.
    private(set) var pending = Deque<Pending>()
    /// The next record of each partition to be answered with, as far as that is known.
    private(set) var places: [TopicPartition: LogOffset] = [:]
    /// Counts seeks, rebalances and changes of what is read.
    private var version: UInt64 = 0
    private var touched: [TopicPartition: UInt64] = [:]

    /// Takes what a poll brought, after whatever the poll has changed.
    mutating func append(_ batches: [ConsumedBatch]) {
        for batch in batches {
            for record in batch.records {
                pending.append(Pending(partition: batch.topicPartition, record: record, version: version))
            }
        }
    }

    /// Takes records out for an answer: as many as fit, and one at least, or the first that is too large would be in
    /// the way for ever.
    mutating func take(upTo limit: Int, after size: Int) -> [Pending] {
        var taken: [Pending] = []
        var total = size
        while let next = pending.first, total + next.size < limit || total == 0 && taken.isEmpty {
            total += next.size
            taken.append(pending.removeFirst())
        }
        return taken
    }

    /// Puts records back that were not answered with, in their order.
    mutating func putBack(_ records: some BidirectionalCollection<Pending>) {
        for record in records.reversed() where isCurrent(record) { pending.prepend(record) }
    }

    /// Takes note of records that were answered with.
    ///
    /// - Returns: The places after them.
    mutating func answered(_ records: [Pending]) -> [TopicPartition: LogOffset] {
        var ends: [TopicPartition: LogOffset] = [:]
        for record in records where isCurrent(record) {
            ends[record.partition] = record.record.offset + 1
        }
        places.merge(ends) { _, new in new }
        return ends
    }

    /// Goes on elsewhere in a partition; `nil` for a place that is not known.
    mutating func move(_ partition: TopicPartition, to place: LogOffset?) {
        touch(partition)
        places[partition] = place
    }

    /// Forgets partitions.
    ///
    /// - Returns: The places that they had.
    @discardableResult mutating func drop(_ partitions: some Sequence<TopicPartition>) -> [TopicPartition: LogOffset] {
        var dropped: [TopicPartition: LogOffset] = [:]
        for partition in partitions {
            touch(partition)
            dropped[partition] = places.removeValue(forKey: partition)
        }
        return dropped
    }

    /// Forgets everything.
    mutating func removeAll() { drop(Set(pending.map(\.partition)).union(places.keys)) }

    /// Whether a partition is where it was when a record of it was fetched.
    private func isCurrent(_ record: Pending) -> Bool { touched[record.partition] ?? 0 <= record.version }

    private mutating func touch(_ partition: TopicPartition) {
        version += 1
        touched[partition] = version
        pending.removeAll { $0.partition == partition }
    }
}
