import RecordFormat
import Replication

extension Simulation {
    /// How long something is on its way: mostly short, now and then very long, so that what is sent later arrives
    /// before.
    func delay() -> Int {
        if isFaulty, random.happens(perMille: plan.latePerMille) { return random.from(1_000...plan.lateness) }
        return random.from(150...2_500) * delayFactor
    }

    /// Sends a message, which may be lost, doubled or late.
    func send(_ message: Message, from: Int, to: Int, run: Int, after wait: Int = 0) {
        let copies = isFaulty && random.happens(perMille: plan.doublePerMille) ? 2 : 1
        for _ in 0..<copies {
            let isDropped = isFaulty && random.happens(perMille: plan.dropPerMille)
            let delay = wait + delay()
            if !isDropped && !isCut[from][to] { queue.push(.message(to: to, run: run, message), at: time + delay) }
        }
    }

    // MARK: - The store

    /// Asks the store, and tells the node when no answer comes in time.
    ///
    /// - Parameter unknown: What the node then takes for the answer, if it has to know.
    func ask(_ request: StoreRequest, of node: SimulatedNode, unknown: StoreAnswer?) {
        let number = nextRequest
        nextRequest += 1
        node.outstanding.insert(number)
        let (index, run) = (node.index, node.run)
        if !isCut[index][plan.nodes] {
            let isLate = isFaulty && unknown != nil && random.happens(perMille: plan.lateWritePerMille)
            let delay = isLate ? random.from(1_000...plan.lateness) : delay()
            queue.push(.storeRequest(from: index, run: run, number: number, request), at: time + delay)
        }
        if let unknown {
            queue.push(
                .storeAnswer(to: index, run: run, number: number, unknown), at: time + SimulationPlan.Times.storeTimeout
            )
        }
    }

    /// The store takes a request, whether or not the node that sent it still lives.
    func answer(_ request: StoreRequest, _ number: Int, of index: Int, _ run: Int) {
        let revision = store.revision
        guard let answer = execute(request, of: nodes[index].id) else { return publish(since: revision) }
        publish(since: revision)
        let isLost = isFaulty && random.happens(perMille: plan.lostAnswerPerMille)
        let delay = delay()
        if !isLost && !isCut[plan.nodes][index] {
            queue.push(.storeAnswer(to: index, run: run, number: number, answer), at: time + delay)
        }
    }

    private func execute(_ request: StoreRequest, of id: BrokerID) -> StoreAnswer? {
        let deadline = time + SimulationPlan.Times.session
        switch request {
        case .register(let origin):
            let epoch = store.register(id, origin, sessionUntil: deadline)
            trace.note("registered", at: time, node: Int(id.rawValue), Int(epoch.rawValue))
            return .registered(epoch, store.snapshot)
        case .keepAlive(let epoch):
            return .session(epoch, isAlive: store.keepAlive(id, epoch, until: deadline))
        case .drain(let epoch):
            store.drain(id, epoch)
            return nil
        case .campaign(let session):
            return store.campaign(id, session).map { epoch in
                trace.note("controller elected", at: time, node: Int(id.rawValue), epoch)
                return .elected(epoch, store.snapshot)
            }
        case .propose(let partition, let proposal):
            return .proposed(partition: partition, proposal, replacing(partition) { $0.write(proposal, to: partition) })
        case .change(let change, let epoch):
            guard case .partition(let id, _) = change else {
                return changed(change, epoch, store.write(change, of: epoch) { Int($0.topic.low) })
            }
            return changed(
                change, epoch,
                replacing(Int(id.topic.low)) { $0.write(change, of: epoch) { Int($0.topic.low) } })
        }
    }

    private func changed(_ change: ClusterChange, _ epoch: Int, _ outcome: ClusterChange.Outcome?) -> StoreAnswer {
        if outcome == nil { fencedWrites += 1 }
        return .changed(change, controllerEpoch: epoch, outcome)
    }

    /// Lets a write happen, and checks what it made of the partition.
    private func replacing<Outcome>(_ partition: Int, _ write: (inout SimulatedStore) -> Outcome) -> Outcome {
        let old = store.partitions[partition]
        let outcome = write(&store)
        let new = store.partitions[partition]
        if new != old {
            trace.note(
                "state: partition, leader, epoch", at: time, partition, Int(new.leader?.rawValue ?? -1),
                Int(new.leaderEpoch.rawValue))
            trace.note(
                "state: version, in sync, eligible", at: time, Int(new.version.rawValue),
                new.inSyncReplicas.reduce(0) { $0 * 10 + Int($1.rawValue) + 1 },
                new.eligibleLeaderReplicas.reduce(0) { $0 * 10 + Int($1.rawValue) + 1 })
            invariants.stateReplaced(partition, old, by: new)
        }
        return outcome
    }

    /// Tells every node of what has changed, each at its time.
    func publish(since revision: Int) {
        guard store.revision > revision else { return }
        for node in nodes where node.isUp { scheduleWatch(node) }
    }

    func scheduleWatch(_ node: SimulatedNode) {
        let wait = random.from(200...(isFaulty ? plan.watchDelay : 3_000))
        queue.push(.watch(node: node.index, run: node.run, revision: store.revision), at: time + wait)
    }
}
