import KafkaClient
import KafkaProtocol
import RecordFormat

/// The offsets of sink connectors' consumer groups.
protocol ConsumerGroupOffsets: Sendable {
    /// A group's offsets; none of a group that there is not.
    func offsets(of groupID: String) async throws -> [TopicPartition: LogOffset]
    /// Sets offsets of a group without members.
    func set(_ offsets: [TopicPartition: LogOffset], of groupID: String) async throws
    /// Removes offsets of a group without members; those that are not there are removed already.
    func remove(_ partitions: [TopicPartition], of groupID: String) async throws
}

/// Those of groups in Kafka.
struct KafkaGroupOffsets: ConsumerGroupOffsets {
    private let admin: KafkaAdmin

    init(client: KafkaClient) { admin = KafkaAdmin(client: client) }

    func offsets(of groupID: String) async throws -> [TopicPartition: LogOffset] {
        try await admin.listGroupOffsets(groupID).mapValues(\.offset)
    }

    func set(_ offsets: [TopicPartition: LogOffset], of groupID: String) async throws {
        try await admin.alterGroupOffsets(groupID, offsets.mapValues { OffsetAndMetadata($0) })
    }

    func remove(_ partitions: [TopicPartition], of groupID: String) async throws {
        for case .failure(let error) in try await admin.deleteGroupOffsets(groupID, partitions).values
        where error.errorCode != .unknownTopicOrPartition {
            throw error
        }
    }
}
