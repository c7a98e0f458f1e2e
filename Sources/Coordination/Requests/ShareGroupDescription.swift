/// A share group as ShareGroupDescribe shows it (KIP-932).
public struct ShareGroupDescription: Hashable, Sendable {
    /// One member of the group.
    public struct Member: Hashable, Sendable {
        /// The member's id.
        public var memberID: MemberID
        /// The member's rack.
        public var rackID: String?
        /// The member's epoch.
        public var epoch: Int32
        /// The client id of the member's last heartbeat.
        public var clientID: String
        /// The address that came from.
        public var clientHost: String
        /// The topics that the member wants.
        public var topicNames: [String]
        /// What the member reads.
        public var assignment: [ConsumerGroupDescription.TopicPartitions]
    }

    /// The group's name.
    public var groupID: GroupID
    /// The name of what the group is doing: `Empty` or `Stable`.
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
