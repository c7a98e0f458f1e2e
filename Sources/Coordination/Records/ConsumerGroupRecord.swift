internal import RecordFormat

/// One record of a group of the consumer protocol, less the group's name (KIP-848).
///
/// A `nil` value is a tombstone. A group is what its records say, in their order: the coordinator changes a group only
/// by ``ConsumerGroupState/apply(_:)``, and so a replay of the log makes the same group.
///
/// - SeeAlso: docs/format/consumer-offsets.md
enum ConsumerGroupRecord: Hashable, Sendable {
    /// The group, with its epoch.
    case group(epoch: Int32?)
    /// The topics that the members subscribe to, as they were when the group's epoch last rose.
    case topics([String: CatalogedTopic]?)
    /// A member, as it described itself.
    case member(MemberID, ConsumerMemberMetadata?)
    /// The epoch of the group that the target assignment was made for.
    case targetEpoch(Int32?)
    /// What a member is to have.
    case target(MemberID, PartitionAssignment?)
    /// What a member has.
    case current(MemberID, CurrentAssignment?)
    /// The topics that a regular expression matches.
    case expression(String, ResolvedExpression?)

    /// Whether the record deletes what stands under its key.
    var isTombstone: Bool {
        switch self {
        case .group(let value), .targetEpoch(let value): value == nil
        case .topics(let value): value == nil
        case .member(_, let value): value == nil
        case .target(_, let value): value == nil
        case .current(_, let value): value == nil
        case .expression(_, let value): value == nil
        }
    }
}

/// A member of a consumer group, as it described itself.
struct ConsumerMemberMetadata: Hashable, Sendable {
    /// What only members of the classic protocol say of themselves.
    struct Classic: Hashable, Sendable {
        /// How long the member may stay silent, in milliseconds.
        var sessionTimeoutMs: Int32
        /// The ways of working that the member supports, best first.
        var protocols: [GroupProtocol]
    }

    /// What makes the member a static one (KIP-345).
    var instanceID: GroupInstanceID?
    /// The member's rack.
    var rackID: String?
    var clientID = ""
    var clientHost = ""
    /// The topics that the member names, in ascending order.
    var topicNames: [String] = []
    /// The regular expression whose topics the member wants as well; `nil` for none.
    var expression: String?
    /// How long the member may take to give up partitions, in milliseconds; -1 if it never said.
    var rebalanceTimeoutMs: Int32 = -1
    /// The assignor that the member wants; `nil` leaves it to the others.
    var serverAssignor: String?
    /// `nil` for a member of the consumer protocol.
    var classic: Classic?
}

/// The topics that a regular expression matches, and when that was looked up.
struct ResolvedExpression: Hashable, Sendable {
    /// The names of the topics, in ascending order.
    var topics: [String]
    /// The version of the catalog that was looked into.
    var version: Int64
    var timestamp: Timestamp
}

/// How far a member is with what it is to have.
enum ConsumerMemberState: Int8, Hashable, Sendable {
    /// It has what it is to have.
    case stable = 0
    /// It has to give up partitions before it can go on to the next epoch.
    case unrevokedPartitions = 1
    /// It is in the last epoch and waits for partitions that others have not given up.
    case unreleasedPartitions = 2
}

/// What a member has, and in which epoch.
struct CurrentAssignment: Hashable, Sendable {
    /// A member that has just joined and is in no epoch yet.
    static let initialEpoch: Int32 = 0
    /// What a member sends to leave.
    static let leaveEpoch: Int32 = -1
    /// What a static member sends that will be back, and the epoch that it has until then.
    static let temporaryLeaveEpoch: Int32 = -2

    var epoch: Int32 = initialEpoch
    /// The epoch before, with which a member comes that has not got our last answer.
    var previousEpoch: Int32 = initialEpoch
    var state = ConsumerMemberState.stable
    /// The partitions that the member may read.
    var assigned = PartitionAssignment()
    /// The partitions that the member has been asked to give up and may still be reading.
    var pendingRevocation = PartitionAssignment()

    /// The same with another epoch, this one becoming the previous.
    func advanced(to epoch: Int32) -> CurrentAssignment {
        var advanced = self
        advanced.previousEpoch = self.epoch
        advanced.epoch = epoch
        return advanced
    }
}
