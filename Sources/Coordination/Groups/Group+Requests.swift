internal import RecordFormat

/// Each request goes to the members that are there, whatever their protocol.
extension Group {
    /// A client wants to be in the group, by the classic protocol.
    mutating func join(_ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects) {
        if isConverting || isDeleting {
            let result = GroupJoinResult(error: .coordinatorNotAvailable, memberID: request.memberID)
            return effects.respond(token, .join(result))
        }
        if share != nil {
            let result = GroupJoinResult(error: .inconsistentGroupProtocol, memberID: request.memberID)
            return effects.respond(token, .join(result))
        }
        withClassic { $0.join(request, token: token, &effects) }
        withConsumer { $0.join(request, token: token, &effects) }
    }

    /// A member of the classic protocol asks for its assignment.
    mutating func sync(_ request: GroupSync, token: RequestToken, _ effects: inout GroupEffects) {
        if isConverting { return effects.respond(token, .sync(GroupSyncResult(error: .coordinatorNotAvailable))) }
        if share != nil { return effects.respond(token, .sync(GroupSyncResult(error: .unknownMemberID))) }
        classic?.sync(request, token: token, &effects)
        consumer?.sync(request, token: token, &effects)
    }

    /// A member of the classic protocol shows that it lives.
    mutating func heartbeat(_ request: GroupHeartbeat, token: RequestToken, _ effects: inout GroupEffects) {
        if isConverting { return effects.respond(token, .heartbeat(.coordinatorNotAvailable)) }
        if share != nil { return effects.respond(token, .heartbeat(.unknownMemberID)) }
        withClassic {
            let error = $0.heartbeat(request, &effects)
            effects.respond(token, .heartbeat(error))
        }
        consumer?.heartbeat(request, token: token, &effects)
    }

    /// Members of the classic protocol leave, or are taken out.
    mutating func leave(_ request: GroupLeave, token: RequestToken, _ effects: inout GroupEffects) {
        if isConverting { return effects.respond(token, .leave(GroupLeaveResult(error: .coordinatorNotAvailable))) }
        if share != nil {
            let results = request.members.map { GroupLeaveResult.Member(member: $0, error: .unknownMemberID) }
            return effects.respond(token, .leave(GroupLeaveResult(members: results)))
        }
        classic?.leave(request, token: token, &effects)
        consumer?.leave(request, token: token, &effects)
    }

    /// A member of the consumer protocol joins, shows that it lives, or leaves.
    mutating func heartbeat(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool, token: RequestToken, _ effects: inout GroupEffects
    ) {
        func refuse(_ error: GroupError, _ message: String) {
            effects.respond(token, .consumerHeartbeat(ConsumerHeartbeatResult(error: error, message: message)))
        }
        if isConverting || isDeleting || classic?.phase == .dead {
            return refuse(.coordinatorNotAvailable, "Group \(id) is about to change.")
        }
        if share != nil { return refuse(.groupIDNotFound, "Group \(id) is not a consumer group.") }
        if classic != nil {
            guard request.isJoining else { return refuse(.groupIDNotFound, "Group \(id) is not a consumer group.") }
            return upgrade(request, isVisible: isVisible, token: token, &effects)
        }
        withConsumer {
            if request.isLeaving { return $0.leave(request, token: token, &effects) }
            $0.heartbeat(request, isVisible: isVisible, token: token, &effects)
            return nil
        }
    }

    /// A member of a share group joins, shows that it lives, or leaves.
    mutating func heartbeat(_ request: ShareHeartbeat, token: RequestToken, _ effects: inout GroupEffects) {
        func refuse(_ error: GroupError, _ message: String) {
            effects.respond(token, .shareHeartbeat(ShareHeartbeatResult(error: error, message: message)))
        }
        guard share != nil else { return refuse(.groupIDNotFound, "Group \(id) is not a share group.") }
        if isDeleting { return refuse(.coordinatorNotAvailable, "Group \(id) is about to change.") }
        share?.heartbeat(request, token: token, &effects)
    }

    /// An administrator is about to set where the share group goes on reading.
    mutating func prepareShareOffsets(token: RequestToken, _ effects: inout GroupEffects) {
        guard share != nil else { return effects.respond(token, .shareOffsets(.groupIDNotFound)) }
        if isDeleting { return effects.respond(token, .shareOffsets(.coordinatorNotAvailable)) }
        share?.prepareOffsets(token: token, &effects)
    }

    /// A timer has gone off.
    mutating func timerFired(_ timer: GroupEffects.Timer, _ effects: inout GroupEffects) {
        if isConverting {
            // Should the group stay what it is, its timers still count.
            return effects.schedule(timer, after: .seconds(1))
        }
        withClassic { classic in
            switch timer {
            case .join: classic.joinTimerFired(&effects)
            case .sync: classic.syncTimerFired(&effects)
            case .session(let memberID): classic.sessionTimerFired(memberID, &effects)
            // Left over from the time as a consumer group.
            case .revocation, .rejoin, .memberSync: break
            }
        }
        withConsumer { $0.timerFired(timer, &effects) }
        share?.timerFired(timer, &effects)
    }

    /// The log has been replayed: from now on the members' silence counts.
    mutating func replayCompleted(_ effects: inout GroupEffects) {
        classic?.replayCompleted(&effects)
        consumer?.watchMembers(&effects)
        share?.watchMembers(&effects)
    }

    /// This node no longer has the group: everyone who waits is sent to look for the one that does.
    mutating func resign(_ effects: inout GroupEffects) {
        dismissConversion(.notCoordinator, &effects)
        classic?.dismissAll(.notCoordinator, &effects)
        consumer?.dismiss(.notCoordinator, &effects)
        share?.dismiss(.notCoordinator, &effects)
    }
}
