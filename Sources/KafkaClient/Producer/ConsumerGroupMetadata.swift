/// Which group's offsets a transaction commits, and as which member (KIP-447).
public struct ConsumerGroupMetadata: Sendable, Hashable {
    /// The group.
    public var groupID: String
    /// Counts the group's rebalances; -1 outside of a group.
    public var generation: Int32
    /// The member; empty outside of a group.
    public var memberID: String
    /// The name that a static member keeps across restarts.
    public var groupInstanceID: String?

    /// Names a group, and the member in it that reads: the cluster then refuses offsets of a member that the group has
    /// gone on without.
    public init(groupID: String, generation: Int32 = -1, memberID: String = "", groupInstanceID: String? = nil) {
        self.groupID = groupID
        self.generation = generation
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
    }

    /// Takes the member that a consumer is, as ``KafkaConsumer/membership`` tells.
    public init(_ membership: GroupMembership, groupInstanceID: String? = nil) {
        self.init(
            groupID: membership.groupID, generation: membership.generation, memberID: membership.memberID,
            groupInstanceID: groupInstanceID)
    }
}
