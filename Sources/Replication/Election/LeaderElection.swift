/// Who is to lead a partition, decided from its state and from who is there.
///
/// - SeeAlso: docs/replication.md#the-election
public struct LeaderElection: Sendable {
    /// Why the question is asked.
    public enum Reason: Hashable, Sendable {
        /// Something changed: a leader that is there goes on, unless it is about to go.
        case change
        /// The first of the replicas is to lead, if it can without loss (ElectLeaders, PREFERRED).
        case preferred
        /// Somebody is to lead, whatever is lost (ElectLeaders, UNCLEAN).
        case unclean
    }

    /// Who is there.
    public let brokers: BrokerDirectory
    /// What the topic asks for.
    public let topic: TopicReplication

    /// Creates the election of a topic's leaders.
    public init(brokers: BrokerDirectory, topic: TopicReplication) {
        self.brokers = brokers
        self.topic = topic
    }

    /// The state with the leader it should have, which may be the one it has, or none.
    public func decide(_ state: PartitionState, for reason: Reason) -> PartitionState {
        if let leader = state.leader, keeps(leader, in: state, for: reason) { return state }
        if let candidate = candidate(in: state) {
            return candidate == state.leader
                ? state : state.electing(candidate, minInSyncReplicas: topic.minInSyncReplicas)
        }
        if reason == .unclean || topic.allowsUncleanElection,
            let candidate = state.replicas.first(where: { brokers.standing(of: $0) != .away })
        {
            return state.electingUncleanly(candidate)
        }
        var leaderless = state
        leaderless.leader = nil
        return leaderless
    }

    private func keeps(_ leader: BrokerID, in state: PartitionState, for reason: Reason) -> Bool {
        switch brokers.standing(of: leader) {
        case .away: false
        case .draining: false
        case .ready: reason != .preferred || !isPreferredReady(state)
        }
    }

    private func isPreferredReady(_ state: PartitionState) -> Bool {
        guard let preferred = state.replicas.first else { return false }
        return state.inSyncReplicas.contains(preferred) && brokers.standing(of: preferred) == .ready
    }

    /// The replica that loses nothing: in sync before eligible, one that stays before one that is about to go.
    private func candidate(in state: PartitionState) -> BrokerID? {
        let inSync = state.replicas.filter(state.inSyncReplicas.contains)
        let eligible = state.replicas.filter(state.eligibleLeaderReplicas.contains)
        if let ready = inSync.first(where: { brokers.standing(of: $0) == .ready }) { return ready }
        // Better the leader that is about to go than another one which is too.
        if let leader = state.leader, brokers.standing(of: leader) == .draining { return leader }
        return inSync.first { brokers.standing(of: $0) == .draining }
            ?? eligible.first { brokers.standing(of: $0) == .ready }
            ?? eligible.first { brokers.standing(of: $0) == .draining }
    }
}
