public import RecordFormat

/// A question for a group's committed offsets.
public struct OffsetFetch: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The member that asks (KIP-848: OffsetFetch v9); `nil` for anyone else.
    public var memberID: MemberID?
    /// The member's epoch; -1 for anyone else.
    public var epoch: Int32
    /// The partitions asked for; `nil` for all that have a committed offset.
    public var partitions: [TopicPartition]?
    /// Whether an offset that is about to change is to be refused instead of the old one given (KIP-447).
    public var requiresStable: Bool

    /// Creates a question for offsets.
    public init(
        groupID: GroupID, memberID: MemberID? = nil, epoch: Int32 = -1, partitions: [TopicPartition]?,
        requiresStable: Bool = false
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.epoch = epoch
        self.partitions = partitions
        self.requiresStable = requiresStable
    }
}

/// The answer to an offset fetch.
public struct OffsetFetchResult: Hashable, Sendable {
    /// The offset of one partition.
    public struct Entry: Hashable, Sendable {
        /// The partition.
        public var partition: TopicPartition
        /// Why the offset is not given; `nil` when it is, or when there is none.
        public var error: GroupError?
        /// What was committed last; `nil` if nothing was.
        public var committed: OffsetCommitValue?

        /// Creates the offset of one partition.
        public init(partition: TopicPartition, error: GroupError? = nil, committed: OffsetCommitValue?) {
            self.partition = partition
            self.error = error
            self.committed = committed
        }
    }

    /// Why the request as a whole was refused; `nil` when it was not.
    public var error: GroupError?
    /// The offsets: in the order of the request, or sorted where all were asked for.
    public var entries: [Entry]

    /// Creates the answer to an offset fetch.
    public init(error: GroupError? = nil, entries: [Entry]) {
        self.error = error
        self.entries = entries
    }
}

/// A request to forget a group's offsets in some partitions (KIP-496).
public struct OffsetDelete: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The partitions to forget.
    public var partitions: [TopicPartition]

    /// Creates a request to forget offsets.
    public init(groupID: GroupID, partitions: [TopicPartition]) {
        self.groupID = groupID
        self.partitions = partitions
    }
}
