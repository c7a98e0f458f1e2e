import KafkaClient
import RecordFormat

extension BenchServer {
    /// Reads partition 0 of a topic from its start as fast as records come, and decodes each.
    ///
    /// - Returns: The bytes of all values, the seconds that it took, and when records came.
    /// - Throws: ``BenchFailure`` if nothing comes for five seconds before there are `count` records.
    func decode(
        _ count: Int, of topic: String
    ) async throws -> (bytes: Int, seconds: Double, timeline: Timeline) {
        let client = try makeClient()
        let consumer = try KafkaConsumer(
            client: client,
            configuration: ConsumerConfiguration(autoOffsetReset: .earliest, isAutoCommitEnabled: false))
        try await consumer.assign([TopicPartition(topic, 0)])
        let began = MonotonicClock.nanoseconds
        var timeline = Timeline(from: began)
        var (records, bytes) = (0, 0)
        while records < count {
            let batches = try await consumer.poll(timeout: .seconds(5))
            guard !batches.isEmpty else {
                throw BenchFailure(description: "\(count - records) of \(count) records did not come")
            }
            let counted = records
            for batch in batches {
                // In place: a copy of each record would count references that the client does not.
                let decoded = batch.records.span
                for index in decoded.indices { bytes += decoded[index].value?.count ?? 0 }
                records += decoded.count
            }
            timeline.add(records - counted, at: MonotonicClock.nanoseconds)
        }
        let seconds = Double(MonotonicClock.nanoseconds - began) / 1e9
        await consumer.close()
        await client.close()
        return (bytes, seconds, timeline)
    }
}
