import KafkaProtocol
public import RecordFormat

/// A position as a group keeps it.
public struct OffsetAndMetadata: Sendable, Hashable {
    /// The next record to read.
    public var offset: LogOffset
    /// The leader epoch of the record before it; `.none` if not known (KIP-320).
    public var leaderEpoch: LeaderEpoch
    /// Whatever the application keeps beside it.
    public var metadata: String

    /// Creates a position.
    public init(_ offset: LogOffset, leaderEpoch: LeaderEpoch = .none, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

/// The offset commits of a group.
struct GroupOffsets: Sendable {
    let client: KafkaClient
    let coordinator: GroupCoordinator

    /// Who commits: a member in its generation, or nobody's member.
    struct Committer: Sendable {
        var memberID = ""
        var generation: Int32 = -1
        var groupInstanceID: String?
    }

    /// Commits offsets, repeating what a repetition can cure.
    ///
    /// - Throws: ``KafkaClientError``: `.rebalanceNeeded` when the group has moved on without this member, `.fenced`,
    ///   or `.broker` for a partition that was refused.
    func commit(_ offsets: [TopicPartition: OffsetAndMetadata], by committer: Committer) async throws {
        if offsets.isEmpty { return }
        let topics = Dictionary(grouping: offsets.sorted { $0.key < $1.key }, by: \.key.topic).sorted {
            $0.key < $1.key
        }
        try await client.retrying {
            let response = try await self.coordinator.call(
                OffsetCommitRequest.self, versions: ClientVersions.offsetCommit
            ) {
                version in
                OffsetCommitRequest(
                    groupID: self.coordinator.groupID, generationIDOrMemberEpoch: committer.generation,
                    memberID: committer.memberID, groupInstanceID: version >= 7 ? committer.groupInstanceID : nil,
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
            for topic in response.topics {
                for partition in topic.partitions {
                    try self.check(partition.errorCode, TopicPartition(topic.name, partition.partitionIndex))
                }
            }
        }
    }

    private func check(_ rawCode: Int16, _ partition: TopicPartition) throws {
        guard let error = coordinator.check(rawCode, while: "committing the offset of \(partition)") else { return }
        switch error.errorCode {
        case ErrorCode.rebalanceInProgress?, ErrorCode.illegalGeneration?, ErrorCode.unknownMemberID?:
            // Not for the retries here: they would all fail until the member has joined again.
            throw CommitSuperseded(error: error)
        case ErrorCode.fencedInstanceID?:
            throw KafkaClientError(
                .fenced, "another member took the identity of this one", errorCode: .fencedInstanceID, cause: error)
        default: throw error
        }
    }

    /// Wraps what must not be repeated.
    struct CommitSuperseded: Error { var error: KafkaClientError }

    /// The committed offsets of `partitions`, or all of the group's for `nil`; those without one are missing.
    ///
    /// - Throws: ``KafkaClientError`` for what kept the answer away.
    func committed(_ partitions: [TopicPartition]?) async throws -> [TopicPartition: OffsetAndMetadata] {
        if let partitions, partitions.isEmpty { return [:] }
        let topics = partitions.map { Dictionary(grouping: $0.sorted(), by: \.topic).sorted { $0.key < $1.key } }
        return try await client.retrying {
            let response = try await self.coordinator.call(
                OffsetFetchRequest.self, versions: ClientVersions.offsetFetch
            ) {
                version in
                OffsetFetchRequest(
                    groupID: self.coordinator.groupID,
                    topics: topics.map { $0.map { .init(name: $0.key, partitionIndexes: $0.value.map(\.partition)) } },
                    // Offsets of a transaction that may still be aborted are not handed out (KIP-447).
                    requireStable: version >= 7)
            }
            if let error = self.coordinator.check(response.errorCode, while: "fetching committed offsets") {
                throw error
            }
            var offsets: [TopicPartition: OffsetAndMetadata] = [:]
            for topic in response.topics {
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    if let error = self.coordinator.check(
                        partition.errorCode, while: "fetching the committed offset of \(key)")
                    {
                        throw error
                    }
                    guard partition.committedOffset >= 0 else { continue }
                    offsets[key] = OffsetAndMetadata(
                        LogOffset(partition.committedOffset), leaderEpoch: LeaderEpoch(partition.committedLeaderEpoch),
                        metadata: partition.metadata ?? "")
                }
            }
            return offsets
        }
    }
}
