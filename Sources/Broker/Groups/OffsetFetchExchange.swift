import Coordination
import KafkaProtocol
import RecordFormat

/// One OffsetFetch request on its way through the coordinators of its groups.
///
/// Up to version 7 a request asks about one group and its answer has another shape (KIP-709); here it is one group
/// like any other.
struct OffsetFetchExchange: Sendable {
    /// The first version that asks about any number of groups (KIP-709).
    private static let firstVersionWithGroups: Int16 = 8
    /// The first version that names topics by their identity (KIP-848).
    private static let firstVersionWithTopicIDs: Int16 = 10
    /// The first version whose answer has an error for the group as a whole.
    private static let firstVersionWithGroupError: Int16 = 2
    /// What stands in the answer where nothing was committed.
    private static let noOffset: Int64 = -1

    /// One topic as the request names it and as it was found.
    private struct Topic {
        let name: String
        let id: TopicID
        let partitions: [Int32]
        let resolved: Result<String, ErrorCode>
    }

    /// One group of the request; `nil` topics for all.
    private struct Group {
        let id: String
        /// The member that asks, and its epoch, where it says so (KIP-848: version 9).
        var memberID: MemberID?
        var memberEpoch: Int32 = -1
        let topics: [Topic]?
    }

    /// What the groups are asked, in the order of the request.
    let fetches: [OffsetFetch]
    private let version: Int16
    private let groups: [Group]
    private let resolve: TopicResolver
    private let topicID: @Sendable (String) -> TopicID?

    /// Reads an OffsetFetch request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - version: Its version.
    ///   - resolve: Finds a topic's name. By name it refuses only what the client must not see: offsets of a topic
    ///     that is gone are still a group's offsets.
    ///   - topicID: The identity of a topic by name; `nil` if there is no such topic.
    init(
        _ request: OffsetFetchRequest, version: Int16, resolve: @escaping TopicResolver,
        topicID: @escaping @Sendable (String) -> TopicID?
    ) {
        self.version = version
        self.resolve = resolve
        self.topicID = topicID
        if version >= Self.firstVersionWithGroups {
            groups = request.groups.map { group in
                Group(
                    id: group.groupID,
                    // A client that is no member may say so by an empty name.
                    memberID: group.memberID.flatMap { $0.isEmpty ? nil : MemberID($0) },
                    memberEpoch: group.memberEpoch,
                    topics: group.topics.map { topics in
                        topics.map { topic in
                            let reference: TopicReference =
                                version >= Self.firstVersionWithTopicIDs ? .id(topic.topicID) : .name(topic.name)
                            return Topic(
                                name: topic.name, id: topic.topicID, partitions: topic.partitionIndexes,
                                resolved: resolve(reference))
                        }
                    })
            }
        } else {
            let topics = request.topics.map { topics in
                topics.map { topic in
                    Topic(
                        name: topic.name, id: .zero, partitions: topic.partitionIndexes,
                        resolved: resolve(.name(topic.name)))
                }
            }
            groups = [Group(id: request.groupID, topics: topics)]
        }
        fetches = groups.map { group in
            OffsetFetch(
                groupID: GroupID(group.id), memberID: group.memberID, epoch: group.memberEpoch,
                partitions: group.topics.map { $0.flatMap(Self.partitions) },
                requiresStable: request.requireStable)
        }
    }

    private static func partitions(of topic: Topic) -> [TopicPartition] {
        guard case .success(let name) = topic.resolved else { return [] }
        return topic.partitions.map { TopicPartition(name, $0) }
    }

    /// The answer, from what each group answered or why it could not be asked, in the order of ``fetches``.
    func response(to results: [Result<OffsetFetchResult, ErrorCode>]) -> OffsetFetchResponse {
        precondition(results.count == groups.count, "each group has one answer")
        let answers = zip(groups, results).map(answer)
        if version >= Self.firstVersionWithGroups { return OffsetFetchResponse(groups: answers) }
        return answers.first.map(singleGroupResponse) ?? OffsetFetchResponse()
    }

