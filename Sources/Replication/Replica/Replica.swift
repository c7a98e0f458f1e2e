internal import LogCore
public import RecordFormat

/// One partition's copy on one node: leader, follower, or neither.
///
/// A value without clock, thread or I/O: each event comes with its moment in ``ReplicaEffects`` and leaves there what
/// is to be done. The host brings it one event at a time.
///
/// - SeeAlso: docs/replication.md
public struct Replica: Sendable {
    /// What the replica is at the moment.
    enum Role: Sendable {
        /// Nobody leads, the node is not admitted, or it has no copy.
        case idle
        case leader(Leadership)
        case follower(Following)
    }

    /// The node.
    public let id: BrokerID
    /// What topic and node are set to.
    public internal(set) var configuration: ReplicaConfiguration
    /// What the cluster is known to know of the partition, if anything yet.
    public internal(set) var state: PartitionState?
    /// The log on this node.
    public internal(set) var log: ReplicaLog
    /// Below it, every in-sync replica has the records; exclusive. It never goes back while the replica leads.
    public internal(set) var highWatermark: LogOffset
    /// Whether the log failed, after which the replica does nothing until its node starts again.
    public private(set) var isOffline = false
    var role = Role.idle
    var nextFetch: UInt64 = 0

    /// Creates the replica of a log as it was opened.
    ///
    /// - Parameter highWatermark: As it was checkpointed; what lies outside of the log is cut off.
    public init(id: BrokerID, log: ReplicaLog, highWatermark: LogOffset, configuration: ReplicaConfiguration) {
        self.id = id
        self.log = log
        self.highWatermark = min(max(highWatermark, log.startOffset), log.endOffset)
        self.configuration = configuration
    }

    // MARK: - What hosts ask

    /// The epoch that the replica leads, if it does.
    public var ledEpoch: LeaderEpoch? {
        if case .leader(let leadership) = role { leadership.epoch } else { nil }
    }

    /// The leader and the epoch that the replica follows, if it does.
    public var followed: (leader: BrokerID, epoch: LeaderEpoch)? {
        if case .follower(let following) = role { (following.leader, following.epoch) } else { nil }
    }

    /// Whether a record may be appended for acks=all: enough replicas are in sync (else NOT_ENOUGH_REPLICAS).
    public var takesReplicatedAppends: Bool {
        ledEpoch != nil && state?.hasEnoughInSync(configuration.topic.minInSyncReplicas) == true
    }

    /// Below it everything is this replica's to keep: the one measure by which leader and followers are counted.
    var position: LogOffset { configuration.topic.flushesEveryAppend ? log.flushedOffset : log.endOffset }

    // MARK: - Events for every role

    /// The metadata store has a new state of the partition, or it was read again; older ones are ignored.
    public mutating func stateChanged(_ new: PartitionState, _ effects: inout ReplicaEffects) {
        if let state, new.version <= state.version { return }
        state = new
        settleRole(&effects)
    }

    /// Nodes came, went or were admitted, or the host is registered in another incarnation than before.
    public mutating func brokersChanged(_ effects: inout ReplicaEffects) {
        settleRole(&effects)
    }

    /// The topic's settings changed.
    public mutating func configure(_ configuration: ReplicaConfiguration, _ effects: inout ReplicaEffects) {
        self.configuration = configuration
        continueRole(&effects)
    }

    /// The log is now like this: something was appended, flushed, truncated or deleted.
    public mutating func logChanged(_ new: ReplicaLog, _ effects: inout ReplicaEffects) {
        log = new
        if case .leader(let leadership) = role {
            _ = log.epochs.assign(leadership.epoch, startOffset: leadership.startOffset)
        }
        highWatermark = min(max(highWatermark, log.startOffset), log.endOffset)
        continueRole(&effects)
    }

    /// Time has passed; the host says so several times in each ``ReplicaConfiguration/backoff``.
    public mutating func tick(_ effects: inout ReplicaEffects) {
        continueRole(&effects)
    }

    /// The log can no longer be written.
    public mutating func logFailed(_ effects: inout ReplicaEffects) {
        isOffline = true
        leaveRole(&effects)
    }

    /// The copy was given up: the replica does nothing any more.
    public mutating func retire(_ effects: inout ReplicaEffects) {
        isOffline = true
        leaveRole(&effects)
    }

    // MARK: - Roles

    /// Takes the role that the state gives to this node, or goes on in it.
    private mutating func settleRole(_ effects: inout ReplicaEffects) {
        guard let state, !isOffline, state.replicas.contains(id), let leader = state.leader else {
            return leaveRole(&effects)
        }
        if leader == id {
            // Until the controller has admitted this incarnation, the epoch may be one that an earlier process led, and
            // whose records it lost.
            guard effects.brokers.isAdmitted(id, in: effects.brokerEpoch) else { return leaveRole(&effects) }
            if ledEpoch != state.leaderEpoch { startLeading(state, &effects) }
        } else if !isFollowing(leader, in: state.leaderEpoch) {
            leaveRole(&effects)
            role = .follower(Following(leader: leader, epoch: state.leaderEpoch))
        }
        continueRole(&effects)
    }

    private func isFollowing(_ leader: BrokerID, in epoch: LeaderEpoch) -> Bool {
        switch role {
        case .follower(let following): following.leader == leader && following.epoch == epoch
        case .idle, .leader: false
        }
    }

    private mutating func leaveRole(_ effects: inout ReplicaEffects) {
        if case .leader = role { effects.actions.append(.stopLeading) }
        role = .idle
    }

    /// Does what has become possible.
    private mutating func continueRole(_ effects: inout ReplicaEffects) {
        switch role {
        case .idle: break
        case .leader:
            settlePending()
            advanceHighWatermark(&effects)
            propose(&effects)
        case .follower:
            followWatermark(&effects)
            fetch(&effects)
        }
    }
}
