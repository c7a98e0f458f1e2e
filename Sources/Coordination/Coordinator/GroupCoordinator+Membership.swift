internal import RecordFormat

extension GroupCoordinator {
    /// A client wants to be in the next generation of a group; the group is made if it is a new member's first one.
    ///
    /// The answer is a ``GroupResponse/join(_:)``. It may take as long as the group's rebalance timeout.
    public mutating func join(
        _ request: GroupJoin, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        func refused(_ error: GroupError) -> [GroupAction] {
            [.respond(token, .join(GroupJoinResult(error: error, memberID: request.memberID)))]
        }
        if request.groupID.rawValue.isEmpty { return refused(.invalidGroupID) }
        if !request.groupID.rawValue.fitsRecord { return refused(.invalidGroupID) }
        if !request.fitsRecord { return refused(.unknownServerError) }
        guard (configuration.minSessionTimeout...configuration.maxSessionTimeout).contains(request.sessionTimeout)
        else { return refused(.invalidSessionTimeout) }

        var actions: [GroupAction]
        if let group = groups[request.groupID], !group.isEmptyConsumerGroup {
            actions = withGroup(request.groupID, at: now) { $0.join(request, token: token, &$1) }
        } else {
            guard request.memberID.isUnknown else { return refused(.unknownMemberID) }
            actions = create(joining: request, token: token, at: now)
        }
        // A delay of zero has ended as soon as it starts.
        actions += advance(to: now)
        return actions
    }

    /// Makes a group with its first member, in place of one of the consumer protocol that has none.
    private mutating func create(
        joining request: GroupJoin, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        let groupID = request.groupID
        var group = groups[groupID] ?? Group(id: groupID, at: now.timestamp)
        let former = group.replaceEmptyConsumerGroup(at: now.timestamp)
        var effects = makeEffects(of: groupID, at: now)
        group.join(request, token: token, &effects)
        guard group.classic?.isUnused == false else {
            // The join was refused: no trace of it remains.
            return carryOut(effects, of: groupID)
        }
        let value = GroupMetadataValue(
            protocolType: "", generation: GenerationID(0), protocolName: nil, leader: nil,
            currentStateTimestamp: now.timestamp, members: [])
        // The client must not hold a member id of a group that a restart has never heard of.
        var held: [(token: RequestToken, response: GroupResponse)] = []
        effects.list.removeAll { effect in
            guard case .respond(let token, let response) = effect else { return false }
            held.append((token, response))
            return true
        }
        let records = former + [GroupRecord.groupMetadata(groupID, value)]
        effects.list.append(.append(.init(records: records, purpose: .creation, held: held)))
        group.withClassic { $0.isCreationInFlight = true }
        groups[groupID] = group
        return carryOut(effects, of: groupID)
    }

    /// A member asks for its assignment, and the leader of a generation brings everyone's.
    ///
    /// The answer is a ``GroupResponse/sync(_:)``, which leaves when the leader's assignment is durable.
    public mutating func sync(
        _ request: GroupSync, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        if request.groupID.rawValue.isEmpty {
            return [.respond(token, .sync(GroupSyncResult(error: .invalidGroupID)))]
        }
        guard groups[request.groupID] != nil else {
            return [.respond(token, .sync(GroupSyncResult(error: .unknownMemberID)))]
        }
        return withGroup(request.groupID, at: now) { $0.sync(request, token: token, &$1) }
    }

    /// A member shows that it lives; the answer is a ``GroupResponse/heartbeat(_:)``, at once.
    public mutating func heartbeat(
        _ request: GroupHeartbeat, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        if request.groupID.rawValue.isEmpty { return [.respond(token, .heartbeat(.invalidGroupID))] }
        guard groups[request.groupID] != nil else { return [.respond(token, .heartbeat(.unknownMemberID))] }
        return withGroup(request.groupID, at: now) { $0.heartbeat(request, token: token, &$1) }
    }

    /// Members leave or are taken out; the answer is a ``GroupResponse/leave(_:)``.
    public mutating func leave(
        _ request: GroupLeave, token: RequestToken, at now: CoordinationTime
    ) -> [GroupAction] {
        if request.groupID.rawValue.isEmpty {
            return [.respond(token, .leave(GroupLeaveResult(error: .invalidGroupID)))]
        }
        guard groups[request.groupID] != nil else {
            let results = request.members.map { GroupLeaveResult.Member(member: $0, error: .unknownMemberID) }
            return [.respond(token, .leave(GroupLeaveResult(members: results)))]
        }
        return withGroup(request.groupID, at: now) { $0.leave(request, token: token, &$1) }
    }
}

extension Group {
    /// Whether the group is of the consumer protocol and has nobody who would mind if that changed.
    fileprivate var isEmptyConsumerGroup: Bool {
        guard let consumer, !isConverting, !isDeleting else { return false }
        return consumer.state.members.isEmpty && consumer.isSettled
    }
}

extension GroupJoin {
    /// Whether everything that a record of the group repeats fits into its fields.
    ///
    /// Compact strings of the protocol could be longer than a record's; a client must not bring the node down by one.
    fileprivate var fitsRecord: Bool {
        // Member ids that are made here are one of the two names, a dash and a suffix.
        let longestPrefix = RecordFieldWriter.longestString - 64
        let names = [clientID, instanceID?.rawValue ?? ""]
        return names.allSatisfy { $0.utf8.count <= longestPrefix } && memberID.rawValue.fitsRecord
            && clientHost.fitsRecord && protocolType.fitsRecord && protocols.allSatisfy { $0.name.fitsRecord }
    }
}
