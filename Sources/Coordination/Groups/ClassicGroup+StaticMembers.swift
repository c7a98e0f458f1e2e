internal import RecordFormat

extension ClassicGroup {
    /// A static member is back without its member id, as after a restart (KIP-345).
    mutating func joinStatic(
        _ request: GroupJoin, replacing formerID: MemberID, with newID: MemberID, token: RequestToken,
        _ effects: inout GroupEffects
    ) {
        guard let former = roster[formerID], let instanceID = former.instanceID else { return }
        let formerLeader = roster.leader
        fence(former, &effects)
        rename(formerID, to: newID, &effects)
        update(newID, joining: request, token: token, &effects)

        switch phase {
        case .stable where roster.electedProtocol() == protocolName:
            // The assignment stands and the member takes it up again: no rebalance, but the log has to know the new
            // id before the client does.
            let rejoin = StaticRejoin(
                token: token, instanceID: instanceID, newID: newID, former: former, formerLeader: formerLeader,
                generation: generation, supportsSkippingAssignment: request.supportsSkippingAssignment)
            effects.append([.groupMetadata(id, metadata { $0.assignment })], for: .staticRejoin(rejoin))
        case .stable, .completingRebalance:
            // The leader may have been told the old id already; its assignment would miss the new one.
            prepareRebalance(&effects)
        case .empty, .preparingRebalance, .dead:
            completeJoinIfReady(&effects)
        }
    }

    /// Tells whoever still acts as the static member that another has its place.
    private mutating func fence(_ member: GroupMember, _ effects: inout GroupEffects) {
        let error = GroupError.fencedInstanceID
        if let token = member.awaitingJoin {
            effects.respond(token, .join(GroupJoinResult(error: error, memberID: member.id)))
        }
        if let token = member.awaitingSync { effects.respond(token, .sync(GroupSyncResult(error: error))) }
        roster.update(member.id) {
            $0.awaitingJoin = nil
            $0.awaitingSync = nil
        }
    }

    private mutating func rename(_ memberID: MemberID, to newID: MemberID, _ effects: inout GroupEffects) {
        roster.rename(memberID, to: newID)
        if pendingSyncs.remove(memberID) != nil { pendingSyncs.insert(newID) }
        effects.cancel(.session(memberID))
        renewSession(newID, &effects)
    }

    /// Whether the return of a static member still waits for its record and for nothing else.
    private func isWaiting(_ rejoin: StaticRejoin) -> Bool {
        phase == .stable && generation == rejoin.generation && roster[rejoin.newID]?.awaitingJoin == rejoin.token
    }

    /// The new id of a static member is durable.
    mutating func staticRejoinCompleted(_ rejoin: StaticRejoin, _ effects: inout GroupEffects) {
        // Otherwise a rebalance has begun meanwhile, which answers the member's join with all the others.
        guard isWaiting(rejoin) else { return }
        roster.update(rejoin.newID) { $0.awaitingJoin = nil }
        renewSession(rejoin.newID, &effects)
        var result = joinResult(for: rejoin.newID, members: [])
        if rejoin.supportsSkippingAssignment {
            result.members = membersSeen(by: rejoin.newID)
            result.skipsAssignment = roster.leader == rejoin.newID
        } else {
            // A client that cannot skip the assignment is told the leader's old id, so that it does not know it is
            // the leader itself, assigns nothing and only asks for what it had.
            result.leader = rejoin.formerLeader
        }
        effects.respond(rejoin.token, .join(result))
    }

    /// Tells a static member that it waits in vain. It keeps the new id, which the log may have: the member does not know
    /// it and gets another one when it asks again.
    mutating func dismiss(_ rejoin: StaticRejoin, _ error: GroupError, _ effects: inout GroupEffects) {
        guard isWaiting(rejoin) else { return }
        roster.update(rejoin.newID) { $0.awaitingJoin = nil }
        renewSession(rejoin.newID, &effects)
        effects.respond(rejoin.token, .join(GroupJoinResult(error: error, memberID: .unknown)))
    }

    /// The new id of a static member did not become durable: the member has its old one again.
    mutating func staticRejoinFailed(_ rejoin: StaticRejoin, _ error: GroupError, _ effects: inout GroupEffects) {
        guard isWaiting(rejoin) else { return }
        roster.update(rejoin.newID) {
            $0.awaitingJoin = nil
            $0.protocols = rejoin.former.protocols
            $0.sessionTimeout = rejoin.former.sessionTimeout
            $0.rebalanceTimeout = rejoin.former.rebalanceTimeout
        }
        rename(rejoin.newID, to: rejoin.former.id, &effects)
        effects.respond(rejoin.token, .join(GroupJoinResult(error: error, memberID: .unknown)))
    }
}
