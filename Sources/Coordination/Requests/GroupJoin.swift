public import RecordFormat

/// One way of working together that a member supports: for consumers, a way of assigning partitions.
public struct GroupProtocol: Hashable, Sendable {
    /// The protocol's name.
    public var name: String
    /// What the leader gets to know of the member if the group chooses this protocol.
    public var metadata: ByteSlice

    /// Creates a protocol.
    public init(name: String, metadata: ByteSlice) {
        self.name = name
        self.metadata = metadata
    }
}

/// A client's request to be a member of a group's next generation.
public struct GroupJoin: Hashable, Sendable {
    /// The group to join.
    public var groupID: GroupID
    /// The member that joins; ``MemberID/unknown`` for a new one.
    public var memberID: MemberID
    /// What makes the member a static one (KIP-345).
    public var instanceID: GroupInstanceID?
    /// The client id of the request.
    public var clientID: String
    /// The address the request came from.
    public var clientHost: String
    /// How long the member may stay silent.
    public var sessionTimeout: Duration
    /// How long a rebalance waits for the member.
    public var rebalanceTimeout: Duration
    /// The kind of group, such as `consumer` or `connect`.
    public var protocolType: String
    /// The ways of working that the member supports, best first.
    public var protocols: [GroupProtocol]
    /// Whether a new dynamic member has to join a second time with the id it was given (KIP-394: JoinGroup v4).
    public var requiresKnownMemberID: Bool
    /// Whether a static leader understands that it need not assign again (KIP-814: JoinGroup v9).
    public var supportsSkippingAssignment: Bool

    /// Creates a request to join.
    public init(
        groupID: GroupID, memberID: MemberID = .unknown, instanceID: GroupInstanceID? = nil, clientID: String,
        clientHost: String, sessionTimeout: Duration, rebalanceTimeout: Duration, protocolType: String,
        protocols: [GroupProtocol], requiresKnownMemberID: Bool = true, supportsSkippingAssignment: Bool = true
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.instanceID = instanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.protocolType = protocolType
        self.protocols = protocols
        self.requiresKnownMemberID = requiresKnownMemberID
        self.supportsSkippingAssignment = supportsSkippingAssignment
    }
}

/// The answer to a join: the member's place in the new generation, or why it has none.
public struct GroupJoinResult: Hashable, Sendable {
    /// One member as the leader sees it.
    public struct Member: Hashable, Sendable {
        /// The member's id.
        public var memberID: MemberID
        /// The instance id of a static member.
        public var instanceID: GroupInstanceID?
        /// What the member joined with under the chosen protocol.
        public var metadata: ByteSlice

        /// Creates a member as the leader sees it.
        public init(memberID: MemberID, instanceID: GroupInstanceID?, metadata: ByteSlice) {
            self.memberID = memberID
            self.instanceID = instanceID
            self.metadata = metadata
        }
    }

    /// Why the join failed; `nil` when it did not.
    public var error: GroupError?
    /// The id the client is to use from now on.
    public var memberID: MemberID
    /// The generation the member is in; ``GenerationID/none`` after an error.
    public var generation: GenerationID
    /// The kind of group; `nil` after an error.
    public var protocolType: String?
    /// The protocol that was chosen; `nil` after an error.
    public var protocolName: String?
    /// The member that is to compute the assignments; `nil` after an error.
    public var leader: MemberID?
    /// Whether a leader keeps the assignments as they are (KIP-814).
    public var skipsAssignment: Bool
    /// All members of the generation, for the leader; empty for the others.
    public var members: [Member]

    /// Creates the answer to a join.
    public init(
        error: GroupError? = nil, memberID: MemberID, generation: GenerationID = .none, protocolType: String? = nil,
        protocolName: String? = nil, leader: MemberID? = nil, skipsAssignment: Bool = false, members: [Member] = []
    ) {
        self.error = error
        self.memberID = memberID
        self.generation = generation
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.leader = leader
        self.skipsAssignment = skipsAssignment
        self.members = members
    }
}
