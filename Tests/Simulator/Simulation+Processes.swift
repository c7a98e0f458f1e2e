import RecordFormat
import Replication

/// A node's processes: start and end, session, controller, and clients that write to it.
extension Simulation {
    func start(_ node: SimulatedNode) {
        guard !node.isUp else { return }
        trace.note("starts", at: time, node: node.index, node.run)
        node.isUp = true
        register(node)
        queue.push(.nodeTick(node: node.index, run: node.run), at: time + random.below(SimulationPlan.Times.tick))
    }

    /// Registers for the first time, or again when the session was lost.
    private func register(_ node: SimulatedNode) {
        node.registeringSince = time
        ask(.register(node.disk.origin), of: node, unknown: nil)
    }

    func tick(_ node: SimulatedNode) {
        queue.push(.nodeTick(node: node.index, run: node.run), at: time + SimulationPlan.Times.tick)
        if let since = node.registeringSince {
            if time - since > SimulationPlan.Times.storeTimeout { register(node) }
        } else {
            ask(.keepAlive(node.brokerEpoch), of: node, unknown: nil)
            if node.controller == nil, node.drainsUntil == nil {
                ask(.campaign(node.brokerEpoch), of: node, unknown: nil)
            }
            if let deadline = node.drainsUntil { drain(node, until: deadline) }
        }
        guard node.isUp else { return }
        // A watch that was cut off takes up again where it was.
        if node.revision < store.revision, !isCut[plan.nodes][node.index] { scheduleWatch(node) }
        for partition in node.replicas.indices { withReplica(partition, of: node) { $0.tick(&$1) } }
        if node.controller != nil {
            node.controller?.retry()
            if random.happens(perMille: plan.preferPerMille) { preferFirstReplicas(node) }
            control(node)
        }
    }

    /// Asks to go, and ends once the node leads nothing or has waited for long enough.
    private func drain(_ node: SimulatedNode, until deadline: Int) {
        ask(.drain(node.brokerEpoch), of: node, unknown: nil)
        guard node.replicas.allSatisfy({ $0.ledEpoch == nil }) || deadline <= time else { return }
        stop(node, cleanly: true)
        queue.push(.start(node: node.index), at: time + random.from(50_000...800_000))
    }

    /// Ends a process, which syncs everything and leaves its mark first if it ends cleanly.
    func stop(_ node: SimulatedNode, cleanly: Bool) {
        trace.note(cleanly ? "shuts down" : "is killed", at: time, node: node.index, node.run)
        node.disk.endedCleanly = cleanly
        if cleanly {
            for index in node.disk.logs.indices { node.disk.logs[index].flush(upTo: node.disk.logs[index].end) }
        }
        node.stop()
    }

    // MARK: - Answers of the store

    func receive(_ answer: StoreAnswer, at node: SimulatedNode) {
        switch answer {
        case .registered(let epoch, let snapshot):
            guard epoch > node.brokerEpoch else { return }
            node.registeringSince = nil
            node.brokerEpoch = epoch
            // From here on the directory is used.
            node.disk.endedCleanly = false
            adopt(snapshot, at: node)
            for index in node.replicas.indices { withReplica(index, of: node) { $0.brokersChanged(&$1) } }
        case .session(let epoch, let isAlive):
            if !isAlive, epoch == node.brokerEpoch, node.registeringSince == nil { register(node) }
        case .elected(let epoch, let snapshot):
            adopt(snapshot, at: node)
            takeControl(node, epoch, snapshot)
        case .proposed(let partition, let proposal, let outcome):
            withReplica(partition, of: node) { $0.proposalEnded(proposal, outcome, &$1) }
        case .changed(let change, let epoch, let outcome):
            guard epoch == node.controllerEpoch, node.controller != nil else { return }
            guard let outcome else {
                trace.note("is controller no longer", at: time, node: node.index, epoch)
                node.controller = nil
                return
            }
            node.controller?.changeEnded(change, outcome)
            control(node)
        }
    }

    // MARK: - The controller

    private func takeControl(_ node: SimulatedNode, _ epoch: Int, _ snapshot: SimulatedStore.Snapshot) {
        guard epoch > node.controllerEpoch || node.controller == nil else { return }
        var controller = ClusterController()
        for (index, topic) in snapshot.topics.enumerated() { controller.topicChanged(id(of: index).topic, topic) }
        for registration in snapshot.brokers.registrations.values.sorted(by: { $0.id < $1.id }) {
            controller.brokerChanged(registration)
        }
        for (id, session) in snapshot.brokers.sessions.sorted(by: { $0.key < $1.key }) {
            controller.sessionChanged(of: id, to: session)
        }
        for (index, state) in snapshot.partitions.enumerated() { controller.partitionChanged(id(of: index), state) }
        // The watch may have brought the node further than the answer to its candidacy says.
        for change in store.history[snapshot.revision..<max(snapshot.revision, node.revision)] {
            controller.take(change, id(of:))
        }
        node.controller = controller
        node.controllerEpoch = epoch
        control(node)
    }

    /// Sends what the controller wants written.
    func control(_ node: SimulatedNode) {
        guard let changes = node.controller?.takeChanges() else { return }
        for change in changes {
            ask(
                .change(change, controllerEpoch: node.controllerEpoch), of: node,
                unknown: .changed(change, controllerEpoch: node.controllerEpoch, .unknown))
        }
    }

    private func preferFirstReplicas(_ node: SimulatedNode) {
        for index in 0..<plan.partitions { _ = node.controller?.electLeader(of: id(of: index), for: .preferred) }
    }

    // MARK: - Clients

    /// A client writes to a node that takes itself for a leader, with acks=all or without.
    func produce() {
        queue.push(.produce, at: time + random.from(1...2 * SimulationPlan.Times.produce))
        let partition = random.below(plan.partitions)
        let leaders = nodes.filter {
            $0.isUp && $0.pausedUntil <= time && $0.replicas.indices.contains(partition)
                && $0.replicas[partition].ledEpoch != nil
        }
        guard !leaders.isEmpty else { return }
        let node = random.pick(leaders)
        let replica = node.replicas[partition]
        guard let epoch = replica.ledEpoch, replica.takesReplicatedAppends || random.happens(perMille: 300) else {
            return
        }
        for _ in 0..<random.from(1...3) {
            append(SimulatedRecord(value: nextValue, epoch: epoch.rawValue), to: partition, of: node)
            nextValue += 1
        }
        trace.note("appends", at: time, node: node.index, partition, node.disk.logs[partition].end, nextValue)
        logChanged(partition, node)
    }
}
