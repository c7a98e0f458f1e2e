public import RecordFormat

/// A member's request for its assignment; the leader's carries everyone's.
public struct GroupSync: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The member that asks.
    public var memberID: MemberID
    /// The instance id of a static member.
    public var instanceID: GroupInstanceID?
    /// The generation the member joined.
    public var generation: GenerationID
    /// The kind of group the member thinks it is in; `nil` where it does not say (KIP-559: SyncGroup v5).
    public var protocolType: String?
    /// The protocol the member thinks was chosen; `nil` where it does not say (KIP-559: SyncGroup v5).
    public var protocolName: String?
    /// What each member is to do; only the leader's are looked at.
    public var assignments: [MemberID: ByteSlice]

    /// Creates a request for an assignment.
    public init(
        groupID: GroupID, memberID: MemberID, instanceID: GroupInstanceID? = nil, generation: GenerationID,
        protocolType: String? = nil, protocolName: String? = nil, assignments: [MemberID: ByteSlice] = [:]
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignments = assignments
    }
}

/// The answer to a sync: the member's assignment, which is durable by then, or why it has none.
public struct GroupSyncResult: Hashable, Sendable {
    /// Why there is no assignment; `nil` when there is one.
    public var error: GroupError?
    /// The kind of group; `nil` after an error.
    public var protocolType: String?
    /// The protocol that was chosen; `nil` after an error.
    public var protocolName: String?
    /// What the leader assigned to the member; empty where it left the member out.
    public var assignment: ByteSlice

    /// Creates the answer to a sync.
    public init(
        error: GroupError? = nil, protocolType: String? = nil, protocolName: String? = nil,
        assignment: ByteSlice = .empty
    ) {
        self.error = error
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignment = assignment
    }
}
