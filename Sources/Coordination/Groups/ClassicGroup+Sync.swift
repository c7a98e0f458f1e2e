internal import RecordFormat

extension ClassicGroup {
    /// A member asks for its assignment; the leader brings everyone's.
    mutating func sync(_ request: GroupSync, token: RequestToken, _ effects: inout GroupEffects) {
        if let error = refusal(of: request) {
            return effects.respond(token, .sync(GroupSyncResult(error: error)))
        }
        switch phase {
        case .preparingRebalance:
            effects.respond(token, .sync(GroupSyncResult(error: .rebalanceInProgress)))
        case .completingRebalance(let isAssignmentInFlight):
            awaitAssignment(request.memberID, token: token, &effects)
            guard roster.leader == request.memberID, !isAssignmentInFlight else { return }
            update(.completingRebalance(isAssignmentInFlight: true))
            let record = GroupRecord.groupMetadata(id, metadata { request.assignments[$0.id] ?? .empty })
            effects.append([record], for: .assignment(generation, request.assignments))
        case .stable:
            noteSync(of: request.memberID, &effects)
            effects.respond(token, .sync(syncResult(for: request.memberID)))
        case .empty, .dead:
            effects.respond(token, .sync(GroupSyncResult(error: .unknownMemberID)))
        }
    }

    private func refusal(of request: GroupSync) -> GroupError? {
        if phase == .dead { return .coordinatorNotAvailable }
        if let error = refusal(of: request.memberID, request.instanceID) { return error }
        if request.generation != generation { return .illegalGeneration }
        func differs(_ requested: String?, from own: String?) -> Bool {
            guard let requested, let own else { return false }
            return requested != own
        }
        let isInconsistent =
            differs(request.protocolType, from: protocolType) || differs(request.protocolName, from: protocolName)
        return isInconsistent ? .inconsistentGroupProtocol : nil
    }

    private mutating func awaitAssignment(
        _ memberID: MemberID, token: RequestToken, _ effects: inout GroupEffects
    ) {
        if let superseded = roster[memberID]?.awaitingSync {
            // As with joins: the client has asked again on another connection.
            effects.respond(superseded, .sync(GroupSyncResult(error: .rebalanceInProgress)))
        }
        roster.update(memberID) { $0.awaitingSync = token }
        noteSync(of: memberID, &effects)
    }

    /// The member is no longer waited for; with the last one the wait ends.
    private mutating func noteSync(of memberID: MemberID, _ effects: inout GroupEffects) {
        pendingSyncs.remove(memberID)
        if pendingSyncs.isEmpty { effects.cancel(.sync) }
    }

    private func syncResult(for memberID: MemberID) -> GroupSyncResult {
        GroupSyncResult(
            protocolType: protocolType, protocolName: protocolName,
            assignment: roster[memberID]?.assignment ?? .empty)
    }

    /// The leader's assignment is durable.
    mutating func assignmentCompleted(
        _ assigned: GenerationID, _ assignments: [MemberID: ByteSlice], _ effects: inout GroupEffects
    ) {
        // A rebalance that began meanwhile has sent the waiting members back to join.
        guard case .completingRebalance = phase, generation == assigned else { return }
        move(to: .stable, at: effects.now.timestamp)
        for member in roster.members {
            roster.update(member.id) {
                $0.assignment = assignments[member.id] ?? .empty
                $0.awaitingSync = nil
            }
            guard let token = member.awaitingSync else { continue }
            effects.respond(token, .sync(syncResult(for: member.id)))
            // While a member waits for us its session may end without effect and would not be watched any more.
            renewSession(member.id, &effects)
        }
    }

    /// The leader's assignment did not become durable: the generation has to be formed again.
    mutating func assignmentFailed(_ assigned: GenerationID, _ error: GroupError, _ effects: inout GroupEffects) {
        guard case .completingRebalance = phase, generation == assigned else { return }
        dismissSyncs(error, &effects)
        prepareRebalance(&effects)
    }

    /// Answers every member that waits for the assignment of a generation with an error; the assignment stays on its
    /// way, and is what they get when they ask again.
    mutating func dismissSyncs(of assigned: GenerationID, _ error: GroupError, _ effects: inout GroupEffects) {
        guard case .completingRebalance = phase, generation == assigned else { return }
        dismissSyncs(error, &effects)
    }

    /// Answers every member that waits for its assignment with an error.
    mutating func dismissSyncs(_ error: GroupError, _ effects: inout GroupEffects) {
        for member in roster.members {
            roster.update(member.id) {
                $0.assignment = .empty
                $0.awaitingSync = nil
            }
            guard let token = member.awaitingSync else { continue }
            effects.respond(token, .sync(GroupSyncResult(error: error)))
            renewSession(member.id, &effects)
        }
    }

    /// The wait for members to ask for their assignments is over: those who have not are given up.
    mutating func syncTimerFired(_ effects: inout GroupEffects) {
        guard !pendingSyncs.isEmpty else { return }
        switch phase {
        case .completingRebalance, .stable:
            for memberID in pendingSyncs { remove(memberID, &effects) }
            prepareRebalance(&effects)
        case .empty, .preparingRebalance, .dead: return
        }
    }
}
