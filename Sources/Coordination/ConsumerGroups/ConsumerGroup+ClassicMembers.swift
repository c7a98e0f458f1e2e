internal import RecordFormat

/// Members of the classic protocol in a group of the consumer protocol: what they ask the leader of a classic group, the
/// coordinator answers from its own assignment (KIP-848, online migration).
///
/// A classic member's generation is its member epoch. It learns of a new one by REBALANCE_IN_PROGRESS, joins, and gives
/// up what the new assignment takes from it before or while it joins, as its own assignor has it do.
extension ConsumerGroup {
    /// A classic member joins.
    ///
    /// - Returns: The classic group that this one becomes by that; `nil` where it stays what it is.
    mutating func join(_ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects) -> Downgrade? {
        do throws(GroupRefusal) {
            return try take(request, token: token, &effects)
        } catch {
            effects.respond(token, .join(GroupJoinResult(error: error.error, memberID: request.memberID)))
            return nil
        }
    }

    private mutating func take(
        _ request: GroupJoin, token: RequestToken, _ effects: inout GroupEffects
    ) throws(GroupRefusal) -> Downgrade? {
        let isNew = request.memberID.isUnknown
        let prefix = request.instanceID?.rawValue ?? request.clientID
        let memberID = isNew ? MemberID("\(prefix)-\(effects.makeMemberSuffix())") : request.memberID
        try checkRoom(for: memberID, effects.configuration)
        guard supports(request),
            let subscription = request.protocols.first.flatMap({ ConsumerSubscription($0.metadata) })
        else { throw GroupRefusal(.inconsistentGroupProtocol, "Member \(memberID)'s protocols are not supported.") }
        if isNew && request.instanceID == nil && request.requiresKnownMemberID {
            effects.respond(token, .join(GroupJoinResult(error: .memberIDRequired, memberID: memberID)))
            return nil
        }

        var change = makeChange()
        let former = try member(memberID, joining: request, &change)
        let replaced = request.instanceID.flatMap { state.staticMember($0) }.flatMap { $0.id == memberID ? nil : $0 }
        let hasChanged = change.update(former, to: metadata(of: former, after: request, subscription))
        change.refresh(hasChanged: hasChanged, effects)
        change.reconcile(memberID, owned: Self.owned(by: subscription, effects.catalog))
        guard let member = change.state.members[memberID] else { return nil }
        let result = GroupJoinResult(
            memberID: memberID, generation: GenerationID(member.current.epoch),
            protocolType: ConsumerSubscription.protocolType, protocolName: request.protocols[0].name)

        if let replaced {
            cancelTimers(of: replaced.id, &effects)
            if let downgrade = downgrade(replacing: replaced, after: change, effects) {
                // A member of a group that starts with a rebalance cannot have a place in its generation yet.
                let refused = GroupJoinResult(error: .rebalanceInProgress, memberID: request.memberID)
                let answer = GroupResponse.join(downgrade.rebalances ? refused : result)
                convert(by: downgrade, answering: (token, answer), &effects)
                return downgrade
            }
        }
        forgetClassicTimers(of: memberID, &effects)
        effects.cancel(.revocation(memberID))
        watch(member, &effects)
        awaited.syncs.insert(memberID)
        effects.schedule(.memberSync(memberID), after: request.rebalanceTimeout)
        commit(change, answering: (token, .join(result)), &effects)
        return nil
    }

    /// Whether the group can work with such a member: it shares a protocol with all its other classic members.
    private func supports(_ request: GroupJoin) -> Bool {
        guard request.protocolType == ConsumerSubscription.protocolType, !request.protocols.isEmpty else {
            return false
        }
        let others = state.members.values.filter { $0.id != request.memberID }.compactMap(\.metadata.classic)
        return request.protocols.contains { candidate in
            others.allSatisfy { other in other.protocols.contains { $0.name == candidate.name } }
        }
    }

