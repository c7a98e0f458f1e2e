internal import LogCore
internal import RecordFormat

extension Replica {
    /// Begins an epoch.
    ///
    /// Nothing is kept of what followers were known to have, not even if this node led the epoch before: it may have
    /// slept through one in between, in which they followed another.
    mutating func startLeading(_ state: PartitionState, _ effects: inout ReplicaEffects) {
        if ledEpoch != nil { effects.actions.append(.stopLeading) }
        // The epoch is there already if this same process led it, and registered again in between.
        let known = log.epochs.entries.last { $0.epoch == state.leaderEpoch }
        let leadership = Leadership(
            epoch: state.leaderEpoch, startOffset: known?.startOffset ?? log.endOffset, inSync: state.inSyncReplicas,
            at: effects.now)
        _ = log.epochs.assign(leadership.epoch, startOffset: leadership.startOffset)
        role = .leader(leadership)
        effects.actions.append(.lead(leadership.epoch))
    }

    /// Changes what the replica has as a leader.
    private mutating func withLeadership<Result>(_ change: (inout Leadership) -> Result) -> Result? {
        guard case .leader(var leadership) = role else { return nil }
        // One owner of the followers while they change, or each fetch would copy them.
        role = .idle
        let result = change(&leadership)
        role = .leader(leadership)
        return result
    }

    // MARK: - Fetches of followers

    /// A follower asks for records; the answer is an action.
    public mutating func fetchReceived(_ fetch: ReplicaFetch, as token: FetchToken, _ effects: inout ReplicaEffects) {
        let answer = answer(to: fetch, at: effects.now)
        if case .serve = answer {
            advanceHighWatermark(&effects)
            propose(&effects)
            // The watermark that this very fetch has moved.
            let served = FetchAnswer.serve(highWatermark: highWatermark, logStartOffset: log.startOffset)
            effects.actions.append(.answer(token, served))
        } else {
            effects.actions.append(.answer(token, answer))
        }
    }

    private mutating func answer(to fetch: ReplicaFetch, at now: ReplicationInstant) -> FetchAnswer {
        guard case .leader(let leadership) = role, let state else { return .refused(.notLeader) }
        // What an earlier epoch's fetch says may have been truncated since, under another leader.
        if fetch.leaderEpoch < leadership.epoch { return .refused(.fencedLeaderEpoch) }
        if leadership.epoch < fetch.leaderEpoch { return .refused(.unknownLeaderEpoch) }
        guard state.replicas.contains(fetch.follower), fetch.follower != id else { return .refused(.unknownReplica) }
        if leadership.followers[fetch.follower]?.isLater(than: fetch.brokerEpoch) == true {
            return .refused(.staleBrokerEpoch)
        }
        if fetch.offset < log.startOffset { return .outOfRange(logStartOffset: log.startOffset) }
        if fetch.lastEpoch != .none {
            // The leader has dropped everything as old as what the follower ends with, and cannot tell whether they
            // agree there: what the follower has may have gone another way, and its end be the leader's start by
            // chance.
            if let first = log.epochs.entries.first, fetch.lastEpoch < first.epoch {
                return .outOfRange(logStartOffset: log.startOffset)
            }
            guard let end = log.epochs.endOffset(of: fetch.lastEpoch, logEndOffset: log.endOffset) else {
                // An epoch that began after this leader's, of which the follower must not know.
                return .refused(.unknownLeaderEpoch)
            }
            if end.epoch < fetch.lastEpoch || end.startOffset < fetch.offset { return .diverging(end) }
        } else if log.endOffset < fetch.offset {
            return .outOfRange(logStartOffset: log.startOffset)
        }
        let leaderEnd = log.endOffset
        _ = withLeadership { leadership in
            leadership.followers[fetch.follower, default: FollowerProgress()]
                .fetched(fetch, leaderEnd: leaderEnd, at: now)
        }
        return .serve(highWatermark: highWatermark, logStartOffset: log.startOffset)
    }

    // MARK: - High watermark

    /// Where every replica has come that is in sync, or may already be.
    private func replicatedOffset(
        _ leadership: Leadership, _ state: PartitionState, _ effects: ReplicaEffects
    ) -> LogOffset? {
        guard state.hasEnoughInSync(configuration.topic.minInSyncReplicas) else { return nil }
        var least = position
        for member in state.inSyncReplicas + (leadership.pending?.proposal.state.inSyncReplicas ?? [])
        where member != id {
            guard let position = leadership.followers[member]?.position else { return nil }
            least = min(least, position)
        }
        // One that is about to join is waited for, or under steady load the high watermark would always be a little
        // ahead of its fetches.
        for replica in state.replicas where canJoin(replica, leadership, state, effects) {
            if let position = leadership.followers[replica]?.position { least = min(least, position) }
        }
        return least
    }

