import RecordFormat
import Replication

extension Simulation {
    /// Something goes wrong, or somebody wants something.
    func injectFault() {
        queue.push(.fault, at: time + random.from(1...2 * plan.faultInterval))
        let node = random.pick(nodes)
        let fault = random.pick(plan.faults)
        trace.note("fault", at: time, node: node.index, SimulationPlan.Fault.allCases.firstIndex(of: fault) ?? -1)
        switch fault {
        case .kill: crash(node)
        case .powerCut: crash(node, losingPower: true)
        case .lostDirectory: if !isNeeded(node) || random.happens(perMille: 20) { crash(node, losingDirectory: true) }
        case .restartAll: if random.happens(perMille: 200) { crashAll() }
        case .shutdown: if node.isUp { node.drainsUntil = time + random.from(100_000...1_500_000) }
        case .pause: if node.isUp { node.pausedUntil = time + random.from(20_000...1_800_000) }
        case .cutOneWay: cut(node.index, random.below(plan.nodes))
        case .isolate: isolate(node.index)
        case .cutFromStore:
            cut(node.index, plan.nodes)
            if random.happens(perMille: 700) { cut(plan.nodes, node.index) }
        case .clockJump: node.clockAhead += random.from(1_000...2_000_000)
        case .stuckSync: node.syncStuckUntil = time + random.from(10_000...1_200_000)
        case .slowNetwork:
            delayFactor = random.from(5...100)
            queue.push(.heal(.network), at: time + random.from(50_000...600_000))
        case .preferredElection: askForElection()
        case .reassign: askForReassignment()
        case .deleteRecords: deleteRecords()
        case .minInSync: changeTopic()
        }
    }

    /// Whether a partition would have nobody left who has everything: what is promised is the loss of any minority.
    ///
    /// - Parameter onlyPageCache: Whether just the page cache goes, on which some topics rely.
    private func isNeeded(_ node: SimulatedNode, onlyPageCache: Bool = false) -> Bool {
        zip(store.partitions, store.topics).contains { state, topic in
            let whole = (state.inSyncReplicas + state.eligibleLeaderReplicas).filter { isIntact($0, topic) }
            return whole == [node.id] && !(onlyPageCache && topic.flushesEveryAppend)
        }
    }

    /// Whether a node has what it had, also if the store has not heard otherwise yet.
    private func isIntact(_ id: BrokerID, _ topic: TopicReplication) -> Bool {
        BrokerRegistration(
            id: id, origin: nodes[Int(id.rawValue)].disk.origin, succeeding: store.brokers.registrations[id]
        ).keepsCopies(of: topic)
    }

    private func crash(_ node: SimulatedNode, losingPower: Bool = false, losingDirectory: Bool = false) {
        if node.isUp { stop(node, cleanly: false) }
        if losingPower && (!isNeeded(node, onlyPageCache: true) || random.happens(perMille: 20)) {
            trace.note("loses power", at: time, node: node.index)
            node.disk.losePower(&random)
        }
        if losingDirectory {
            trace.note("loses its directory", at: time, node: node.index)
            node.disk.loseDirectory(&random)
        }
        queue.push(.start(node: node.index), at: time + random.from(5_000...1_500_000))
    }

    private func crashAll() {
        // One whole copy stays of topics that trust the page cache, mostly.
        let losesPower = plan.faults.contains(.powerCut) && random.happens(perMille: 500)
        for node in nodes { crash(node, losingPower: losesPower) }
    }

    private func cut(_ from: Int, _ to: Int) {
        guard from != to else { return }
        isCut[from][to] = true
        queue.push(.heal(.link(from: from, to: to)), at: time + random.from(50_000...2_000_000))
    }

    private func isolate(_ node: Int) {
        for other in 0..<plan.nodes {
            cut(node, other)
            cut(other, node)
        }
    }

    func heal(_ repair: Repair) {
        switch repair {
        case .link(let from, let to): isCut[from][to] = false
        case .network: delayFactor = 1
        }
    }

    // MARK: - Wishes

    private func askForElection() {
        let partition = random.below(plan.partitions)
        // Nobody asks for an unclean election where the topic does not want one.
        let isUnclean = store.topics[partition].allowsUncleanElection && random.happens(perMille: 300)
        for node in nodes where node.controller != nil {
            _ = node.controller?.electLeader(of: id(of: partition), for: isUnclean ? .unclean : .preferred)
            if node.isUp, node.pausedUntil <= time { control(node) }
        }
    }

    private func askForReassignment() {
        let partition = random.below(plan.partitions)
        let target = Array(nodes.map(\.id).shuffled(using: &random).prefix(random.from(1...min(plan.nodes, 4))))
        let isCancelled = random.happens(perMille: 250)
        for node in nodes where node.controller != nil {
            _ = node.controller?.reassign(id(of: partition), to: isCancelled ? nil : target)
            if node.isUp, node.pausedUntil <= time { control(node) }
        }
    }

    /// A leader drops old records, as retention and DeleteRecords do.
    private func deleteRecords() {
        let partition = random.below(plan.partitions)
        for node in nodes where node.isUp && node.replicas.indices.contains(partition) {
            guard node.replicas[partition].ledEpoch != nil else { continue }
            let watermark = Int(node.replicas[partition].highWatermark.rawValue)
            let start = node.disk.logs[partition].start
            guard watermark > start else { continue }
            node.disk.logs[partition].advanceStart(to: random.from(start...watermark))
            trace.note("deletes", at: time, node: node.index, partition, node.disk.logs[partition].start)
            logChanged(partition, node)
        }
    }

    private func changeTopic() {
        let partition = random.below(plan.partitions)
        var topic = store.topics[partition]
        topic.minInSyncReplicas = random.from(1...3)
        let revision = store.revision
        store.setTopic(partition, topic)
        trace.note("min.insync.replicas", at: time, partition, topic.minInSyncReplicas)
        publish(since: revision)
    }
}
