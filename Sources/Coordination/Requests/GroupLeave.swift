/// A request to take members out of a group, by the members themselves or by an administrator.
public struct GroupLeave: Hashable, Sendable {
    /// One member to take out.
    public struct Member: Hashable, Sendable {
        /// The member; ``MemberID/unknown`` where only the instance id is known (KIP-345).
        public var memberID: MemberID
        /// The instance id of a static member.
        public var instanceID: GroupInstanceID?

        /// Creates the name of a member to take out.
        public init(memberID: MemberID, instanceID: GroupInstanceID? = nil) {
            self.memberID = memberID
            self.instanceID = instanceID
        }
    }

    /// The group.
    public var groupID: GroupID
    /// The members to take out.
    public var members: [Member]

    /// Creates a request to take members out.
    public init(groupID: GroupID, members: [Member]) {
        self.groupID = groupID
        self.members = members
    }
}

/// The answer to a leave: what became of each member.
public struct GroupLeaveResult: Hashable, Sendable {
    /// What became of one member.
    public struct Member: Hashable, Sendable {
        /// The member as the request named it.
        public var member: GroupLeave.Member
        /// Why the member was not taken out; `nil` when it was.
        public var error: GroupError?

        /// Creates what became of one member.
        public init(member: GroupLeave.Member, error: GroupError? = nil) {
            self.member = member
            self.error = error
        }
    }

    /// Why the request as a whole failed; `nil` when it did not.
    public var error: GroupError?
    /// What became of each member, in the order of the request.
    public var members: [Member]

    /// Creates the answer to a leave.
    public init(error: GroupError? = nil, members: [Member] = []) {
        self.error = error
        self.members = members
    }
}
