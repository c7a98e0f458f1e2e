extension PartitionState {
    /// The replicas that the partition had before a reassignment, or has.
    var originalReplicas: [BrokerID] { replicas.filter { !addingReplicas.contains($0) } }

    /// The state with a reassignment begun, or turned to another target (KIP-455).
    ///
    /// The copies that are to come are added first, and those that are to go stay until the others are in sync.
    ///
    /// - Returns: `nil` if no in-sync or eligible replica would stay, since one that a former target brought in goes at
    ///   once when the new one does not want it.
    func reassigning(to target: [BrokerID]) -> PartitionState? {
        let original = originalReplicas
        var next = self
        next.removingReplicas = original.filter { !target.contains($0) }
        next.addingReplicas = target.filter { !original.contains($0) }
        next.replicas = target + next.removingReplicas
        next.keepOnlyReplicasInSets()
        return next.hasCandidates ? next : nil
    }

    /// The state without the reassignment, if any in-sync or eligible replica stays; with none, there would be no one
    /// to go on with.
    func cancellingReassignment() -> PartitionState? {
        guard isReassigning else { return self }
        var next = self
        next.replicas = originalReplicas
        next.addingReplicas = []
        next.removingReplicas = []
        next.keepOnlyReplicasInSets()
        return next.hasCandidates ? next : nil
    }

    /// The state after the reassignment, once every copy that is to come is in sync and enough of those that stay.
    func completingReassignment(minInSyncReplicas: Int) -> PartitionState? {
        guard isReassigning, addingReplicas.allSatisfy(inSyncReplicas.contains) else { return nil }
        var next = self
        next.replicas = replicas.filter { !removingReplicas.contains($0) }
        next.addingReplicas = []
        next.removingReplicas = []
        next.keepOnlyReplicasInSets()
        return next.inSyncReplicas.count >= next.effectiveMinInSync(minInSyncReplicas) ? next : nil
    }

    private var hasCandidates: Bool { !inSyncReplicas.isEmpty || !eligibleLeaderReplicas.isEmpty }

    private mutating func keepOnlyReplicasInSets() {
        let replicas = self.replicas
        inSyncReplicas = replicas.filter(inSyncReplicas.contains)
        eligibleLeaderReplicas = replicas.filter(eligibleLeaderReplicas.contains)
        if let leader, !inSyncReplicas.contains(leader) { self.leader = nil }
    }
}
