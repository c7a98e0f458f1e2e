/// A group as ListGroups shows it.
public struct GroupListing: Hashable, Sendable {
    /// The protocol that a group's members speak with the coordinator (KIP-848).
    public enum GroupType: String, Hashable, Sendable, CaseIterable {
        /// JoinGroup and SyncGroup.
        case classic
        /// ConsumerGroupHeartbeat.
        case consumer
        /// ShareGroupHeartbeat (KIP-932).
        case share
    }

    /// The group's name.
    public var groupID: GroupID
    /// The kind of group; empty where it never had a member.
    public var protocolType: String
    /// The name of what the group is doing (KIP-518); each type has names of its own.
    public var state: String
    /// The protocol that the group's members speak with the coordinator.
    public var groupType: GroupType

    /// Creates the listing of a group.
    public init(groupID: GroupID, protocolType: String, state: String, groupType: GroupType) {
        self.groupID = groupID
        self.protocolType = protocolType
        self.state = state
        self.groupType = groupType
    }
}
