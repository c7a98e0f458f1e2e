import RecordFormat

/// Chooses the partitions of records that name none: by key as Java's producer does, and without a key one partition
/// for as long as it takes to fill a batch, which makes fewer and larger batches than changing with every record
/// (KIP-480).
struct PartitionChooser {
    private struct Sticky {
        var partition: Int32
        var remaining: Int
    }

    private let batchSize: Int
    private var sticky: [String: Sticky] = [:]

    init(batchSize: Int) { self.batchSize = batchSize }

    /// The partition for a record.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidArgument` if the record names a partition that is not there.
    mutating func partition(
        for record: ProducerRecord, size: Int, in topic: TopicSnapshot
    ) throws(KafkaClientError) -> Int32 {
        if let partition = record.partition {
            guard topic.partition(partition) != nil else {
                throw KafkaClientError(
                    .invalidArgument,
                    "topic \(topic.name) has \(topic.partitions.count) partitions, there is no \(partition)")
            }
            return partition
        }
        if let key = record.key { return Murmur2.partition(of: key.bytes, among: topic.partitions.count) }
        return stickyPartition(size: size, in: topic)
    }

    private mutating func stickyPartition(size: Int, in topic: TopicSnapshot) -> Int32 {
        if var current = sticky[topic.name], current.remaining > 0, topic.partition(current.partition)?.leader != nil {
            current.remaining -= size
            sticky[topic.name] = current
            return current.partition
        }
        let available = topic.partitions.filter { $0.leader != nil }
        let candidates = available.isEmpty ? topic.partitions : available
        // Another one than before, if there is one.
        let previous = sticky[topic.name]?.partition
        let others = candidates.filter { $0.partition != previous }
        let chosen = others.randomElement()?.partition ?? candidates[0].partition
        sticky[topic.name] = Sticky(partition: chosen, remaining: batchSize - size)
        return chosen
    }
}
