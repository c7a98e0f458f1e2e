public import RecordFormat

/// A group of the consumer protocol as ConsumerGroupDescribe shows it (KIP-848).
public struct ConsumerGroupDescription: Hashable, Sendable {
    /// Some partitions of one topic.
    public struct TopicPartitions: Hashable, Sendable {
        /// The topic's identity.
        public var topicID: TopicID
        /// The topic's name.
        public var topic: String
        /// The partitions, in ascending order.
        public var partitions: [Int32]
    }

    /// One member of the group.
    public struct Member: Hashable, Sendable {
        /// The member's id.
        public var memberID: MemberID
        /// The instance id of a static member.
        public var instanceID: GroupInstanceID?
        /// The member's rack.
        public var rackID: String?
        /// The member's epoch.
        public var epoch: Int32
        /// The client id of the member's last heartbeat.
        public var clientID: String
        /// The address that came from.
        public var clientHost: String
        /// The topics that the member names.
        public var topicNames: [String]
        /// The regular expression whose topics the member wants as well.
        public var expression: String?
        /// What the member has.
        public var assignment: [TopicPartitions]
        /// What the member is to have.
        public var target: [TopicPartitions]
        /// Whether the member speaks the classic protocol with the group.
        public var usesClassicProtocol: Bool
    }

    /// The group's name.
    public var groupID: GroupID
    /// The name of what the group is doing: `Empty`, `Assigning`, `Reconciling` or `Stable`.
    public var state: String
    /// The group's epoch.
    public var groupEpoch: Int32
    /// The epoch of the group that the target assignment was made for.
    public var assignmentEpoch: Int32
    /// The assignor in use.
    public var assignor: String
    /// The members, in ascending order of their ids.
    public var members: [Member]
}
