internal import RecordFormat

extension ClassicGroup {
    /// A member may ask for a rebalance timeout of zero; a wait that is repeated must not become a spin.
    private static let shortestRepeatedWait = Duration.seconds(1)

    /// Whether every member has joined the next generation and nobody is expected to become one.
    private var hasAllJoined: Bool { roster.count == roster.awaitingJoinCount && pendingJoins.isEmpty }

    /// Starts a rebalance, or ends one that waited for this join alone.
    mutating func rebalanceOrCompleteJoin(_ effects: inout GroupEffects) {
        switch phase {
        case .empty, .completingRebalance, .stable: prepareRebalance(&effects)
        case .preparingRebalance, .dead: completeJoinIfReady(&effects)
        }
    }

    /// Asks all members to join a new generation.
    mutating func prepareRebalance(_ effects: inout GroupEffects) {
        if case .completingRebalance = phase { dismissSyncs(.rebalanceInProgress, &effects) }
        pendingSyncs = []
        effects.cancel(.sync)
        if phase == .empty {
            let delay = effects.configuration.initialRebalanceDelay
            let remaining = max(roster.rebalanceTimeout - delay, .zero)
            let wait = ClassicGroupPhase.InitialDelay(delay: delay, remaining: remaining)
            move(to: .preparingRebalance(.initial(wait)), at: effects.now.timestamp)
            return effects.schedule(.join, after: delay)
        }
        move(to: .preparingRebalance(.rejoin), at: effects.now.timestamp)
        if hasAllJoined {
            completeJoin(&effects)
        } else {
            effects.schedule(.join, after: roster.rebalanceTimeout)
        }
    }

    /// Starts the next generation if every member of the last one has joined.
    ///
    /// The first members of an empty group wait for their delay to end, whoever has joined.
    mutating func completeJoinIfReady(_ effects: inout GroupEffects) {
        guard case .preparingRebalance(.rejoin) = phase, hasAllJoined else { return }
        completeJoin(&effects)
    }

    /// Starts the next generation if the member that has just gone was the last one waited for.
    mutating func completeJoinAfterRemoval(_ effects: inout GroupEffects) {
        guard case .preparingRebalance = phase, hasAllJoined else { return }
        completeJoin(&effects)
    }

    /// The wait for members to join is over.
    mutating func joinTimerFired(_ effects: inout GroupEffects) {
        guard case .preparingRebalance(let round) = phase else { return }
        if case .initial(let wait) = round, wait.hasNewMember, wait.remaining > .zero {
            // Members keep coming: wait on, a delay at a time, up to the rebalance timeout in all (KIP-134).
            let next = ClassicGroupPhase.InitialDelay(
                delay: min(effects.configuration.initialRebalanceDelay, wait.remaining),
                remaining: max(wait.remaining - wait.delay, .zero))
            update(.preparingRebalance(.initial(next)))
            return effects.schedule(.join, after: next.delay)
        }
        completeJoin(&effects)
    }

    /// Starts the next generation with those who have joined.
    mutating func completeJoin(_ effects: inout GroupEffects) {
        effects.cancel(.join)
        guard !isCreationInFlight else { return isJoinOverdue = true }
        // A static member may be restarting and keeps its place until its session ends (KIP-345).
        for member in roster.members where member.awaitingJoin == nil && !member.isStatic {
            remove(member.id, &effects)
        }
        guard roster.electJoinedLeader() || roster.isEmpty else {
            // Only static members are left and none has joined: nobody could assign. Their sessions decide.
            return effects.schedule(.join, after: max(roster.rebalanceTimeout, Self.shortestRepeatedWait))
        }
        generation = generation.next
        pendingSyncs = []
        if roster.isEmpty {
            protocolName = nil
            updateSubscribedTopics()
            move(to: .empty, at: effects.now.timestamp)
            effects.append([.groupMetadata(id, metadata { $0.assignment })], for: .emptying)
        } else {
            protocolName = roster.electedProtocol()
            updateSubscribedTopics()
            move(to: .completingRebalance(isAssignmentInFlight: false), at: effects.now.timestamp)
            answerJoins(&effects)
        }
    }

    private mutating func answerJoins(_ effects: inout GroupEffects) {
        for member in roster.members {
            if let token = member.awaitingJoin {
                let result = joinResult(for: member.id, members: membersSeen(by: member.id))
                effects.respond(token, .join(result))
            }
            roster.update(member.id) {
                $0.awaitingJoin = nil
                $0.isNew = false
            }
            renewSession(member.id, &effects)
            pendingSyncs.insert(member.id)
        }
        effects.schedule(.sync, after: roster.rebalanceTimeout)
    }

    /// The group's first record is durable.
    mutating func creationCompleted(_ effects: inout GroupEffects) {
        isCreationInFlight = false
        guard isJoinOverdue else { return }
        isJoinOverdue = false
        completeJoin(&effects)
    }

    /// The group's first record did not become durable: whoever joined so far has to start again.
    mutating func creationFailed(_ error: GroupError, _ effects: inout GroupEffects) {
        isCreationInFlight = false
        dismissMembers(error, &effects)
    }

    /// Lets go of everyone who has joined so far, which no one else knows of.
    ///
    /// The group's first record may be on its way; whoever joins from now on waits for it too.
    mutating func dismissMembers(_ error: GroupError, _ effects: inout GroupEffects) {
        isJoinOverdue = false
        for memberID in pendingJoins { remove(memberID, &effects) }
        for member in roster.members {
            guard let token = member.awaitingJoin else { continue }
            effects.respond(token, .join(GroupJoinResult(error: error, memberID: .unknown)))
            roster.update(member.id) { $0.awaitingJoin = nil }
        }
        for memberID in roster.joinOrder { remove(memberID, &effects) }
        effects.cancel(.join)
        // A delay that has not ended found the group empty and leaves it so.
        if case .preparingRebalance = phase { move(to: .empty, at: effects.now.timestamp) }
        protocolType = nil
    }
}
