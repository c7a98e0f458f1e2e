import KafkaClient
import RecordFormat

extension KafkaBasedLog {
    /// Hands over everything that is in the topic now, makes the topic if there is none, and ends the log.
    ///
    /// What belongs to transactions counts once they are committed, and the log waits for those that are open: with what
    /// they may yet commit the answer would be another one.
    func readAll(_ apply: @escaping @Sendable (_ key: ByteSlice?, _ value: ByteSlice?) -> Void) async throws {
        do {
            try await start(upTo: .readUncommitted, apply)
            await close()
        } catch {
            await close()
            throw error
        }
    }

    /// Waits until records that were written have been handed over here too.
    func waitUntilRead(_ written: [RecordMetadata]) async throws {
        var last: [Int32: LogOffset] = [:]
        for place in written {
            if let offset = place.offset { last[place.partition] = max(offset, last[place.partition] ?? .zero) }
        }
        for (partition, offset) in last { try await waitUntilRead(partition, offset) }
    }

    /// A record of this log.
    func record(_ key: ByteSlice, _ value: ByteSlice?) -> ProducerRecord {
        ProducerRecord(topic: configuration.name, key: key, value: value)
    }

    /// The ends of partitions.
    ///
    /// - Parameter isolation: Whether open transactions are behind the end or before it.
    func ends(
        of partitions: [TopicPartition], _ isolation: ConsumerConfiguration.IsolationLevel
    ) async throws -> [TopicPartition: LogOffset] {
        try await KafkaAdmin(client: client)
            .listOffsets(
                Dictionary(uniqueKeysWithValues: partitions.map { ($0, .latest) }), isolationLevel: isolation
            )
            .mapValues { try $0.get().offset }
    }
}
