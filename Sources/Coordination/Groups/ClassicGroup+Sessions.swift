extension ClassicGroup {
    /// A member shows that it lives.
    ///
    /// - Returns: What it has to know: that its generation is over, or that it is no member any more.
    mutating func heartbeat(_ request: GroupHeartbeat, _ effects: inout GroupEffects) -> GroupError? {
        if phase == .dead { return .coordinatorNotAvailable }
        if let error = refusal(of: request.memberID, request.instanceID) { return error }
        guard request.generation == generation else { return .illegalGeneration }
        renewSession(request.memberID, &effects)
        // A member may send heartbeats from the answer to its join on, before it has its assignment.
        return state == .preparingRebalance ? .rebalanceInProgress : nil
    }

    /// A member has been silent for as long as it may.
    mutating func sessionTimerFired(_ memberID: MemberID, _ effects: inout GroupEffects) {
        if pendingJoins.contains(memberID) {
            remove(memberID, &effects)
            return completeJoinAfterRemoval(&effects)
        }
        guard let member = roster[memberID], !member.isExcusedFromHeartbeat else { return }
        remove(memberID, &effects)
        switch phase {
        case .completingRebalance, .stable: prepareRebalance(&effects)
        case .preparingRebalance: completeJoinAfterRemoval(&effects)
        case .empty, .dead: break
        }
    }

    /// Members leave, or are taken out.
    mutating func leave(_ request: GroupLeave, token: RequestToken, _ effects: inout GroupEffects) {
        if phase == .dead {
            return effects.respond(token, .leave(GroupLeaveResult(error: .coordinatorNotAvailable)))
        }
        let results = request.members.map { member in
            GroupLeaveResult.Member(member: member, error: removeLeaving(member, &effects))
        }
        if results.contains(where: { $0.error == nil }) {
            switch phase {
            case .completingRebalance, .stable: prepareRebalance(&effects)
            case .preparingRebalance: completeJoinIfReady(&effects)
            case .empty, .dead: break
            }
        }
        // Where the last member has left, its generation must be over for good before it hears of that.
        effects.respondWhenDurable(token, .leave(GroupLeaveResult(members: results)))
    }

    private mutating func removeLeaving(
        _ leaving: GroupLeave.Member, _ effects: inout GroupEffects
    ) -> GroupError? {
        if leaving.memberID.isUnknown {
            // An administrator knows a static member by its instance id alone.
            guard let memberID = leaving.instanceID.flatMap({ roster.staticMember($0) }) else {
                return .unknownMemberID
            }
            remove(memberID, &effects)
            return nil
        }
        if !pendingJoins.contains(leaving.memberID), let error = refusal(of: leaving.memberID, leaving.instanceID) {
            return error
        }
        remove(leaving.memberID, &effects)
        return nil
    }

    /// Answers everyone who waits with an error: the group is not here any more, or not of this kind.
    mutating func dismissAll(_ error: GroupError, _ effects: inout GroupEffects) {
        for member in roster.members {
            if let token = member.awaitingJoin {
                effects.respond(token, .join(GroupJoinResult(error: error, memberID: member.id)))
            }
            if let token = member.awaitingSync { effects.respond(token, .sync(GroupSyncResult(error: error))) }
            roster.update(member.id) {
                $0.awaitingJoin = nil
                $0.awaitingSync = nil
            }
        }
    }
}