    private func member(
        _ id: MemberID, joining request: GroupJoin, _ change: inout ConsumerGroupChange
    ) throws(GroupRefusal) -> ConsumerMember {
        guard let instanceID = request.instanceID else { return state.members[id] ?? ConsumerMember(id: id) }
        if request.memberID.isUnknown {
            return state.staticMember(instanceID).map { change.replace($0, by: id) } ?? ConsumerMember(id: id)
        }
        guard let current = state.staticMember(instanceID) else {
            throw GroupRefusal(.unknownMemberID, "Instance id \(instanceID) is unknown.")
        }
        guard current.id == id else {
            throw GroupRefusal(.fencedInstanceID, "Static member \(id) was fenced by member \(current.id).")
        }
        return current
    }

    private func metadata(
        of member: ConsumerMember, after request: GroupJoin, _ subscription: ConsumerSubscription
    ) -> ConsumerMemberMetadata {
        var metadata = member.metadata
        if let instanceID = request.instanceID { metadata.instanceID = instanceID }
        if let rackID = subscription.rackID { metadata.rackID = rackID }
        metadata.clientID = request.clientID
        metadata.clientHost = request.clientHost
        metadata.topicNames = Set(subscription.topics).sorted()
        metadata.expression = nil
        metadata.serverAssignor = nil
        metadata.rebalanceTimeoutMs = request.rebalanceTimeout.wireMilliseconds
        metadata.classic = .init(
            sessionTimeoutMs: request.sessionTimeout.wireMilliseconds, protocols: request.protocols)
        return metadata
    }

    /// What a member brings along; one of an eager protocol has given up everything before it joins.
    private static func owned(by subscription: ConsumerSubscription, _ catalog: TopicCatalog) -> PartitionAssignment {
        PartitionAssignment(naming: subscription.owned, catalog)
    }

    // MARK: - Sync, heartbeat and leave

    /// A classic member asks for its assignment.
    mutating func sync(_ request: GroupSync, token: RequestToken, _ effects: inout GroupEffects) {
        do throws(GroupRefusal) {
            let (member, classic) = try classicMember(request.memberID, request.instanceID, request.generation)
            let name = classic.protocols.first?.name
            let isConsistent =
                (request.protocolType ?? ConsumerSubscription.protocolType) == ConsumerSubscription.protocolType
                && (request.protocolName == nil || request.protocolName == name)
            guard isConsistent else { throw GroupRefusal(.inconsistentGroupProtocol, "not the protocol of the group") }
            // A member that is to give up partitions has joined already: the rest has to be settled first.
            if state.groupEpoch > member.current.epoch && member.current.state != .unrevokedPartitions {
                awaitJoin(of: member, &effects)
                throw GroupRefusal(.rebalanceInProgress, "a new epoch has begun")
            }
            if awaited.syncs.remove(member.id) != nil { effects.cancel(.memberSync(member.id)) }
            watch(member, &effects)
            let version = classic.protocols.first.flatMap { ConsumerSubscription($0.metadata)?.version } ?? 0
            let result = GroupSyncResult(
                protocolType: ConsumerSubscription.protocolType, protocolName: name,
                assignment: ConsumerSubscription.assignment(
                    member.current.assigned.named(effects.catalog), version: version))
            hold((token, .sync(result)), &effects)
        } catch {
            effects.respond(token, .sync(GroupSyncResult(error: error.error)))
        }
    }

    /// A classic member shows that it lives, and hears whether it has to join again.
    mutating func heartbeat(_ request: GroupHeartbeat, token: RequestToken, _ effects: inout GroupEffects) {
        do throws(GroupRefusal) {
            let (member, _) = try classicMember(request.memberID, request.instanceID, request.generation)
            watch(member, &effects)
            if mustRejoin(member) {
                awaitJoin(of: member, &effects)
                throw GroupRefusal(.rebalanceInProgress, "a new epoch has begun")
            }
            hold((token, .heartbeat(nil)), &effects)
        } catch {
            effects.respond(token, .heartbeat(error.error))
        }
    }

