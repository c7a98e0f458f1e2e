import KafkaProtocol
public import RecordFormat
import Synchronization

extension GroupMember {
    /// Joins, or joins again, and waits for the assignment.
    ///
    /// Repeats by itself what a repetition can cure (coordinators that move, rebalances that overtake this one, a
    /// member id that the group forgot), without limit of time: cancel the task to give up.
    ///
    /// - Parameters:
    ///   - protocols: Ways of sharing work that this member knows, the best one first.
    ///   - reason: For the broker's log (KIP-800).
    ///   - assign: Called when this member is the group's leader: gives each member its assignment.
    /// - Throws: ``KafkaClientError``: `.fenced` when another member took the static identity, `.closed`, `.broker`
    ///   for what no repetition cures, such as INCONSISTENT_GROUP_PROTOCOL; whatever `assign` throws; or
    ///   `CancellationError`.
    public func join(
        protocols: [GroupProtocol], reason: String? = nil,
        assigningAsLeader assign: @escaping @Sendable (GroupLeadership) async throws -> [String: ByteSlice]
    ) async throws -> GroupMembership {
        do {
            return try await joinRepeatedly(protocols, reason: reason, assign: assign)
        } catch {
            // Still not in the group: joining remains the next step.
            raise(.groupRebalancing)
            throw error
        }
    }

    private func joinRepeatedly(
        _ protocols: [GroupProtocol], reason: String?,
        assign: @Sendable (GroupLeadership) async throws -> [String: ByteSlice]
    ) async throws -> GroupMembership {
        var failures = 0
        while true {
            try Task.checkCancellation()
            try beginJoin()
            do {
                let joined = try await sendJoin(protocols, reason: reason)
                let membership = try await sendSync(after: joined, assign: assign)
                return try finishJoin(membership)
            } catch let error as KafkaClientError {
                let isCured = Self.isCuredAtOnce(error)
                guard isCured || error.isRetriable else { throw error }
                failures += 1
                // A group in which many come and go may overtake a join a few times; for ever would be a broken broker.
                if isCured, failures <= 3 { continue }
                try await Task.sleep(for: client.configuration.retryBackoff.delay(afterFailures: failures))
            }
        }
    }

    /// Stops heartbeats, whose generation ends here, and takes whatever happens from now on as a new cause.
    private func beginJoin() throws {
        let heartbeat = try state.withLock { state in
            if state.isClosed { throw KafkaClientError(.closed, "the group member is closed") }
            if state.isFenced {
                throw KafkaClientError(
                    .fenced,
                    "another member uses the instance id \(configuration.groupInstanceID ?? "") in group "
                        + "\(configuration.groupID); give each its own", errorCode: .fencedInstanceID)
            }
            state.cause = nil
            state.lastActivity = .now
            defer { state.heartbeat = nil }
            return state.heartbeat
        }
        heartbeat?.cancel()
    }

    private func finishJoin(_ membership: GroupMembership) throws -> GroupMembership {
        try state.withLock { state in
            if state.isClosed { throw KafkaClientError(.closed, "the group member is closed") }
            state.membership = membership
            state.lastActivity = .now
            state.lastContact = .now
            state.heartbeat = Task { await self.beat(membership) }
        }
        return membership
    }

    /// Whether the next try has what this one lacked, so that no pause is due.
    private static func isCuredAtOnce(_ error: KafkaClientError) -> Bool {
        switch error.errorCode {
        case ErrorCode.memberIDRequired?, ErrorCode.unknownMemberID?, ErrorCode.illegalGeneration?,
            ErrorCode.rebalanceInProgress?:
            true
        default: false
        }
    }

    // MARK: Steps

    private func sendJoin(_ protocols: [GroupProtocol], reason: String?) async throws -> JoinGroupResponse {
        let configuration = configuration
        let memberID = state.withLock { $0.memberID }
        let response = try await coordinator.call(
            JoinGroupRequest.self, versions: ClientVersions.joinGroup,
            // The broker answers when all members have joined, or the slowest one's time is up.
            timeout: configuration.rebalanceTimeout + client.configuration.requestTimeout, waitsAtBroker: true
        ) { version in
            JoinGroupRequest(
                groupID: configuration.groupID, sessionTimeoutMs: configuration.sessionTimeout.wholeMilliseconds,
                rebalanceTimeoutMs: configuration.rebalanceTimeout.wholeMilliseconds, memberID: memberID,
                groupInstanceID: version >= 5 ? configuration.groupInstanceID : nil,
                protocolType: configuration.protocolType,
                protocols: protocols.map { .init(name: $0.name, metadata: $0.metadata) },
                reason: version >= 8 ? reason : nil)
        }
        if response.errorCode == ErrorCode.memberIDRequired.rawValue {
            state.withLock { $0.memberID = response.memberID }
        }
        try checkMember(response.errorCode, while: "joining group \(configuration.groupID)")
        state.withLock { $0.memberID = response.memberID }
        return response
    }