    private typealias GroupAnswer = OffsetFetchResponse.OffsetFetchResponseGroup
    private typealias TopicAnswer = OffsetFetchResponse.OffsetFetchResponseTopics
    private typealias PartitionAnswer = OffsetFetchResponse.OffsetFetchResponsePartitions

    private func answer(_ group: Group, _ result: Result<OffsetFetchResult, ErrorCode>) -> GroupAnswer {
        switch result {
        case .failure(let error): failure(of: group, error)
        case .success(let result) where result.error != nil: failure(of: group, ErrorCode(result.error))
        case .success(let result):
            GroupAnswer(
                groupID: group.id,
                topics: group.topics.map { requested($0, result) } ?? all(result))
        }
    }

    private func failure(of group: Group, _ error: ErrorCode) -> GroupAnswer {
        if version >= Self.firstVersionWithGroupError {
            return GroupAnswer(groupID: group.id, errorCode: error.rawValue)
        }
        let topics = (group.topics ?? []).map { topic in
            TopicAnswer(name: topic.name, partitions: topic.partitions.map { refused($0, error) })
        }
        return GroupAnswer(groupID: group.id, topics: topics, errorCode: error.rawValue)
    }

    private func refused(_ partition: Int32, _ error: ErrorCode) -> PartitionAnswer {
        PartitionAnswer(
            partitionIndex: partition, committedOffset: Self.noOffset, metadata: "", errorCode: error.rawValue)
    }

    private func requested(_ topics: [Topic], _ result: OffsetFetchResult) -> [TopicAnswer] {
        let entries = Dictionary(result.entries.map { ($0.partition, $0) }, uniquingKeysWith: { first, _ in first })
        return topics.map { topic in
            TopicAnswer(
                name: topic.name, topicID: topic.id,
                partitions: topic.partitions.map { partition in
                    switch topic.resolved {
                    case .failure(let error): refused(partition, error)
                    case .success(let name):
                        answer(partition, entries[TopicPartition(name, partition)])
                    }
                })
        }
    }

    /// Everything the group has committed, less what the client must not see and what has no form in this version.
    private func all(_ result: OffsetFetchResult) -> [TopicAnswer] {
        var answers: [TopicAnswer] = []
        var latest: String?
        // Entries are sorted by topic, so a topic's partitions come one after another.
        for entry in result.entries {
            let topic = entry.partition.topic
            if latest != topic {
                latest = nil
                guard case .success = resolve(.name(topic)) else { continue }
                let id = topicID(topic)
                if version >= Self.firstVersionWithTopicIDs && id == nil { continue }
                answers.append(TopicAnswer(name: topic, topicID: id ?? .zero))
                latest = topic
            }
            answers[answers.count - 1].partitions.append(answer(entry.partition.partition, entry))
        }
        return answers
    }

    private func answer(_ partition: Int32, _ entry: OffsetFetchResult.Entry?) -> PartitionAnswer {
        PartitionAnswer(
            partitionIndex: partition, committedOffset: entry?.committed?.offset.rawValue ?? Self.noOffset,
            committedLeaderEpoch: entry?.committed?.leaderEpoch.rawValue ?? LeaderEpoch.none.rawValue,
            metadata: entry?.committed?.metadata ?? "", errorCode: ErrorCode(entry?.error).rawValue)
    }

    /// The same answer in the shape that it had up to version 7.
    private func singleGroupResponse(_ group: GroupAnswer) -> OffsetFetchResponse {
        OffsetFetchResponse(
            topics: group.topics.map { topic in
                OffsetFetchResponse.OffsetFetchResponseTopic(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        OffsetFetchResponse.OffsetFetchResponsePartition(
                            partitionIndex: $0.partitionIndex, committedOffset: $0.committedOffset,
                            committedLeaderEpoch: $0.committedLeaderEpoch, metadata: $0.metadata,
                            errorCode: $0.errorCode)
                    })
            },
            errorCode: group.errorCode)
    }
}
