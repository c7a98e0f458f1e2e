internal import RecordFormat

extension PartitionState {
    /// This state as the one that follows on `former`: numbered, and in a new epoch if the leader is another, or if a
    /// replica has gone. It may come back without its log, and what its leader knew of it must not count then.
    public func succeeding(_ former: PartitionState) -> PartitionState {
        precondition(isWellFormed, "a state that contradicts itself: \(self)")
        var next = self
        next.version = PartitionVersion(former.version.rawValue + 1)
        let goesOn = leader == former.leader && former.replicas.allSatisfy(replicas.contains)
        next.leaderEpoch = LeaderEpoch(former.leaderEpoch.rawValue + (goesOn ? 0 : 1))
        return next
    }

    /// The state with other in-sync replicas; a leader that is not among them leads no longer.
    ///
    /// While they are too few, those who leave stay eligible: the high watermark stands still from here on, so that
    /// they go on having everything below it. As soon as they are enough no one else is eligible, for it moves on
    /// without them (KIP-966).
    ///
    /// - Parameters:
    ///   - members: Replicas; others are ignored.
    ///   - minInSyncReplicas: The topic's setting.
    public func settingInSync(_ members: [BrokerID], minInSyncReplicas: Int) -> PartitionState {
        var next = self
        next.inSyncReplicas = replicas.filter(members.contains)
        let isEnough = next.inSyncReplicas.count >= effectiveMinInSync(minInSyncReplicas)
        next.eligibleLeaderReplicas = replicas.filter { replica in
            !isEnough && !next.inSyncReplicas.contains(replica)
                && (inSyncReplicas.contains(replica) || eligibleLeaderReplicas.contains(replica))
        }
        next.dropLeaderOutOfSync()
        return next
    }

    /// The state without these in-sync replicas, as ``settingInSync(_:minInSyncReplicas:)``.
    public func removing(inSync leavers: [BrokerID], minInSyncReplicas: Int) -> PartitionState {
        settingInSync(inSyncReplicas.filter { !leavers.contains($0) }, minInSyncReplicas: minInSyncReplicas)
    }

    /// The state when a node's copy no longer has what the node said: it is neither in sync nor eligible.
    public func removingCopy(of replica: BrokerID) -> PartitionState {
        var next = self
        next.inSyncReplicas.removeAll { $0 == replica }
        next.eligibleLeaderReplicas.removeAll { $0 == replica }
        next.dropLeaderOutOfSync()
        return next
    }

    /// The state under a leader that was in sync or eligible before.
    ///
    /// An eligible one joins the in-sync replicas; whoever else is eligible stays so, as long as they are too few.
    public func electing(_ candidate: BrokerID, minInSyncReplicas: Int) -> PartitionState {
        precondition(inSyncReplicas.contains(candidate) || eligibleLeaderReplicas.contains(candidate))
        var next = settingInSync(inSyncReplicas + [candidate], minInSyncReplicas: minInSyncReplicas)
        next.leader = candidate
        return next
    }

    /// The state under a leader that may lack acknowledged records: what it has is what counts from now on, so that
    /// nobody else is in sync or eligible.
    public func electingUncleanly(_ candidate: BrokerID) -> PartitionState {
        precondition(replicas.contains(candidate))
        var next = self
        next.inSyncReplicas = [candidate]
        next.eligibleLeaderReplicas = []
        next.leader = candidate
        return next
    }

    private mutating func dropLeaderOutOfSync() {
        if let leader, !inSyncReplicas.contains(leader) { self.leader = nil }
    }
}
