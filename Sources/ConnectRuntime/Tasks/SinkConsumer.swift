import KafkaClient
import RecordFormat

/// What a sink task's work asks of a consumer that is a member of a group.
///
/// The one that runs is ``GroupConsumer``; tests put one in its place whose polls and failures they choose.
protocol SinkConsumer: Sendable {
    /// The partitions that this consumer reads.
    var assignment: Set<TopicPartition> { get }
    /// Those of them that ``pause(_:)`` stopped.
    var paused: Set<TopicPartition> { get }

    /// Follows topics.
    func subscribe(to topics: [String], listener: any SinkConsumerListener) async throws
    /// Follows every topic whose name satisfies `predicate`.
    func subscribe(
        matching predicate: @escaping @Sendable (String) -> Bool, listener: any SinkConsumerListener) async throws
    /// Keeps the place in the group and returns what was fetched; nothing when `timeout` has passed or after
    /// ``wakeup()``.
    func poll(timeout: Duration) async throws -> [ConsumedBatch]
    /// Ends a poll that waits.
    func wakeup()
    /// Goes on at `offset` in a partition.
    func seek(_ partition: TopicPartition, to offset: LogOffset) async throws
    /// Hands out nothing of these partitions until ``resume(_:)``.
    func pause(_ partitions: [TopicPartition]) throws
    /// Ends a ``pause(_:)``.
    func resume(_ partitions: [TopicPartition]) throws
    /// Commits offsets for the group.
    func commit(_ offsets: [TopicPartition: LogOffset]) async throws
    /// Gives up the partitions, with a word to the listener, and leaves the group.
    func close() async
    /// Leaves the group without a word to the listener.
    func abandon() async
}

/// Hears of partitions that come and go, within a consumer's poll; what it throws, the poll throws.
protocol SinkConsumerListener: Sendable {
    /// Takes partitions that are new, before the first record of them.
    func assigned(_ partitions: [TopicPartition]) async throws
    /// Gives up partitions that another member will have; the last moment to commit their offsets.
    func revoked(_ partitions: [TopicPartition]) async throws
    /// Drops partitions that another member may have already.
    func lost(_ partitions: [TopicPartition]) async throws
}

/// A consumer of Kafka's that a sink task reads with.
struct GroupConsumer: SinkConsumer {
    let consumer: KafkaConsumer

    var assignment: Set<TopicPartition> { consumer.assignment }
    var paused: Set<TopicPartition> { consumer.paused }

    func subscribe(to topics: [String], listener: any SinkConsumerListener) async throws {
        try await consumer.subscribe(to: topics, listener: Listener(listener: listener))
    }

    func subscribe(
        matching predicate: @escaping @Sendable (String) -> Bool, listener: any SinkConsumerListener
    ) async throws { try await consumer.subscribe(listener: Listener(listener: listener), matching: predicate) }

    func poll(timeout: Duration) async throws -> [ConsumedBatch] { try await consumer.poll(timeout: timeout) }

    func wakeup() { consumer.wakeup() }

    func seek(_ partition: TopicPartition, to offset: LogOffset) async throws {
        try await consumer.seek(partition, to: offset)
    }

    func pause(_ partitions: [TopicPartition]) throws { try consumer.pause(partitions) }

    func resume(_ partitions: [TopicPartition]) throws { try consumer.resume(partitions) }

    func commit(_ offsets: [TopicPartition: LogOffset]) async throws {
        try await consumer.commit(offsets.mapValues { OffsetAndMetadata($0) })
    }

    func close() async { await consumer.close() }

    func abandon() async { await consumer.abandon() }

    private struct Listener: RebalanceListener {
        let listener: any SinkConsumerListener

        func partitionsAssigned(_ partitions: [TopicPartition], to consumer: KafkaConsumer) async throws {
            try await listener.assigned(partitions)
        }

        func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
            try await listener.revoked(partitions)
        }

        func partitionsLost(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
            try await listener.lost(partitions)
        }
    }
}
