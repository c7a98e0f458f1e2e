internal import RecordFormat

/// One share group (KIP-932): who is in it and which partitions each member reads, along with others.
///
/// What becomes of records is not its business but that of each ``SharePartition``. Each event is taken at once and its
/// records are sent to the log by a ``GroupJournal``.
struct ShareGroup: Sendable {
    let id: GroupID
    /// The group after all events.
    private(set) var state = ShareGroupState()
    /// The group as the log has it, which alone is shown.
    private(set) var durableState = ShareGroupState()
    private var seenCatalog: Int64 = -1
    private var journal = GroupJournal<ShareGroupState>()

    /// Creates a group of which the log has nothing.
    init(id: GroupID) { self.id = id }

    /// Whether every event so far is durable.
    var isSettled: Bool { journal.isSettled }

    /// Whether nothing is lost when the group is forgotten without a record.
    var isForgettable: Bool { !state.exists && !durableState.exists && isSettled }

    /// Takes over a record of the log, before the first event.
    mutating func replay(_ record: ShareGroupRecord) {
        state.apply(record)
        durableState = state
    }

    // MARK: - Events

    /// A member joins, shows that it lives, or leaves.
    mutating func heartbeat(_ request: ShareHeartbeat, token: RequestToken, _ effects: inout GroupEffects) {
        do throws(GroupRefusal) {
            if request.isLeaving {
                try leave(request, token: token, &effects)
            } else {
                try take(request, token: token, &effects)
            }
        } catch {
            let result = ShareHeartbeatResult(error: error.error, message: error.message)
            effects.respond(token, .shareHeartbeat(result))
        }
    }

    private mutating func take(
        _ request: ShareHeartbeat, token: RequestToken, _ effects: inout GroupEffects
    ) throws(GroupRefusal) {
        let limit = effects.configuration.shareGroupMaxSize
        guard state.members.count < limit || state.members[request.memberID] != nil else {
            throw GroupRefusal(
                .groupMaxSizeReached, "The share group has reached its maximum capacity of \(limit) members.")
        }
        let former = try member(sending: request)
        var change = ShareGroupChange(of: state, seenCatalog: seenCatalog)
        let hasChanged = change.update(former.id, to: metadata(of: former, after: request))
        change.refresh(hasChanged: hasChanged, effects.catalog)
        change.reconcile(former.id)
        guard let member = change.state.members[former.id] else { return }
        watch(member.id, &effects)
        let tellsAssignment = request.isFull || member.current.assigned != former.current.assigned
        let result = ShareHeartbeatResult(
            memberID: member.id, epoch: member.current.epoch,
            heartbeatInterval: effects.consumerSettings.shareHeartbeatInterval,
            assignment: tellsAssignment ? member.current.assigned : nil)
        commit(change, answering: (token, .shareHeartbeat(result)), &effects)
    }

    /// The member that a heartbeat comes from, as it has been so far; a new one where it joins.
    private func member(sending request: ShareHeartbeat) throws(GroupRefusal) -> ShareMember {
        guard let member = state.members[request.memberID] else {
            if request.isJoining { return ShareMember(id: request.memberID) }
            throw ConsumerGroup.unknown(request.memberID, of: id)
        }
        let current = member.current
        // The answer that told the present epoch may have been lost.
        let isKnown = request.epoch == current.epoch || request.epoch == current.previousEpoch
        if request.isJoining || isKnown { return member }
        let isGreater = request.epoch > current.epoch
        throw GroupRefusal(
            .fencedMemberEpoch,
            "The share group member has a \(isGreater ? "greater" : "smaller") member epoch (\(request.epoch)) than"
                + " the one known by the group coordinator (\(current.epoch)). The member must abandon all its"
                + " partitions and rejoin.")
    }

    private func metadata(of member: ShareMember, after request: ShareHeartbeat) -> ShareMemberMetadata {
        ShareMemberMetadata(
            rackID: request.rackID ?? member.metadata.rackID, clientID: request.clientID,
            clientHost: request.clientHost,
            topicNames: request.topicNames.map { Set($0).sorted() } ?? member.metadata.topicNames)
    }

    private mutating func leave(
        _ request: ShareHeartbeat, token: RequestToken, _ effects: inout GroupEffects
    ) throws(GroupRefusal) {
        guard state.members[request.memberID] != nil else { throw ConsumerGroup.unknown(request.memberID, of: id) }
        let result = ShareHeartbeatResult(memberID: request.memberID, epoch: request.epoch)
        remove(request.memberID, answering: (token, .shareHeartbeat(result)), &effects)
    }

