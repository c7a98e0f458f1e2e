import KafkaProtocol
import RecordFormat

/// The bytes that the members of consumer groups exchange.
enum ConsumerGroupFormat {
    /// Version 2: with the owned partitions of cooperative rebalances and their generation (KIP-792).
    private static let subscriptionVersion: Int16 = 2

    static func encode(_ subscription: MemberSubscription) throws -> ByteSlice {
        let owned = Dictionary(grouping: subscription.ownedPartitions.sorted(), by: \.topic)
        return try ConsumerProtocolSubscription(
            topics: subscription.topics.sorted(), userData: subscription.userData,
            ownedPartitions: owned.sorted { $0.key < $1.key }.map {
                .init(topic: $0.key, partitions: $0.value.map(\.partition))
            },
            generationID: subscription.generation
        ).versionedBytes(version: subscriptionVersion)
    }

    static func decodeSubscription(_ bytes: ByteSlice, groupInstanceID: String?) throws -> MemberSubscription {
        let subscription = try ConsumerProtocolSubscription(versionedBytes: bytes)
        return MemberSubscription(
            topics: Set(subscription.topics),
            ownedPartitions: subscription.ownedPartitions.flatMap { topic in
                topic.partitions.map { TopicPartition(topic.topic, $0) }
            }, generation: subscription.generationID, groupInstanceID: groupInstanceID, userData: subscription.userData)
    }

    static func encode(_ assignment: [TopicPartition]) throws -> ByteSlice {
        let topics = Dictionary(grouping: assignment.sorted(), by: \.topic).sorted { $0.key < $1.key }
        return try ConsumerProtocolAssignment(
            assignedPartitions: topics.map { .init(topic: $0.key, partitions: $0.value.map(\.partition)) }
        ).versionedBytes(version: 0)
    }

    /// The partitions in an assignment; none in an empty one, which members get whom the leader forgot.
    static func decodeAssignment(_ bytes: ByteSlice) throws -> [TopicPartition] {
        if bytes.isEmpty { return [] }
        return try ConsumerProtocolAssignment(versionedBytes: bytes).assignedPartitions.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.topic, $0) }
        }
    }
}
