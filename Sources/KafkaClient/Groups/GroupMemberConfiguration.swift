public import RecordFormat

/// Who a group member is and how closely the group watches it. The defaults are those of Kafka's consumer.
public struct GroupMemberConfiguration: Sendable {
    /// The group.
    public var groupID: String
    /// What kind of group it is; all members have the same (`consumer`, `connect`, …).
    public var protocolType: String
    /// A name that outlives the process, so that a restart causes no rebalance (KIP-345).
    public var groupInstanceID: String?
    /// How long the group waits for a heartbeat before it drops the member.
    public var sessionTimeout: Duration
    /// How long the group waits for the member to join again once it rebalances.
    public var rebalanceTimeout: Duration
    /// The pause between heartbeats.
    public var heartbeatInterval: Duration
    /// How long the application may be silent before the member leaves by itself; `nil` for ever.
    public var maximumPollInterval: Duration?
    /// Whether the member goes without a connection of its own: for groups of one, whose joins nobody waits for.
    package var sharesConnection = false

    /// Creates a configuration.
    public init(
        groupID: String, protocolType: String, groupInstanceID: String? = nil, sessionTimeout: Duration = .seconds(45),
        rebalanceTimeout: Duration = .seconds(300), heartbeatInterval: Duration = .seconds(3),
        maximumPollInterval: Duration? = nil
    ) {
        self.groupID = groupID
        self.protocolType = protocolType
        self.groupInstanceID = groupInstanceID
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.heartbeatInterval = heartbeatInterval
        self.maximumPollInterval = maximumPollInterval
    }

    func validate() throws(KafkaClientError) {
        guard !groupID.isEmpty, !protocolType.isEmpty else {
            throw KafkaClientError(.invalidConfiguration, "a group member needs a groupID and a protocolType")
        }
        guard heartbeatInterval > .zero, heartbeatInterval < sessionTimeout else {
            throw KafkaClientError(.invalidConfiguration, "heartbeatInterval must be above 0 and below sessionTimeout")
        }
    }
}

/// A way of sharing work that a member offers, with what the leader has to know of the member.
public struct GroupProtocol: Sendable, Hashable {
    /// The protocol's name; the group takes one that all members offer.
    public var name: String
    /// For the leader, in the application's own format.
    public var metadata: ByteSlice

    /// Offers a protocol.
    public init(name: String, metadata: ByteSlice) {
        self.name = name
        self.metadata = metadata
    }
}

/// What the leader of a group assigns from.
public struct GroupLeadership: Sendable {
    /// A member as the leader sees it.
    public struct Member: Sendable, Hashable {
        /// The name that the group gave it.
        public var memberID: String
        /// The name it brought itself, if any.
        public var groupInstanceID: String?
        /// Its metadata under the chosen protocol.
        public var metadata: ByteSlice

        /// Describes a member.
        public init(memberID: String, groupInstanceID: String? = nil, metadata: ByteSlice) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.metadata = metadata
        }
    }

    /// The generation that the assignment is for.
    public var generation: Int32
    /// The protocol that the group chose.
    public var protocolName: String
    /// The leader: this member.
    public var leaderID: String
    /// All members, this one included.
    public var members: [Member]
}

/// A place in a group, for one generation.
public struct GroupMembership: Sendable, Hashable {
    /// The group.
    public var groupID: String
    /// The name that the group gave the member.
    public var memberID: String
    /// Counts the group's rebalances.
    public var generation: Int32
    /// The protocol that the group chose.
    public var protocolName: String
    /// The member that assigns.
    public var leaderID: String
    /// What the leader assigned to this member, in the application's own format.
    public var assignment: ByteSlice

    /// Whether this member assigns.
    public var isLeader: Bool { memberID == leaderID }
}

/// Why a member has to join again, or does not wait any more.
public enum RebalanceCause: Sendable, Hashable {
    /// Another member joined or left, or this one never joined.
    case groupRebalancing
    /// ``GroupMember/requestRebalance(reason:)`` was called.
    case requested(String)
    /// The group dropped this member: what it was assigned belongs to others by now.
    case lost(String)
    /// Another member took this one's static identity.
    case fenced
    /// The waiting task was cancelled.
    case cancelled
    /// The member was closed.
    case closed
}
