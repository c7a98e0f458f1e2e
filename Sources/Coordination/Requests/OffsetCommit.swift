public import RecordFormat

/// A request to keep how far a group has come in some partitions.
public struct OffsetCommit: Hashable, Sendable {
    /// How far the group has come in one partition.
    public struct Entry: Hashable, Sendable {
        /// The partition.
        public var partition: TopicPartition
        /// The offset of the next record to read.
        public var offset: LogOffset
        /// The leader epoch of the last record read; ``LeaderEpoch/none`` if not given.
        public var leaderEpoch: LeaderEpoch
        /// What the client wants back with the offset.
        public var metadata: String

        /// Creates an entry.
        public init(
            partition: TopicPartition, offset: LogOffset, leaderEpoch: LeaderEpoch = .none, metadata: String = ""
        ) {
            self.partition = partition
            self.offset = offset
            self.leaderEpoch = leaderEpoch
            self.metadata = metadata
        }
    }

    /// The group.
    public var groupID: GroupID
    /// The member that has come so far; ``MemberID/unknown`` without group membership.
    public var memberID: MemberID
    /// The instance id of a static member.
    public var instanceID: GroupInstanceID?
    /// The generation of the member, or its epoch (KIP-848); ``GenerationID/none`` without group membership.
    public var generation: GenerationID
    /// Whether the request may have a member epoch in the place of a generation (KIP-848: OffsetCommit v9).
    public var knowsMemberEpochs: Bool
    /// How long the offsets are to be kept where the client chooses that itself (OffsetCommit v2 to v4).
    public var retention: Duration?
    /// How far the group has come, by partition.
    public var entries: [Entry]

    /// Creates a request to keep offsets.
    public init(
        groupID: GroupID, memberID: MemberID = .unknown, instanceID: GroupInstanceID? = nil,
        generation: GenerationID = .none, knowsMemberEpochs: Bool = true, retention: Duration? = nil,
        entries: [Entry]
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
        self.knowsMemberEpochs = knowsMemberEpochs
        self.retention = retention
        self.entries = entries
    }
}

/// The answer to an offset commit or an offset deletion: what became of each partition.
public struct OffsetUpdateResult: Hashable, Sendable {
    /// What became of one partition.
    public struct Entry: Hashable, Sendable {
        /// The partition.
        public var partition: TopicPartition
        /// Why nothing changed; `nil` when the change is durable.
        public var error: GroupError?

        /// Creates what became of one partition.
        public init(partition: TopicPartition, error: GroupError? = nil) {
            self.partition = partition
            self.error = error
        }
    }

    /// Why the request as a whole failed, which each entry then repeats; `nil` when it did not.
    public var error: GroupError?
    /// What became of each partition, in the order of the request.
    public var entries: [Entry]

    /// Creates the answer.
    public init(error: GroupError? = nil, entries: [Entry]) {
        self.error = error
        self.entries = entries
    }

    /// The answer to a request that failed as a whole.
    static func failed(_ error: GroupError, _ partitions: some Sequence<TopicPartition>) -> OffsetUpdateResult {
        OffsetUpdateResult(error: error, entries: partitions.map { Entry(partition: $0, error: error) })
    }
}
