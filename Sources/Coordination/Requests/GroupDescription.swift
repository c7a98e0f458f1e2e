public import RecordFormat

/// A group as DescribeGroups shows it.
public struct GroupDescription: Hashable, Sendable {
    /// One member of the group.
    public struct Member: Hashable, Sendable {
        /// The member's id.
        public var memberID: MemberID
        /// The instance id of a static member.
        public var instanceID: GroupInstanceID?
        /// The client id of the member's join.
        public var clientID: String
        /// The address the member joined from.
        public var clientHost: String
        /// What the member joined with under the chosen protocol; empty unless the group is stable.
        public var metadata: ByteSlice
        /// What the member was assigned; empty unless it was.
        public var assignment: ByteSlice

        /// Creates a member of a group.
        public init(
            memberID: MemberID, instanceID: GroupInstanceID?, clientID: String, clientHost: String,
            metadata: ByteSlice, assignment: ByteSlice
        ) {
            self.memberID = memberID
            self.instanceID = instanceID
            self.clientID = clientID
            self.clientHost = clientHost
            self.metadata = metadata
            self.assignment = assignment
        }
    }

    /// The group's name.
    public var groupID: GroupID
    /// What the group is doing; ``ClassicGroupState/dead`` also where there is no such group.
    public var state: ClassicGroupState
    /// Whether there is such a group (KIP-1043: DescribeGroups v6 says so with an error).
    public var exists: Bool
    /// The kind of group; empty where it never had a member.
    public var protocolType: String
    /// The protocol that was chosen; empty unless the group is stable.
    public var protocolName: String
    /// The members, in the order in which they joined.
    public var members: [Member]

    /// Creates the description of a group.
    public init(
        groupID: GroupID, state: ClassicGroupState, exists: Bool, protocolType: String, protocolName: String,
        members: [Member]
    ) {
        self.groupID = groupID
        self.state = state
        self.exists = exists
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.members = members
    }
}
