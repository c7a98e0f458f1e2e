internal import RecordFormat

/// What a member of a share group sends to join, to stay, to tell what it wants, and to leave (KIP-932).
///
/// A member that joins says everything; later `nil` stands for what has not changed.
public struct ShareHeartbeat: Hashable, Sendable {
    /// The group.
    public var groupID: GroupID
    /// The member, by the name it chose for itself.
    public var memberID: MemberID
    /// The member's epoch; 0 to join, -1 to leave.
    public var epoch: Int32
    /// The member's rack.
    public var rackID: String?
    /// The topics that the member wants.
    public var topicNames: [String]?
    /// The client id of the request.
    public var clientID: String
    /// The address the request came from.
    public var clientHost: String

    /// Creates a heartbeat.
    public init(
        groupID: GroupID, memberID: MemberID, epoch: Int32, rackID: String? = nil, topicNames: [String]? = nil,
        clientID: String, clientHost: String
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.epoch = epoch
        self.rackID = rackID
        self.topicNames = topicNames
        self.clientID = clientID
        self.clientHost = clientHost
    }

    /// Whether the member joins.
    var isJoining: Bool { epoch == CurrentAssignment.initialEpoch }
    /// Whether the member leaves.
    var isLeaving: Bool { epoch == CurrentAssignment.leaveEpoch }
    /// Whether the member has said everything, and so is to be told everything.
    var isFull: Bool { isJoining || topicNames != nil }

    /// Checks what can be checked without knowing the group.
    func validate() throws(GroupRefusal) {
        if groupID.rawValue.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "GroupId can't be empty.")
        }
        if memberID.rawValue.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "MemberId can't be empty.")
        }
        if let rackID, rackID.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "RackId can't be empty.")
        }
        guard epoch >= CurrentAssignment.leaveEpoch else {
            throw GroupRefusal(.invalidRequest, "MemberEpoch is invalid.")
        }
        if isJoining && topicNames?.isEmpty ?? true {
            throw GroupRefusal(.invalidRequest, "SubscribedTopicNames must be set in first request.")
        }
        let names = [groupID.rawValue, memberID.rawValue, rackID ?? "", clientID, clientHost] + (topicNames ?? [])
        guard names.allSatisfy(\.fitsRecord) else { throw GroupRefusal(.invalidRequest, "A field is too long.") }
    }
}

/// The answer to a heartbeat of a share group's member.
public struct ShareHeartbeatResult: Hashable, Sendable {
    /// Why the heartbeat was refused; `nil` when it was not.
    public var error: GroupError?
    /// The same in words for the member's user; `nil` without an error.
    public var message: String?
    /// The member; `nil` after an error.
    public var memberID: MemberID?
    /// The member's epoch.
    public var epoch: Int32
    /// How often the member is to send heartbeats.
    public var heartbeatInterval: Duration
    /// The partitions that the member is to read, along with others; `nil` where that has not changed.
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
