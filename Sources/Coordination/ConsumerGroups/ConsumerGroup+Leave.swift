internal import RecordFormat

extension ConsumerGroup {
    /// A member of the consumer protocol leaves, for good or for a while.
    ///
    /// - Returns: The classic group that this one becomes by that; `nil` where it stays what it is.
    mutating func leave(
        _ request: ConsumerHeartbeat, token: RequestToken, _ effects: inout GroupEffects
    ) -> Downgrade? {
        do throws(GroupRefusal) {
            let member = try leavingMember(request)
            let result = ConsumerHeartbeatResult(memberID: member.id, epoch: request.epoch)
            let answer: (RequestToken, GroupResponse) = (token, .consumerHeartbeat(result))
            if request.epoch == CurrentAssignment.temporaryLeaveEpoch {
                // Its partitions stay its own until it is back or its session ends.
                var change = makeChange()
                var current = member.current
                current.epoch = CurrentAssignment.temporaryLeaveEpoch
                current.pendingRevocation = PartitionAssignment()
                change.write(.current(member.id, current))
                effects.cancel(.revocation(member.id))
                commit(change, answering: answer, &effects)
                return nil
            }
            return fence([member], answering: answer, &effects)
        } catch {
            let result = ConsumerHeartbeatResult(error: error.error, message: error.message)
            effects.respond(token, .consumerHeartbeat(result))
            return nil
        }
    }

    private func leavingMember(_ request: ConsumerHeartbeat) throws(GroupRefusal) -> ConsumerMember {
        guard let instanceID = request.instanceID else {
            guard let member = state.members[request.memberID] else { throw Self.unknown(request.memberID, of: id) }
            return member
        }
        guard let member = state.staticMember(instanceID) else {
            throw GroupRefusal(.unknownMemberID, "Instance id \(instanceID) is unknown.")
        }
        guard member.id == request.memberID else {
            throw GroupRefusal(
                .fencedInstanceID,
                "Static member \(request.memberID) with instance id \(instanceID) was fenced by member \(member.id).")
        }
        return member
    }

    /// Takes members out of the group.
    ///
    /// - Parameters:
    ///   - members: The members.
    ///   - answer: The answer that leaves when they are out for good.
    ///   - mayConvert: Whether the group may become a classic one by that.
    ///   - effects: What is to be done about it.
    /// - Returns: The classic group that this one becomes by that; `nil` where it stays what it is.
    mutating func fence(
        _ members: [ConsumerMember], answering answer: (token: RequestToken, response: GroupResponse)? = nil,
        mayConvert: Bool = true, _ effects: inout GroupEffects
    ) -> Downgrade? {
        for member in members { cancelTimers(of: member.id, &effects) }
        if mayConvert, members.count == 1, let downgrade = downgrade(without: members[0], effects) {
            convert(by: downgrade, answering: answer, &effects)
            return downgrade
        }
        var change = makeChange()
        for member in members { change.remove(member.id) }
        change.forgetExpressions(except: Set(change.state.members.values.compactMap(\.metadata.expression)))
        // Who comes next assigns: several may be going one after the other.
        change.refresh(hasChanged: true, assignsNow: false, effects)
        commit(change, answering: answer, &effects)
        return nil
    }

    /// Ends every wait for a member.
    mutating func cancelTimers(of id: MemberID, _ effects: inout GroupEffects) {
        effects.cancel(.session(id))
        effects.cancel(.revocation(id))
        forgetClassicTimers(of: id, &effects)
    }

    /// Ends the waits that only classic members have.
    mutating func forgetClassicTimers(of id: MemberID, _ effects: inout GroupEffects) {
        if awaited.joins.remove(id) != nil { effects.cancel(.rejoin(id)) }
        if awaited.syncs.remove(id) != nil { effects.cancel(.memberSync(id)) }
    }

    /// A wait for a member is over.
    ///
    /// - Returns: The classic group that this one becomes by that; `nil` where it stays what it is.
    mutating func timerFired(_ timer: GroupEffects.Timer, _ effects: inout GroupEffects) -> Downgrade? {
        switch timer {
        case .join, .sync: return nil
        case .session(let id):
            return state.members[id].flatMap { fence([$0], &effects) }
        case .revocation(let id):
            guard let member = state.members[id], member.current.state == .unrevokedPartitions else { return nil }
            return fence([member], &effects)
        case .rejoin(let id):
            guard awaited.joins.remove(id) != nil, let member = state.members[id] else { return nil }
            return fence([member], &effects)
        case .memberSync(let id):
            guard awaited.syncs.remove(id) != nil, let member = state.members[id] else { return nil }
            return fence([member], &effects)
        }
    }
}