    /// Whether there is something new for a classic member, which it only learns by joining again.
    private func mustRejoin(_ member: ConsumerMember) -> Bool {
        if member.current.epoch < state.groupEpoch { return true }
        switch member.current.state {
        case .stable: return false
        case .unrevokedPartitions: return true
        case .unreleasedPartitions:
            // Once nothing that it misses is held by others, it can have all of it.
            let missing = state.targets[member.id]?.subtracting(member.current.assigned) ?? PartitionAssignment()
            return missing.filter { state.isHeld($0, $1, byOtherThan: member.id) }.isEmpty
        }
    }

    private mutating func awaitJoin(of member: ConsumerMember, _ effects: inout GroupEffects) {
        guard awaited.joins.insert(member.id).inserted else { return }
        effects.schedule(.rejoin(member.id), after: Duration(wireMilliseconds: member.metadata.rebalanceTimeoutMs))
    }

    /// Classic members leave, or are taken out.
    mutating func leave(_ request: GroupLeave, token: RequestToken, _ effects: inout GroupEffects) {
        var leaving: [ConsumerMember] = []
        let results = request.members.map { identity -> GroupLeaveResult.Member in
            do throws(GroupRefusal) {
                let member = try leavingMember(identity)
                if !leaving.contains(where: { $0.id == member.id }) { leaving.append(member) }
                return .init(member: .init(memberID: member.id, instanceID: identity.instanceID))
            } catch {
                return .init(member: identity, error: error.error)
            }
        }
        let answer: (RequestToken, GroupResponse) = (token, .leave(GroupLeaveResult(members: results)))
        if leaving.isEmpty { return effects.respond(answer.0, answer.1) }
        _ = fence(leaving, answering: answer, mayConvert: false, &effects)
    }

    private func leavingMember(_ identity: GroupLeave.Member) throws(GroupRefusal) -> ConsumerMember {
        // An administrator knows a static member by its instance id alone.
        let found =
            identity.instanceID.map { state.staticMember($0) } ?? state.members[identity.memberID]
        guard let member = found, member.usesClassicProtocol else { throw Self.unknown(identity.memberID, of: id) }
        guard member.id == identity.memberID || identity.memberID.isUnknown else {
            throw GroupRefusal(.fencedInstanceID, "Static member \(identity.memberID) was fenced by \(member.id).")
        }
        return member
    }

    private func classicMember(
        _ id: MemberID, _ instanceID: GroupInstanceID?, _ generation: GenerationID
    ) throws(GroupRefusal) -> (ConsumerMember, ConsumerMemberMetadata.Classic) {
        let found = instanceID.map { state.staticMember($0) } ?? state.members[id]
        guard let member = found else { throw Self.unknown(id, of: self.id) }
        guard member.id == id else {
            throw GroupRefusal(.fencedInstanceID, "Static member \(id) was fenced by member \(member.id).")
        }
        guard let classic = member.metadata.classic else { throw Self.unknown(id, of: self.id) }
        guard generation.rawValue == member.current.epoch else {
            throw GroupRefusal(
                .illegalGeneration, "The generation \(generation) is not the member's epoch \(member.current.epoch).")
        }
        return (member, classic)
    }
}

extension PartitionAssignment {
    /// The partitions of topics that go by their names; topics that are gone are left out.
    init(naming partitions: [String: Set<Int32>], _ catalog: TopicCatalog) {
        self.init()
        for (name, numbers) in partitions { if let topic = catalog.topics[name] { self[topic.id] = numbers } }
    }

    /// The partitions by the names of their topics; topics that are gone are left out.
    func named(_ catalog: TopicCatalog) -> [String: Set<Int32>] {
        var named: [String: Set<Int32>] = [:]
        for (topic, numbers) in partitions { if let name = catalog.names[topic] { named[name] = numbers } }
        return named
    }
}
