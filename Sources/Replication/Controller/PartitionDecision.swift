/// What becomes of one partition, given who is there and what was asked for.
struct PartitionDecision {
    let brokers: BrokerDirectory
    let topic: TopicReplication

    /// The state that should be, not numbered yet; the one that is if nothing is to change.
    func decide(_ partition: ControlledPartition) -> PartitionState {
        var next = partition.state
        switch partition.target {
        case .replicas(let target): next = next.reassigning(to: target) ?? next
        case .cancelled: next = next.cancellingReassignment() ?? next
        case nil: break
        }
        next = withoutLostCopies(next)
        next = withoutAbsent(next)
        next = withoutDraining(next)
        next = withoutEligibleAboveMinimum(next)
        next = LeaderElection(brokers: brokers, topic: topic).decide(next, for: partition.request)
        if let completed = next.completingReassignment(minInSyncReplicas: topic.minInSyncReplicas) {
            next = LeaderElection(brokers: brokers, topic: topic).decide(completed, for: .change)
        }
        return next
    }

    /// Nodes that came back without what they had are in neither set before they are admitted.
    private func withoutLostCopies(_ state: PartitionState) -> PartitionState {
        state.replicas.reduce(state) { state, replica in
            guard let registration = brokers.registrations[replica], !registration.isAdmitted,
                !registration.keepsCopies(of: topic)
            else { return state }
            return state.removingCopy(of: replica)
        }
    }

    /// Nodes that are gone, or came back in another incarnation, are not in sync.
    private func withoutAbsent(_ state: PartitionState) -> PartitionState {
        let absent = state.inSyncReplicas.filter { brokers.standing(of: $0) == .away }
        return absent.isEmpty ? state : state.removing(inSync: absent, minInSyncReplicas: topic.minInSyncReplicas)
    }

    /// Nodes that are about to go leave the in-sync replicas where there are enough others, so that nothing has to wait
    /// until they are missed.
    private func withoutDraining(_ state: PartitionState) -> PartitionState {
        let staying = state.inSyncReplicas.filter { brokers.standing(of: $0) != .draining }
        guard staying.count < state.inSyncReplicas.count,
            staying.count >= state.effectiveMinInSync(topic.minInSyncReplicas)
        else { return state }
        return state.settingInSync(staying, minInSyncReplicas: topic.minInSyncReplicas)
    }

    /// Where a lower `min.insync.replicas` made those in sync enough, nobody else is eligible any more: the leader
    /// waits for this before it goes on without them.
    private func withoutEligibleAboveMinimum(_ state: PartitionState) -> PartitionState {
        guard !state.eligibleLeaderReplicas.isEmpty, !state.inSyncReplicas.isEmpty else { return state }
        return state.settingInSync(state.inSyncReplicas, minInSyncReplicas: topic.minInSyncReplicas)
    }
}
