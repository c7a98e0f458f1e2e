import ConnectAPI
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// The worker's part in its group: joining, dividing the work as the leader, taking and giving up work.
extension DistributedHerder {
    /// The pause after an attempt to join that failed.
    private static let joinPause = Duration.seconds(1)

    /// Joins the group again and again until the task is cancelled.
    func takePart(in member: GroupMember) async {
        let watch = Task { await watchContact(with: member) }
        defer { watch.cancel() }
        setHealth(.starting("joining the group \(configuration.groupID)"))
        while !Task.isCancelled {
            await prepareToJoin()
            do {
                try await join(member)
            } catch {
                if Task.isCancelled { return }
                if (error as? KafkaClientError)?.code == .fenced { return await makeWay() }
                logger.warning("cannot join the group of workers; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.joinPause)
                continue
            }
            if await member.rebalanceNeeded() == .fenced { return await makeWay() }
        }
    }

    /// Leaves everything to the worker that has this one's `group.instance.id` now.
    private func makeWay() async {
        await prepareToJoin()
        let reason =
            "another worker has taken the group.instance.id \(configuration.group.instanceID ?? ""); give each its own"
        logger.error("\(reason)")
        setHealth(.unhealthy(reason))
        startup.complete()
        await giveUp(standing.owned)
    }

    /// Has requests wait that the group's division decides; an eager worker lets go of all of its work.
    private func prepareToJoin() async {
        let before = standing.place
        standing.place = nil
        standing.division = nil
        leadership.set(false)
        if rebalance.isDone { rebalance = Completion() }
        scheduledRebalance?.cancel()
        afterwards?.cancel()
        if before?.agreed == .eager { await giveUp(standing.owned) }
    }

    private func join(_ member: GroupMember) async throws {
        let metadata = WorkerMetadata(
            url: advertisedURL.withLock { $0 }, configOffset: configs.position,
            running: standing.owned.intersection(.everything(in: configs.snapshot)))
        var offers: [GroupProtocol] = []
        for offer in configuration.group.bestProtocol.offers {
            offers.append(GroupProtocol(name: offer.groupProtocol, metadata: try metadata.bytes(offer)))
        }
        let membership = try await member.join(protocols: offers) { [self] leadership in
            try await assign(leadership)
        }
        try await adopt(membership, claimed: metadata.running, member)
    }

    /// Lets go of all work when the coordinator has been silent for so long that the group may have given it to others.
    private func watchContact(with member: GroupMember) async {
        let group = configuration.group
        while !Task.isCancelled {
            try? await Task.sleep(for: group.heartbeatInterval)
            // A join is answered when all members have joined.
            let limit = standing.place == nil ? group.rebalanceTimeout + group.sessionTimeout : group.sessionTimeout
            guard member.silence > limit, !standing.owned.isEmpty else { continue }
            logger.warning(
                "the group's coordinator does not answer; giving up all work, which others may have by now",
                metadata: ["silence": "\(member.silence)"])
            // What is given up must not be taken again on the way.
            standing.place = nil
            leadership.set(false)
            await giveUp(standing.owned)
            member.requestRebalance(reason: "the coordinator did not answer for longer than the session")
        }
    }

    // MARK: The leader

    /// Divides the work among the members of the group.
    private func assign(_ leadership: GroupLeadership) async throws -> [String: ByteSlice] {
        guard let agreed = ConnectProtocol(groupProtocol: leadership.protocolName) else {
            throw ConnectError(.failed, "the group chose \(leadership.protocolName), which this worker never offered")
        }
        var members: [String: WorkerMetadata] = [:]
        for member in leadership.members { members[member.memberID] = try WorkerMetadata(member.metadata) }
        let newest = members.values.map(\.configOffset).max() ?? 0
        let hasCaughtUp = await catchUp(to: newest)
        var draft = GroupAssignment(
            leader: leadership.leaderID, leaderURL: members[leadership.leaderID]?.url ?? "", configOffset: newest)
        draft.isMismatch = !hasCaughtUp
        guard hasCaughtUp else {
            let bytes = try draft.bytes(agreed)
            return members.mapValues { _ in bytes }
        }
        let division = standing.divide(
            .everything(in: configs.snapshot), among: members, by: agreed, generation: leadership.generation,
            now: .now)
        draft.delay = division.delay
        // What this worker has read since the group began to join counts too.
        draft.configOffset = max(newest, configs.position)
        return try division.shares.mapValues { share in
            var assignment = draft
            assignment.assigned = share.assigned
            assignment.revoked = share.revoked
            return try assignment.bytes(agreed)
        }
    }

    // MARK: Every member

    /// Takes an assignment.
    ///
    /// - Parameter claimed: What this worker said that it ran when it joined.
    private func adopt(_ membership: GroupMembership, claimed: WorkAssignment, _ member: GroupMember) async throws {
        let assignment = try GroupAssignment(membership.assignment)
        guard let agreed = ConnectProtocol(groupProtocol: membership.protocolName) else {
            throw ConnectError(.failed, "the group chose \(membership.protocolName), which this worker never offered")
        }
        statuses.setIdentity(generation: Int(membership.generation))
        observation.metrics.rebalances.begin(
            generation: membership.generation, agreed, leaderURL: assignment.leaderURL)
        guard await catchUp(to: assignment.configOffset) else {
            await giveUp(standing.owned)
            await member.leave(reason: "taking too long to read the config topic")
            try await Task.sleep(for: configuration.group.unsyncBackoff)
            return
        }
        if !assignment.isMismatch {
            if !assignment.revoked.isEmpty { await giveUp(assignment.revoked) }
            let kept = agreed == .eager ? WorkAssignment() : standing.owned.subtracting(assignment.revoked)
            standing.owned = kept.union(assignment.assigned)
            standing.completedGeneration = membership.generation
        }
        // A leader that came back under its old name was not asked to divide: what it got may be of another time.
        let hasDivided = standing.division != nil || !membership.isLeader
        if assignment.isMismatch || !hasDivided {
            return member.requestRebalance(reason: "the assignment is not one that can be worked on")
        }
        if !membership.isLeader { standing.known = .everything(in: configs.snapshot) }
        try await takeOffice(membership)
        standing.place = GroupStanding.Place(
            isLeader: membership.isLeader, leaderURL: assignment.leaderURL, agreed: agreed)
        reconcile(replacing: nil)
        // What went while the group was joining and came again is taken for this worker's by the leader.
        let lost = claimed.subtracting(standing.owned).subtracting(assignment.revoked)
        if !lost.intersection(.everything(in: configs.snapshot)).isEmpty {
            member.requestRebalance(reason: "work that was claimed is not run any more")
        }
        becomeSettled(assignment, member)
    }

    /// Takes the sole right to write what the leader writes, or leaves it to another worker (KIP-618).
    private func takeOffice(_ membership: GroupMembership) async throws {
        leadership.set(membership.isLeader)
        guard configuration.exactlyOnceSourceSupport.usesTransactionalLeader else { return }
        guard membership.isLeader else { return await configs.releaseWritePrivileges() }
        // Nobody else can have led since the generation before this one.
        if standing.ledGeneration != membership.generation - 1 {
            try await configs.claimWritePrivileges()
            // The former leader may have written until then.
            try await configs.readToEnd()
        }
        standing.ledGeneration = membership.generation
    }

    private func becomeSettled(_ assignment: GroupAssignment, _ member: GroupMember) {
        logger.info(
            "took part in a rebalance",
            metadata: [
                "generation": "\(standing.completedGeneration)", "leader": "\(assignment.leaderURL)",
                "connectors": "\(standing.owned.connectors.count)", "tasks": "\(standing.owned.tasks.count)",
                "delay": "\(assignment.delay)",
            ])
        if !assignment.revoked.isEmpty { member.requestRebalance(reason: "gave up work that others are to have") }
        if assignment.delay > .zero {
            scheduledRebalance = Task {
                try? await Task.sleep(for: assignment.delay)
                if !Task.isCancelled { member.requestRebalance(reason: "work was held back long enough") }
            }
        }
        observation.metrics.rebalances.complete()
        becomeHealthy()
        rebalance.complete()
        // Not waited for: a topic that cannot be written now must not keep this worker from its group.
        afterwards = Task {
            await rotateSessionKeyIfDue()
            if !Task.isCancelled { await reportHeldBack() }
        }
    }

    /// Says of what nobody runs that nobody runs it; the worker that did may have had no time to.
    private func reportHeldBack() async {
        guard let heldBack = standing.division?.heldBack, !heldBack.isEmpty else { return }
        for connector in heldBack.connectors { await statuses.report(connector, .unassigned) }
        for task in heldBack.tasks { await statuses.report(task, .unassigned) }
    }

    /// Waits until this worker has read the config topic up to `offset`.
    ///
    /// - Returns: Whether it has, within the time that it may take.
    private func catchUp(to offset: Int64) async -> Bool {
        if configs.position >= offset { return true }
        await Completion.await(atMost: configuration.group.syncTimeout) { [configs] in
            try? await configs.waitUntilRead(to: offset)
        }
        return configs.position >= offset
    }

    /// Stops work and waits until it has ended.
    private func giveUp(_ work: WorkAssignment) async {
        standing.owned = standing.owned.subtracting(work)
        perform(machine.reconcile(configs.snapshot, standing.owned))
        await worker.waitForEnd(of: work)
    }

    /// Takes work that has appeared in the config topic, or has the group divide it.
    func takeNewWork(_ everything: WorkAssignment, _ member: GroupMember) {
        guard let place = standing.place else { return }
        if place.isLeader && standing.isAlone {
            // Nobody to share it with: a rebalance would end like this, only later.
            standing.owned = everything
            standing.known = everything
        } else if !everything.subtracting(standing.known).isEmpty {
            standing.known = everything
            member.requestRebalance(reason: "there is new work")
        }
    }
}
