/// A member's sign of life, answered by whether its generation still stands.
public struct GroupHeartbeat: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The member that lives.
    public var memberID: MemberID
    /// The instance id of a static member.
    public var instanceID: GroupInstanceID?
    /// The generation the member is in.
    public var generation: GenerationID

    /// Creates a sign of life.
    public init(
        groupID: GroupID, memberID: MemberID, instanceID: GroupInstanceID? = nil, generation: GenerationID
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
    }
}
