internal import RecordFormat

extension ClassicGroup {
    /// A client wants to be in the next generation.
    mutating func join(_ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects) {
        func refuse(_ error: GroupError, as memberID: MemberID) {
            effects.respond(token, .join(GroupJoinResult(error: error, memberID: memberID)))
        }
        if phase == .dead { return refuse(.coordinatorNotAvailable, as: request.memberID) }
        guard hasRoom(for: request.memberID, effects.configuration) else {
            remove(request.memberID, &effects)
            refuse(.groupMaxSizeReached, as: .unknown)
            // The others may have waited for nobody but this one.
            return completeJoinIfReady(&effects)
        }
        guard supports(request) else { return refuse(.inconsistentGroupProtocol, as: request.memberID) }
        if request.memberID.isUnknown {
            joinNew(request, token: token, &effects)
        } else if pendingJoins.contains(request.memberID) && request.instanceID == nil {
            add(request.memberID, joining: request, token: token, &effects)
        } else if let error = refusal(of: request.memberID, request.instanceID) {
            refuse(error, as: request.memberID)
        } else {
            joinAgain(request, token: token, &effects)
        }
    }

    /// Whether one more member fits in, or this one is in already (KIP-389).
    private func hasRoom(for memberID: MemberID, _ configuration: GroupCoordinatorConfiguration) -> Bool {
        switch phase {
        case .empty, .dead: true
        case .preparingRebalance:
            // Those who have joined count, not those who were members: whoever joins last is turned away, also where
            // the limit has been lowered below the size that the group had.
            roster[memberID]?.awaitingJoin != nil || roster.awaitingJoinCount < configuration.groupMaxSize
        case .completingRebalance, .stable:
            roster.contains(memberID) || roster.count < configuration.groupMaxSize
        }
    }

    /// Whether the group can work with such a member.
    private func supports(_ request: GroupJoin) -> Bool {
        if phase == .empty { return !request.protocolType.isEmpty && !request.protocols.isEmpty }
        return protocolType == request.protocolType && roster.supportsAny(of: request.protocols)
    }

    private mutating func joinNew(_ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects) {
        let prefix = request.instanceID?.rawValue ?? request.clientID
        let newID = MemberID("\(prefix)-\(effects.makeMemberSuffix())")
        if let instanceID = request.instanceID {
            if let formerID = roster.staticMember(instanceID) {
                return joinStatic(request, replacing: formerID, with: newID, token: token, &effects)
            }
            return add(newID, joining: request, token: token, &effects)
        }
        guard request.requiresKnownMemberID else { return add(newID, joining: request, token: token, &effects) }
        // A client that retries its first join would otherwise become another member each time, and every one of
        // them would hold up the group until its session ends (KIP-394).
        pendingJoins.insert(newID)
        effects.schedule(.session(newID), after: request.sessionTimeout)
        effects.respond(token, .join(GroupJoinResult(error: .memberIDRequired, memberID: newID)))
    }

    /// A member of the present generation joins.
    private mutating func joinAgain(_ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects) {
        guard let member = roster[request.memberID] else { return }
        let isUnchanged = member.protocols == request.protocols
        let startsRebalance =
            switch phase {
            // A member that missed the answer to its join asks again; that must not start the round anew.
            case .completingRebalance: !isUnchanged
            // The leader alone may ask for a rebalance without a change of its own: it has seen that the topics have
            // more partitions, say.
            case .stable: !isUnchanged || roster.leader == member.id
            case .empty, .preparingRebalance, .dead: true
            }
        guard startsRebalance else {
            let members = phase == .stable ? [] : membersSeen(by: member.id)
            return effects.respond(token, .join(joinResult(for: member.id, members: members)))
        }
        update(member.id, joining: request, token: token, &effects)
        rebalanceOrCompleteJoin(&effects)
    }

    /// Lets a member take part in the next generation with what its new join says.
    mutating func update(
        _ memberID: MemberID, joining request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects
    ) {
        if let superseded = roster[memberID]?.awaitingJoin {
            // The client has sent a second join on another connection and will hardly read the answer to the first.
            let result = GroupJoinResult(error: .rebalanceInProgress, memberID: memberID)
            effects.respond(superseded, .join(result))
        }
        roster.update(memberID) { member in
            member.protocols = request.protocols
            member.sessionTimeout = request.sessionTimeout
            member.rebalanceTimeout = request.rebalanceTimeout
            member.awaitingJoin = token
        }
    }

    private mutating func add(
        _ memberID: MemberID, joining request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects
    ) {
        var member = GroupMember(id: memberID, joining: request)
        member.awaitingJoin = token
        pendingJoins.remove(memberID)
        if roster.isEmpty { protocolType = request.protocolType }
        roster.insert(member)
        if case .preparingRebalance(.initial(var wait)) = phase {
            wait.hasNewMember = true
            update(.preparingRebalance(.initial(wait)))
        }
        effects.schedule(.session(memberID), after: effects.configuration.newMemberJoinTimeout)
        rebalanceOrCompleteJoin(&effects)
    }

    /// The answer to a join of the present generation.
    func joinResult(for memberID: MemberID, members: [GroupJoinResult.Member]) -> GroupJoinResult {
        GroupJoinResult(
            memberID: memberID, generation: generation, protocolType: protocolType, protocolName: protocolName,
            leader: roster.leader, members: members)
    }

    /// The members as the answer to a join lists them: all for the leader, none for others.
    func membersSeen(by memberID: MemberID) -> [GroupJoinResult.Member] {
        guard roster.leader == memberID else { return [] }
        return roster.members.map {
            GroupJoinResult.Member(
                memberID: $0.id, instanceID: $0.instanceID, metadata: $0.metadata(for: protocolName))
        }
    }
}