    /// Moves the high watermark up to there.
    mutating func advanceHighWatermark(_ effects: inout ReplicaEffects) {
        guard case .leader(let leadership) = role, let state, let offset = replicatedOffset(leadership, state, effects),
            offset > highWatermark
        else { return }
        highWatermark = offset
        effects.actions.append(.advanceHighWatermark(to: offset))
    }

    // MARK: - In-sync replicas

    /// Forgets a proposal that can no longer be accepted: its version has passed.
    mutating func settlePending() {
        guard let state else { return }
        _ = withLeadership { leadership in
            if let pending = leadership.pending, pending.proposal.expectedVersion < state.version {
                leadership.pending = nil
            }
        }
    }

    /// Proposes the in-sync replicas that should be, if they are others and no proposal is open.
    mutating func propose(_ effects: inout ReplicaEffects) {
        guard case .leader(let leadership) = role, let state else { return }
        if let pending = leadership.pending {
            guard let resendAt = pending.resendAt, resendAt <= effects.now else { return }
            // The same again, never another: both may be on their way, and only one can be told from its outcome.
            _ = withLeadership { $0.pending?.resendAt = nil }
            effects.actions.append(.propose(pending.proposal))
            return
        }
        guard leadership.proposesFrom <= effects.now else { return }
        let joiners = state.replicas.filter {
            canJoin($0, leadership, state, effects) && isReadyToJoin($0, leadership)
        }
        let leavers = state.inSyncReplicas.filter { isLagging($0, leadership, effects) }
        guard !joiners.isEmpty || !leavers.isEmpty else { return }
        let members = state.inSyncReplicas.filter { !leavers.contains($0) } + joiners
        let next = state.settingInSync(members, minInSyncReplicas: configuration.topic.minInSyncReplicas)
        let proposal = InSyncProposal(
            state: next.succeeding(state), expectedVersion: state.version,
            joining: joiners.sorted().compactMap { joiner in
                leadership.followers[joiner]?.brokerEpoch.map { InSyncProposal.Member(id: joiner, epoch: $0) }
            })
        _ = withLeadership { $0.pending = Leadership.Pending(proposal: proposal, resendAt: nil) }
        effects.actions.append(.propose(proposal))
    }

    /// Whether a follower is to join as soon as it has come far enough: it keeps pace, and is who it was when it
    /// fetched.
    private func canJoin(
        _ replica: BrokerID, _ leadership: Leadership, _ state: PartitionState, _ effects: ReplicaEffects
    ) -> Bool {
        guard replica != id, !state.inSyncReplicas.contains(replica), let follower = leadership.followers[replica],
            let epoch = follower.brokerEpoch
        else { return false }
        return follower.isCaughtUp(within: configuration.maxLag, at: effects.now)
            && effects.brokers.isAdmitted(replica, in: epoch) && effects.brokers.standing(of: replica) == .ready
    }

    /// Whether a follower that can join has come to the high watermark, and to the epoch's beginning too: a new
    /// leader's high watermark may lie below what was acknowledged before it.
    private func isReadyToJoin(_ replica: BrokerID, _ leadership: Leadership) -> Bool {
        guard let position = leadership.followers[replica]?.position else { return false }
        return position >= highWatermark && position >= leadership.startOffset
    }

    private func isLagging(_ replica: BrokerID, _ leadership: Leadership, _ effects: ReplicaEffects) -> Bool {
        guard replica != id else { return false }
        return leadership.followers[replica]?.isCaughtUp(within: configuration.maxLag, at: effects.now) != true
    }

    /// The outcome of a proposal is in, or nobody will ever know it.
    public mutating func proposalEnded(
        _ proposal: InSyncProposal, _ outcome: InSyncProposal.Outcome, _ effects: inout ReplicaEffects
    ) {
        switch outcome {
        case .accepted:
            stateChanged(proposal.state, &effects)
        case .refused(let current):
            let until = effects.now.advanced(by: configuration.backoff)
            _ = withLeadership { leadership in
                guard leadership.pending?.proposal == proposal else { return }
                leadership.proposesFrom = until
                // Without a later version it was refused for a node that joins, and will be for ever: incarnations do
                // not come back. A later version settles it below.
                if current.version <= proposal.expectedVersion { leadership.pending = nil }
            }
            stateChanged(current, &effects)
        case .unknown:
            let until = effects.now.advanced(by: configuration.backoff)
            _ = withLeadership { leadership in
                if leadership.pending?.proposal == proposal { leadership.pending?.resendAt = until }
            }
        }
    }
}
