/// What a member of the consumer protocol sends to join, to stay, to tell what it has and wants, and to leave (KIP-848).
///
/// A member that joins says everything; later `nil` stands for what has not changed.
public struct ConsumerHeartbeat: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The member; ``MemberID/unknown`` where the coordinator is to make up the name (version 0).
    public var memberID: MemberID
    /// The member's epoch; 0 to join, -1 to leave, -2 for a static member that will be back.
    public var epoch: Int32
    /// What makes the member a static one (KIP-345).
    public var instanceID: GroupInstanceID?
    /// The member's rack.
    public var rackID: String?
    /// How long the member may take to give up partitions, in milliseconds; -1 if unchanged.
    public var rebalanceTimeoutMs: Int32
    /// The topics that the member names.
    public var topicNames: [String]?
    /// The regular expression whose topics the member wants as well; empty for none.
    public var expression: String?
    /// The assignor that the member wants.
    public var serverAssignor: String?
    /// The partitions that the member has.
    public var owned: PartitionAssignment?
    /// The client id of the request.
    public var clientID: String
    /// The address the request came from.
    public var clientHost: String
    /// Whether the member makes up its own id (KIP-1082: version 1).
    public var requiresMemberID: Bool

    /// Creates a heartbeat.
    public init(
        groupID: GroupID, memberID: MemberID, epoch: Int32, instanceID: GroupInstanceID? = nil, rackID: String? = nil,
        rebalanceTimeoutMs: Int32 = -1, topicNames: [String]? = nil, expression: String? = nil,
        serverAssignor: String? = nil, owned: PartitionAssignment? = nil, clientID: String, clientHost: String,
        requiresMemberID: Bool = true
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.epoch = epoch
        self.instanceID = instanceID
        self.rackID = rackID
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.topicNames = topicNames
        self.expression = expression
        self.serverAssignor = serverAssignor
        self.owned = owned
        self.clientID = clientID
        self.clientHost = clientHost
        self.requiresMemberID = requiresMemberID
    }

    /// Whether the member joins.
    var isJoining: Bool { epoch == CurrentAssignment.initialEpoch }

    /// Whether the member leaves, for good or for a while.
    var isLeaving: Bool {
        epoch == CurrentAssignment.leaveEpoch || epoch == CurrentAssignment.temporaryLeaveEpoch
    }

    /// Whether the member has said everything, as it does after an error, and so is to be told everything.
    var isFull: Bool { isJoining || (rebalanceTimeoutMs != -1 && topicNames != nil && owned != nil) }
}

/// The answer to a heartbeat of the consumer protocol.
public struct ConsumerHeartbeatResult: Hashable, Sendable {
    /// Why the heartbeat was refused; `nil` when it was not.
    public var error: GroupError?
    /// The same in words for the member's user; `nil` without an error.
    public var message: String?
    /// The id the client is to use from now on; `nil` after an error.
    public var memberID: MemberID?
    /// The member's epoch.
    public var epoch: Int32
    /// How often the member is to send heartbeats.
    public var heartbeatInterval: Duration
    /// The partitions that the member may read; `nil` where that has not changed.
    public var assignment: PartitionAssignment?

    /// Creates the answer to a heartbeat.
    public init(
        error: GroupError? = nil, message: String? = nil, memberID: MemberID? = nil, epoch: Int32 = 0,
        heartbeatInterval: Duration = .zero, assignment: PartitionAssignment? = nil
    ) {
        self.error = error
        self.message = message
        self.memberID = memberID
        self.epoch = epoch
        self.heartbeatInterval = heartbeatInterval
        self.assignment = assignment
    }
}

/// Why a request of a consumer group's member was refused.
struct GroupRefusal: Error, Hashable {
    let error: GroupError
    /// The same in words.
    let message: String

    init(_ error: GroupError, _ message: String) {
        self.error = error
        self.message = message
    }
}
