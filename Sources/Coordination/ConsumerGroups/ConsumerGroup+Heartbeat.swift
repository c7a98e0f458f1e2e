internal import RecordFormat

extension ConsumerGroup {
    /// A member of the consumer protocol joins, or shows that it lives and how far it is.
    ///
    /// - Parameters:
    ///   - request: The heartbeat, which does not ask to leave.
    ///   - isVisible: Whether the member may know of a topic that its regular expression matches.
    ///   - token: The request's token.
    ///   - effects: What is to be done about it.
    mutating func heartbeat(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool, token: RequestToken, _ effects: inout GroupEffects
    ) {
        do throws(GroupRefusal) {
            try take(request, isVisible: isVisible, token: token, &effects)
        } catch {
            let result = ConsumerHeartbeatResult(error: error.error, message: error.message)
            effects.respond(token, .consumerHeartbeat(result))
        }
    }

    private mutating func take(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool, token: RequestToken, _ effects: inout GroupEffects
    ) throws(GroupRefusal) {
        try checkRoom(for: request.memberID, effects.configuration)
        var change = makeChange()
        let memberID = request.memberID.isUnknown ? MemberID(effects.makeMemberSuffix()) : request.memberID
        let former = try member(memberID, sending: request, &change)
        let metadata = try metadata(of: former, after: request, effects.catalog)
        let hasChanged = change.update(former, to: metadata)
        change.refresh(hasChanged: hasChanged, resolvesExpressions: true, isVisible: isVisible, effects)
        change.reconcile(memberID, owned: request.owned, isJoining: request.isJoining)

        guard let member = change.state.members[memberID] else { return }
        if let instanceID = member.metadata.instanceID, let replaced = state.staticMembers[instanceID] {
            if replaced != memberID { cancelTimers(of: replaced, &effects) }
        }
        watch(member, &effects)
        if member.current != former.current || hasChanged { watchRevocation(of: member, &effects) }
        if former.usesClassicProtocol { forgetClassicTimers(of: memberID, &effects) }
        let tellsAssignment = request.isFull || member.current.assigned != former.current.assigned
        let result = ConsumerHeartbeatResult(
            memberID: memberID, epoch: member.current.epoch,
            heartbeatInterval: effects.consumerSettings.heartbeatInterval,
            assignment: tellsAssignment ? member.current.assigned : nil)
        commit(change, answering: (token, .consumerHeartbeat(result)), &effects)
    }

    /// Refuses a new member of a group that is full.
    func checkRoom(
        for memberID: MemberID, _ configuration: GroupCoordinatorConfiguration
    ) throws(GroupRefusal) {
        let limit = configuration.consumerGroupMaxSize
        guard state.members.count >= limit, state.members[memberID] == nil else { return }
        throw GroupRefusal(
            .groupMaxSizeReached, "The consumer group has reached its maximum capacity of \(limit) members.")
    }

    /// The member that a heartbeat comes from, as it has been so far; a new one where it joins.
    private func member(
        _ id: MemberID, sending request: ConsumerHeartbeat, _ change: inout ConsumerGroupChange
    ) throws(GroupRefusal) -> ConsumerMember {
        if let instanceID = request.instanceID {
            return try staticMember(id, instanceID, sending: request, &change)
        }
        guard let member = state.members[id] else {
            if request.isJoining { return ConsumerMember(id: id) }
            throw Self.unknown(id, of: self.id)
        }
        try checkEpoch(of: member, request)
        return member
    }

    private func staticMember(
        _ id: MemberID, _ instanceID: GroupInstanceID, sending request: ConsumerHeartbeat,
        _ change: inout ConsumerGroupChange
    ) throws(GroupRefusal) -> ConsumerMember {
        guard let current = state.staticMember(instanceID) else {
            if request.isJoining { return state.members[id] ?? ConsumerMember(id: id) }
            throw GroupRefusal(.unknownMemberID, "Instance id \(instanceID) is unknown.")
        }
        if current.id == id && current.current.epoch != CurrentAssignment.temporaryLeaveEpoch {
            try checkEpoch(of: current, request)
            return current
        }
        guard request.isJoining else {
            if current.id == id { try checkEpoch(of: current, request) }
            throw GroupRefusal(
                .fencedInstanceID,
                "Static member \(id) with instance id \(instanceID) was fenced by member \(current.id).")
        }
        // The place of a member of this protocol is free when it has said that it goes; a classic member says nothing
        // when it is started anew with the other protocol.
        if !current.usesClassicProtocol && current.current.epoch != CurrentAssignment.temporaryLeaveEpoch {
            throw GroupRefusal(
                .unreleasedInstanceID,
                "Static member \(id) with instance id \(instanceID) cannot join the group because the instance id is"
                    + " owned by \(current.id) member.")
        }
        return change.replace(current, by: id)
    }

    static func unknown(_ id: MemberID, of group: GroupID) -> GroupRefusal {
        GroupRefusal(.unknownMemberID, "Member \(id) is not a member of group \(group).")
    }

    private func checkEpoch(of member: ConsumerMember, _ request: ConsumerHeartbeat) throws(GroupRefusal) {
        let current = member.current
        // Who joins again has given up everything: nothing of its former epochs matters.
        if request.isJoining || request.epoch == current.epoch { return }
        let isGreater = request.epoch > current.epoch
        // The answer that told the present epoch may have been lost.
        let missedAnswer =
            request.epoch == current.previousEpoch
            && request.owned.map { $0.isSubset(of: current.assigned) } ?? false
        if !isGreater && missedAnswer { return }
        throw GroupRefusal(
            .fencedMemberEpoch,
            "The consumer group member has a \(isGreater ? "greater" : "smaller") member epoch (\(request.epoch)) than"
                + " the one known by the group coordinator (\(current.epoch)). The member must abandon all its"
                + " partitions and rejoin.")
    }

    /// What a member says of itself after a heartbeat, in which `nil` stands for what has not changed.
    private func metadata(
        of member: ConsumerMember, after request: ConsumerHeartbeat, _ catalog: TopicCatalog
    ) throws(GroupRefusal) -> ConsumerMemberMetadata {
        var metadata = member.metadata
        if let instanceID = request.instanceID { metadata.instanceID = instanceID }
        if let rackID = request.rackID { metadata.rackID = rackID }
        if request.rebalanceTimeoutMs != -1 { metadata.rebalanceTimeoutMs = request.rebalanceTimeoutMs }
        if let assignor = request.serverAssignor { metadata.serverAssignor = assignor }
        if let names = request.topicNames { metadata.topicNames = Set(names).sorted() }
        if let expression = request.expression {
            metadata.expression = expression.isEmpty ? nil : expression
            try Self.check(expression, catalog)
        }
        metadata.clientID = request.clientID
        metadata.clientHost = request.clientHost
        metadata.classic = nil
        return metadata
    }

    private static func check(_ expression: String, _ catalog: TopicCatalog) throws(GroupRefusal) {
        do throws(TopicPatternError) {
            guard try TopicPattern(expression).matches(among: catalog.topics.keys) == nil else { return }
            throw TopicPatternError(message: "to match it with all topics takes too long")
        } catch {
            throw GroupRefusal(
                .invalidRegularExpression,
                "SubscribedTopicRegex `\(expression)` is not a valid regular expression: \(error.message).")
        }
    }
}
