import KafkaProtocol
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

    /// Sorts records by their partitions, in order, with what they take.
    ///
    /// - Parameters:
    ///   - records: Records of one topic.
    ///   - isWholeCall: Whether no others were handed over with them.
    ///   - time: The time of records that have none of their own.
    ///   - sizeLimit: The most bytes that a record may take.
    /// - Returns: Runs of records, and what is wrong with the one after them: that it names a partition that is not there,
    ///   or is too large.
    mutating func runs(
        of records: ArraySlice<ProducerRecord>, isWholeCall: Bool, in topic: TopicSnapshot, at time: Timestamp,
        sizeLimit: Int
    ) -> (runs: [RecordRun], problem: KafkaClientError?) {
        var gathering = RecordRunGathering(records, isWholeCall: isWholeCall, of: topic.name, at: time)
        // Looked up once: most calls bring many records of a topic, and none with a key.
        var current = sticky[topic.name].flatMap { topic.partition($0.partition)?.leader == nil ? nil : $0 }
        let previous = sticky[topic.name]?.partition
        defer { if let current { sticky[topic.name] = current } }
        let span = records.span
        for index in span.indices {
            // Field by field: a copy of the record would count the references to all that it has.
            let size = RecordBatchBuilder.sizeBound(
                key: span[index].key?.count ?? 0, value: span[index].value?.count ?? 0, headers: span[index].headers)
            guard size <= sizeLimit else {
                return (gathering.finish(), .recordTooLarge(size, limit: sizeLimit + RecordBatchHeader.size))
            }
            let partition: Int32
            if let named = span[index].partition {
                guard topic.partition(named) != nil else {
                    let problem = KafkaClientError(
                        .invalidArgument,
                        "topic \(topic.name) has \(topic.partitions.count) partitions, there is no \(named)")
                    return (gathering.finish(), problem)
                }
                partition = named
            } else if let key = span[index].key {
                partition = Murmur2.partition(of: key.bytes, among: topic.partitions.count)
            } else {
                var chosen =
                    current.flatMap { $0.remaining > 0 ? $0 : nil }
                    ?? Sticky(
                        partition: Self.another(than: current?.partition ?? previous, in: topic), remaining: batchSize)
                chosen.remaining -= size
                current = chosen
                partition = chosen.partition
            }
            gathering.add(size: size, to: partition)
        }
        return (gathering.finish(), nil)
    }

    /// A partition that has a leader, and another one than `previous`, if there is one.
    private static func another(than previous: Int32?, in topic: TopicSnapshot) -> Int32 {
        let available = topic.partitions.filter { $0.leader != nil }
        let candidates = available.isEmpty ? topic.partitions : available
        let others = candidates.filter { $0.partition != previous }
        return others.randomElement()?.partition ?? candidates[0].partition
    }
}

extension KafkaClientError {
    fileprivate static func recordTooLarge(_ size: Int, limit: Int) -> KafkaClientError {
        KafkaClientError(
            .recordTooLarge,
            "the record takes \(size) bytes, maximumRequestSize is \(limit); raise it here and max.message.bytes at the topic",
            errorCode: .messageTooLarge)
    }
}
