import KafkaProtocol
import RecordFormat

/// A group's offsets as part of a transaction.
struct TransactionalOffsets: Sendable {
    let client: KafkaClient
    let transactionalID: String
    let producer: ProducerIdentity
    let group: ConsumerGroupMetadata

    /// Hands the offsets to the group's coordinator, which keeps them from readers until the transaction is committed.
    ///
    /// - Throws: ``KafkaClientError`` for what kept the answer away, or an offset that was refused.
    func commit(_ offsets: [TopicPartition: OffsetAndMetadata], until deadline: ContinuousClock.Instant) async throws {
        let coordinator = GroupCoordinator(client: client, groupID: group.groupID, lane: .shared)
        let topics = Dictionary(grouping: offsets.sorted { $0.key < $1.key }, by: \.key.topic).sorted {
            $0.key < $1.key
        }
        try await Retry(policy: client.configuration.retryBackoff, deadline: deadline).run {
            let response = try await coordinator.call(
                TxnOffsetCommitRequest.self, versions: ClientVersions.transactionalOffsetCommit
            ) { version in
                try request(topics, version)
            }
            for topic in response.topics {
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    if let error = coordinator.check(
                        partition.errorCode, while: "committing the offset of \(key) in a transaction")
                    {
                        throw error
                    }
                }
            }
        }
    }

    private func request(
        _ topics: [(key: String, value: [(key: TopicPartition, value: OffsetAndMetadata)])], _ version: Int16
    ) throws -> TxnOffsetCommitRequest {
        // Before version 3 there is no member in it; a zombie among the group's members is then not refused.
        let namesMember = version >= Self.firstWithMember
        return TxnOffsetCommitRequest(
            transactionalID: transactionalID, groupID: group.groupID, producerID: producer.id.rawValue,
            producerEpoch: producer.epoch.rawValue, generationID: namesMember ? group.generation : -1,
            memberID: namesMember ? group.memberID : "",
            groupInstanceID: namesMember ? group.groupInstanceID : nil,
            topics: topics.map { topic, entries in
                .init(
                    name: topic,
                    partitions: entries.map { partition, position in
                        .init(
                            partitionIndex: partition.partition, committedOffset: position.offset.rawValue,
                            committedLeaderEpoch: position.leaderEpoch.rawValue,
                            committedMetadata: position.metadata)
                    })
            })
    }

    /// The first version that names the group's member (KIP-447).
    private static let firstWithMember: Int16 = 3
}
