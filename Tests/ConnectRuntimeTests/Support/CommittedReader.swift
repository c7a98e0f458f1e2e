import KafkaClient
import RecordFormat

extension KafkaClient {
    /// The values that a reader of committed records finds in a topic, by partition, once no transaction is open there.
    func committedValues(of topic: String) async throws -> [[String]] {
        let consumer = try KafkaConsumer(
            client: self,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isolationLevel: .readCommitted))
        let partitions = try await consumer.partitions(of: topic).map { TopicPartition(topic, $0.partition) }.sorted()
        try await consumer.assign(partitions)
        try await consumer.seekToBeginning(partitions)
        var values = [[String]](repeating: [], count: partitions.count)
        let ends = try await KafkaAdmin(client: self).listOffsets(
            Dictionary(uniqueKeysWithValues: partitions.map { ($0, .latest) }))
        for (partition, end) in ends {
            while try await consumer.position(of: partition) < end.get().offset {
                for batch in try await consumer.poll(timeout: .milliseconds(100)) {
                    values[Int(batch.topicPartition.partition)] += batch.records.map { $0.value?.string ?? "null" }
                }
            }
        }
        await consumer.close()
        return values
    }
}