    private mutating func remove(
        _ id: MemberID, answering answer: (token: RequestToken, response: GroupResponse)? = nil,
        _ effects: inout GroupEffects
    ) {
        effects.cancel(.session(id))
        var change = ShareGroupChange(of: state, seenCatalog: seenCatalog)
        change.remove(id)
        // Who comes next assigns: several may be going one after the other.
        change.refresh(hasChanged: true, assignsNow: false, effects.catalog)
        commit(change, answering: answer, &effects)
    }

    /// An administrator is about to set where the group goes on reading: a new epoch begins, if there are no members.
    mutating func prepareOffsets(token: RequestToken, _ effects: inout GroupEffects) {
        guard state.members.isEmpty else { return effects.respond(token, .shareOffsets(.nonEmptyGroup)) }
        var change = ShareGroupChange(of: state, seenCatalog: seenCatalog)
        change.refresh(hasChanged: true, assignsNow: false, effects.catalog)
        commit(change, answering: (token, .shareOffsets(nil)), &effects)
    }

    /// A wait for a member is over.
    mutating func timerFired(_ timer: GroupEffects.Timer, _ effects: inout GroupEffects) {
        guard case .session(let id) = timer, state.members[id] != nil else { return }
        remove(id, &effects)
    }

    private func watch(_ id: MemberID, _ effects: inout GroupEffects) {
        effects.schedule(.session(id), after: effects.consumerSettings.shareSessionTimeout)
    }

    /// Starts the session of every member anew.
    func watchMembers(_ effects: inout GroupEffects) {
        for member in state.sortedMembers { watch(member.id, &effects) }
    }

    // MARK: - The log

    private mutating func commit(
        _ change: ShareGroupChange, answering answer: (token: RequestToken, response: GroupResponse)?,
        _ effects: inout GroupEffects
    ) {
        seenCatalog = change.seenCatalog
        state = change.state
        guard !change.records.isEmpty else {
            if let answer { journal.hold(answer, &effects) }
            return
        }
        journal.append(change.records.map { $0.encoded(for: id) }, leadingTo: state, answering: answer, &effects)
    }

    /// The append on its way is durable.
    mutating func appendCompleted(_ effects: inout GroupEffects) {
        if let state = journal.appendCompleted(&effects) { durableState = state }
    }

    /// The append on its way did not become durable, and what rests on it never happened.
    mutating func appendFailed(_ error: GroupError, _ effects: inout GroupEffects) {
        dismiss(error, &effects)
        state = durableState
        seenCatalog = -1
        // Timers may have been taken from members that are in the group after all.
        watchMembers(&effects)
    }

    /// Answers everyone who waits with an error.
    mutating func dismiss(_ error: GroupError, _ effects: inout GroupEffects) { journal.dismiss(error, &effects) }

    /// Answers everyone who waits with an error; what is on its way to the log stays there.
    mutating func dismissWaiting(_ error: GroupError, _ effects: inout GroupEffects) {
        journal.dismissWaiting(error, &effects)
    }

    // MARK: - Descriptions

    /// The group as ShareGroupDescribe shows it.
    func groupDescription(_ catalog: TopicCatalog) -> ShareGroupDescription {
        let group = durableState
        return ShareGroupDescription(
            groupID: id, state: group.phase.rawValue, groupEpoch: group.groupEpoch,
            assignmentEpoch: group.targetEpoch, assignor: SharedAssignment.name,
            members: group.sortedMembers.map { member in
                ShareGroupDescription.Member(
                    memberID: member.id, rackID: member.metadata.rackID, epoch: member.current.epoch,
                    clientID: member.metadata.clientID, clientHost: member.metadata.clientHost,
                    topicNames: member.metadata.topicNames,
                    assignment: member.current.assigned.sorted.compactMap { topic, partitions in
                        // A topic that is gone has no name any more.
                        catalog.names[topic].map { .init(topicID: topic, topic: $0, partitions: partitions) }
                    })
            })
    }

    /// The group as ListGroups shows it; `nil` while the log has nothing of it.
    var listing: GroupListing? {
        guard durableState.exists else { return nil }
        return GroupListing(groupID: id, protocolType: "share", state: durableState.phase.rawValue, groupType: .share)
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        state.checkInvariants()
        durableState.checkInvariants()
        journal.checkInvariants()
        precondition(!isSettled || state == durableState, "a change was lost")
    }
}
