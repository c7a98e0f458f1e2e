public import LogCore
public import RecordFormat

/// What the host knows a fetch by: the follower's number of a fetch that it sends, or the host's own of one that came
/// in.
public struct FetchToken: Hashable, Sendable {
    /// The number.
    public var rawValue: UInt64

    /// Creates a token from its number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A follower's question for records, and its statement of what it has.
///
/// Everything below ``offset`` is the follower's to keep: on its device if the topic flushes every append, else in its
/// page cache. The fields are those of Fetch from version 15 on (KIP-320, KIP-595, KIP-903).
public struct ReplicaFetch: Hashable, Sendable {
    /// Who asks.
    public var follower: BrokerID
    /// The incarnation of who asks.
    public var brokerEpoch: BrokerEpoch
    /// The epoch of the leader that it believes to ask.
    public var leaderEpoch: LeaderEpoch
    /// The first offset that it lacks.
    public var offset: LogOffset
    /// The epoch of the record before ``offset``, or ``LeaderEpoch/none`` if its log is empty.
    public var lastEpoch: LeaderEpoch
    /// Where its log begins (KIP-107).
    public var startOffset: LogOffset

    /// Creates a fetch.
    public init(
        follower: BrokerID, brokerEpoch: BrokerEpoch, leaderEpoch: LeaderEpoch, offset: LogOffset,
        lastEpoch: LeaderEpoch, startOffset: LogOffset
    ) {
        self.follower = follower
        self.brokerEpoch = brokerEpoch
        self.leaderEpoch = leaderEpoch
        self.offset = offset
        self.lastEpoch = lastEpoch
        self.startOffset = startOffset
    }
}

/// What a leader answers to a fetch.
public enum FetchAnswer: Hashable, Sendable {
    /// Why a leader answers nothing. Kafka's error codes are the host's to choose.
    public enum Refusal: Hashable, Sendable {
        /// The node does not lead the partition (NOT_LEADER_OR_FOLLOWER).
        case notLeader
        /// The follower believes in an earlier epoch (FENCED_LEADER_EPOCH).
        case fencedLeaderEpoch
        /// The follower believes in a later epoch (UNKNOWN_LEADER_EPOCH).
        case unknownLeaderEpoch
        /// The partition has no such replica, as far as the leader knows (NOT_LEADER_OR_FOLLOWER).
        case unknownReplica
        /// A later incarnation of the follower has fetched before (STALE_BROKER_EPOCH).
        case staleBrokerEpoch
    }

    /// Records from the fetch's offset on, at least none; the host adds them.
    ///
    /// - Parameters:
    ///   - highWatermark: The leader's.
    ///   - logStartOffset: The leader's.
    case serve(highWatermark: LogOffset, logStartOffset: LogOffset)
    /// The follower's log went another way: the leader's largest epoch not above the follower's last, and where that
    /// ended.
    case diverging(LeaderEpochHistory.Entry)
    /// The leader's log begins above the fetch's offset, or ends below it.
    case outOfRange(logStartOffset: LogOffset)
    /// Nothing.
    case refused(Refusal)
}
