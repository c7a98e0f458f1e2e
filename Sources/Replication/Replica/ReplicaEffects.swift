public import RecordFormat

/// What one event brings to a replica, and what the replica wants done about it.
///
/// The host takes the actions in their order, and makes those that change the log (``Action/append(_:)``,
/// ``Action/truncate(to:)``, ``Action/restart(at:)``) complete, with ``Replica/logChanged(_:_:)`` behind them, before
/// it brings the replica another event.
public struct ReplicaEffects: Sendable {
    /// Something for the host to do.
    public enum Action: Hashable, Sendable {
        /// Take appends from now on, in this epoch, which begins at the log's end.
        case lead(LeaderEpoch)
        /// Take no appends, and answer what waits for this partition with NOT_LEADER_OR_FOLLOWER. With a leader to
        /// follow, ``fetch(_:from:_:)`` comes as well.
        case stopLeading
        /// Complete what waits for records below this offset.
        case advanceHighWatermark(to: LogOffset)
        /// Write the new state, and bring back its outcome: ``InSyncProposal/Outcome/unknown`` if none came in time.
        case propose(InSyncProposal)
        /// Answer the fetch that the host brought under this token.
        case answer(FetchToken, FetchAnswer)
        /// Send a fetch, and bring back its answer, or that none came in time.
        case fetch(FetchToken, from: BrokerID, ReplicaFetch)
        /// Append the records that came with the answer to this fetch.
        case append(FetchToken)
        /// Drop everything from this offset on, lastingly.
        case truncate(to: LogOffset)
        /// Drop everything, and begin anew at this offset, lastingly.
        case restart(at: LogOffset)
        /// Drop what lies below this offset, as the leader did.
        case advanceLogStart(to: LogOffset)
    }

    /// The moment of the event.
    public let now: ReplicationInstant
    /// The nodes, as of no later a revision of the store than the partition's state that the replica has last been
    /// told.
    ///
    /// Were they later, a node could take itself for admitted while it still sees itself as the leader of an epoch that
    /// its former process began.
    public let brokers: BrokerDirectory
    /// The incarnation in which the host is registered, or wants to be.
    public let brokerEpoch: BrokerEpoch
    /// What is to be done.
    public var actions: [Action] = []

    /// Creates what an event brings.
    public init(now: ReplicationInstant, brokers: BrokerDirectory, brokerEpoch: BrokerEpoch) {
        self.now = now
        self.brokers = brokers
        self.brokerEpoch = brokerEpoch
    }
}
