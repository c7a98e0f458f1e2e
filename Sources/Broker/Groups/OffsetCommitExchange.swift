import Coordination
import KafkaProtocol
import RecordFormat

/// One OffsetCommit request on its way through the group's coordinator.
///
/// Topics that cannot be resolved are answered with their error and never reach the group; the others' results are
/// put back where the request had them.
struct OffsetCommitExchange {
    /// The first version that names topics by their identity (KIP-848).
    private static let firstVersionWithTopicIDs: Int16 = 10
    /// The first version whose clients know that a group may not exist, and of member epochs (KIP-848).
    private static let firstVersionWithMemberEpochs: Int16 = 9
    /// What stands in a request that leaves the retention to the broker.
    private static let defaultRetention: Int64 = -1

    /// What the group is asked; without entries it need not be asked.
    let commit: OffsetCommit
    private let request: OffsetCommitRequest
    private let version: Int16
    /// What became of each topic of the request, in its order.
    private let topics: [Result<String, ErrorCode>]
    private let missing: Set<TopicPartition>

    /// Reads an OffsetCommit request, resolving its topics.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - version: Its version.
    ///   - resolve: Finds a topic's name.
    ///   - hasPartition: Whether a topic that was found has this partition; offsets of others are not kept.
    init(
        _ request: OffsetCommitRequest, version: Int16, resolve: TopicResolver,
        hasPartition: (TopicPartition) -> Bool
    ) {
        self.request = request
        self.version = version
        topics = request.topics.map { topic in
            resolve(version >= Self.firstVersionWithTopicIDs ? .id(topic.topicID) : .name(topic.name))
        }
        let missing = Set(
            zip(request.topics, topics).flatMap { topic, resolved -> [TopicPartition] in
                guard case .success(let name) = resolved else { return [] }
                return topic.partitions.map { TopicPartition(name, $0.partitionIndex) }.filter { !hasPartition($0) }
            })
        self.missing = missing
        let hasRetention = request.retentionTimeMs != Self.defaultRetention
        commit = OffsetCommit(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID),
            instanceID: request.groupInstanceID.map { GroupInstanceID($0) },
            generation: GenerationID(request.generationIDOrMemberEpoch),
            knowsMemberEpochs: version >= Self.firstVersionWithMemberEpochs,
            retention: hasRetention ? .milliseconds(request.retentionTimeMs) : nil,
            entries: zip(request.topics, topics).flatMap { topic, resolved -> [OffsetCommit.Entry] in
                guard case .success(let name) = resolved else { return [] }
                return topic.partitions.filter { !missing.contains(TopicPartition(name, $0.partitionIndex)) }.map {
                    OffsetCommit.Entry(
                        partition: TopicPartition(name, $0.partitionIndex),
                        offset: LogOffset($0.committedOffset), leaderEpoch: LeaderEpoch($0.committedLeaderEpoch),
                        metadata: $0.committedMetadata ?? "")
                }
            })
    }

    /// The answer once the group has taken the commit; `nil` where it was not asked.
    func response(to result: OffsetUpdateResult?) -> OffsetCommitResponse {
        let entries = (result?.entries ?? []).map { ($0.partition, $0.error) }
        let errors = Dictionary(entries, uniquingKeysWith: { first, second in first ?? second })
        return response { errors[$0].map(code) ?? .unknownServerError }
    }

    /// The answer to a commit that did not reach the group.
    func response(failing error: ErrorCode) -> OffsetCommitResponse { response { _ in error } }

    private func code(_ error: GroupError?) -> ErrorCode {
        // Clients of older versions rejoin on this and would give up on the other.
        if error == .groupIDNotFound && version < Self.firstVersionWithMemberEpochs { return .illegalGeneration }
        return ErrorCode(error)
    }

    private func response(_ code: (TopicPartition) -> ErrorCode) -> OffsetCommitResponse {
        OffsetCommitResponse(
            topics: zip(request.topics, topics).map { topic, resolved in
                OffsetCommitResponse.OffsetCommitResponseTopic(
                    name: topic.name, topicID: topic.topicID,
                    partitions: topic.partitions.map { partition in
                        let result: ErrorCode =
                            switch resolved {
                            case .failure(let error): error
                            case .success(let name):
                                missing.contains(TopicPartition(name, partition.partitionIndex))
                                    ? .unknownTopicOrPartition : code(TopicPartition(name, partition.partitionIndex))
                            }
                        return OffsetCommitResponse.OffsetCommitResponsePartition(
                            partitionIndex: partition.partitionIndex, errorCode: result.rawValue)
                    })
            })
    }
}