    private func sendSync(
        after joined: JoinGroupResponse,
        assign: @Sendable (GroupLeadership) async throws -> [String: ByteSlice]
    ) async throws -> GroupMembership {
        let configuration = configuration
        let protocolName = joined.protocolName ?? ""
        var assignments: [String: ByteSlice] = [:]
        // A static leader that came back is told to leave the assignment as it is (KIP-814).
        if joined.leader == joined.memberID, !joined.skipAssignment {
            assignments = try await assign(
                GroupLeadership(
                    generation: joined.generationID, protocolName: protocolName, leaderID: joined.leader,
                    members: joined.members.map {
                        .init(memberID: $0.memberID, groupInstanceID: $0.groupInstanceID, metadata: $0.metadata)
                    }))
        }
        let entries = assignments.sorted { $0.key < $1.key }.map {
            SyncGroupRequest.SyncGroupRequestAssignment(memberID: $0.key, assignment: $0.value)
        }
        let response = try await coordinator.call(
            SyncGroupRequest.self, versions: ClientVersions.syncGroup,
            // The broker answers when the leader has assigned.
            timeout: configuration.rebalanceTimeout + client.configuration.requestTimeout, waitsAtBroker: true
        ) { version in
            SyncGroupRequest(
                groupID: configuration.groupID, generationID: joined.generationID, memberID: joined.memberID,
                groupInstanceID: version >= 3 ? configuration.groupInstanceID : nil,
                protocolType: configuration.protocolType,
                protocolName: protocolName, assignments: entries)
        }
        try checkMember(response.errorCode, while: "syncing with group \(configuration.groupID)")
        return GroupMembership(
            groupID: configuration.groupID, memberID: joined.memberID, generation: joined.generationID,
            protocolName: protocolName, leaderID: joined.leader, assignment: response.assignment)
    }

    /// Takes the error in an answer of the coordinator, with what follows from it for the membership.
    private func checkMember(_ rawCode: Int16, while subject: String) throws {
        guard let error = coordinator.check(rawCode, while: subject) else { return }
        switch error.errorCode {
        case ErrorCode.unknownMemberID?, ErrorCode.illegalGeneration?:
            state.withLock { $0.memberID = "" }
        case ErrorCode.fencedInstanceID?:
            state.withLock { $0.isFenced = true }
            raise(.fenced)
            throw KafkaClientError(
                .fenced, "another member took the instance id \(configuration.groupInstanceID ?? "")",
                errorCode: .fencedInstanceID, cause: error)
        default: break
        }
        throw error
    }

    // MARK: Heartbeats

    /// Sends heartbeats until the generation ends. While the group rebalances they go on, because the application may
    /// need most of the rebalance timeout to finish what it does.
    private func beat(_ membership: GroupMembership) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: configuration.heartbeatInterval) } catch { return }
            if await hasGoneSilent() { return }
            do {
                let response = try await sendHeartbeat(membership)
                if Task.isCancelled { return }
                state.withLock { $0.lastContact = .now }
                guard let error = coordinator.check(response.errorCode, while: "sending a heartbeat") else { continue }
                guard goesOn(after: error, in: membership) else { return }
            } catch {
                // No answer: the coordinator is looked up anew, and the next heartbeat may reach it.
                continue
            }
        }
    }

    private func sendHeartbeat(_ membership: GroupMembership) async throws -> HeartbeatResponse {
        let configuration = configuration
        return try await coordinator.call(
            HeartbeatRequest.self, versions: ClientVersions.heartbeat, timeout: configuration.sessionTimeout
        ) { version in
            HeartbeatRequest(
                groupID: configuration.groupID, generationID: membership.generation, memberID: membership.memberID,
                groupInstanceID: version >= 3 ? configuration.groupInstanceID : nil)
        }
    }

    /// Whether heartbeats go on after `error`.
    private func goesOn(after error: KafkaClientError, in membership: GroupMembership) -> Bool {
        switch error.errorCode {
        case ErrorCode.rebalanceInProgress?:
            raise(.groupRebalancing)
            return true
        case ErrorCode.unknownMemberID?, ErrorCode.illegalGeneration?:
            lose(error.message, generation: membership.generation)
            return false
        case ErrorCode.fencedInstanceID?:
            state.withLock { state in
                state.isFenced = true
                state.membership = nil
            }
            raise(.fenced)
            return false
        default:
            if error.isRetriable { return true }
            lose(error.message, generation: membership.generation)
            return false
        }
    }

    /// Leaves the group if the application has said nothing for too long.
    private func hasGoneSilent() async -> Bool {
        guard let limit = configuration.maximumPollInterval,
            state.withLock({ $0.lastActivity.duration(to: .now) > limit })
        else { return false }
        let reason = "the application did nothing for \(limit); raise maximumPollInterval or handle less at a time"
        // Before leaving, which forgets the membership: who waits learns that it was lost and why.
        raise(.lost(reason))
        // This task itself sends the heartbeats; leaving must not cancel it before the group is told.
        state.withLock { $0.heartbeat = nil }
        await leave(reason: reason, evenIfStatic: false)
        return true
    }
}
