import LogCore
import RecordFormat
import Replication

/// What a broker does around the machines.
extension Simulation {
    private var configuration: (TopicReplication) -> ReplicaConfiguration {
        { ReplicaConfiguration(topic: $0, maxLag: SimulationPlan.Times.maxLag, backoff: SimulationPlan.Times.backoff) }
    }

    // MARK: - Replicas

    /// Brings an event to a replica, and does what it wants done.
    func withReplica(
        _ partition: Int, of node: SimulatedNode, _ event: (inout Replica, inout ReplicaEffects) -> Void
    ) {
        guard node.replicas.indices.contains(partition) else { return }
        var effects = ReplicaEffects(
            now: node.instant(at: time), brokers: node.brokers, brokerEpoch: node.brokerEpoch)
        let before = Int(node.replicas[partition].highWatermark.rawValue)
        event(&node.replicas[partition], &effects)
        let after = Int(node.replicas[partition].highWatermark.rawValue)
        let epoch = node.replicas[partition].ledEpoch?.rawValue
        if before != after {
            trace.note("high watermark", at: time, node: node.index, partition, before, after)
            invariants.watermarkMoved(partition, from: before, to: after, node: node, leading: epoch)
            if let epoch, after > before { invariants.replicated(partition, by: epoch, nodes: nodes) }
        }
        for action in effects.actions { perform(action, partition, node) }
    }

    private func perform(_ action: ReplicaEffects.Action, _ partition: Int, _ node: SimulatedNode) {
        switch action {
        case .lead(let epoch):
            trace.note(
                "leads", at: time, node: node.index, partition, Int(epoch.rawValue), node.disk.logs[partition].end)
            invariants.led(partition, epoch: epoch.rawValue, node: node)
        case .stopLeading:
            trace.note("leads no longer", at: time, node: node.index, partition)
        case .advanceHighWatermark: break
        case .propose(let proposal):
            ask(
                .propose(partition: partition, proposal), of: node,
                unknown: .proposed(partition: partition, proposal, .unknown))
        case .answer: preconditionFailure("fetches are answered where they arrive")
        case .fetch(let token, let leader, let fetch):
            let message = Message.fetch(partition: partition, from: node.index, run: node.run, token, fetch)
            send(message, from: node.index, to: Int(leader.rawValue), run: nodes[Int(leader.rawValue)].run)
            queue.push(
                .message(to: node.index, run: node.run, .noAnswer(partition: partition, token)),
                at: time + SimulationPlan.Times.fetchTimeout)
        case .append:
            for record in node.arrived { append(record, to: partition, of: node) }
            logChanged(partition, node)
        case .truncate(let offset):
            let offset = Int(offset.rawValue)
            trace.note("truncates", at: time, node: node.index, partition, offset, node.disk.logs[partition].end)
            invariants.truncated(
                partition, to: offset, watermark: Int(node.replicas[partition].highWatermark.rawValue), node: node)
            node.disk.logs[partition].truncate(to: offset)
            logChanged(partition, node)
        case .restart(let offset):
            trace.note("restarts at", at: time, node: node.index, partition, Int(offset.rawValue))
            node.disk.logs[partition].restart(at: Int(offset.rawValue))
            logChanged(partition, node)
        case .advanceLogStart(let offset):
            node.disk.logs[partition].advanceStart(to: Int(offset.rawValue))
            logChanged(partition, node)
        }
    }

    func append(_ record: SimulatedRecord, to partition: Int, of node: SimulatedNode) {
        invariants.appended(partition, record, to: node.disk.logs[partition], node: node)
        node.disk.logs[partition].append(record)
    }

    /// Tells the machine of the log, and has the log synced if the topic wants that.
    func logChanged(_ partition: Int, _ node: SimulatedNode) {
        let log = node.disk.logs[partition]
        if log.flushed < log.end, !node.isSyncing[partition],
            node.replicas[partition].configuration.topic.flushesEveryAppend || random.happens(perMille: 50)
        {
            node.isSyncing[partition] = true
            let end = max(node.syncStuckUntil, time + random.from(100...3_000))
            queue.push(.synced(node: node.index, run: node.run, partition: partition, upTo: log.end), at: end)
        }
        withReplica(partition, of: node) { $0.logChanged(log.facts, &$1) }
    }

    func synced(_ partition: Int, upTo offset: Int, at node: SimulatedNode) {
        if node.syncStuckUntil > time {
            return queue.push(
                .synced(node: node.index, run: node.run, partition: partition, upTo: offset), at: node.syncStuckUntil)
        }
        node.isSyncing[partition] = false
        node.disk.logs[partition].flush(upTo: offset)
        logChanged(partition, node)
    }

    // MARK: - Messages

    func receive(_ message: Message, at node: SimulatedNode) {
        switch message {
        case .fetch(let partition, let follower, let run, let token, let fetch):
            answer(fetch, partition, from: follower, run, token, at: node)
        case .answer(let partition, let token, let answer, let records):
            node.arrived = records
            withReplica(partition, of: node) {
                $0.fetchAnswered(token, answer, hasRecords: !records.isEmpty, &$1)
            }
            node.arrived = []
        case .noAnswer(let partition, let token):
            withReplica(partition, of: node) { $0.fetchFailed(token, &$1) }
        }
    }

    private func answer(
        _ fetch: ReplicaFetch, _ partition: Int, from follower: Int, _ run: Int, _ token: FetchToken,
        at node: SimulatedNode
    ) {
        var answer: FetchAnswer?
        withReplica(partition, of: node) { replica, effects in
            replica.fetchReceived(fetch, as: token, &effects)
            effects.actions.removeAll { action in
                guard case .answer(_, let given) = action else { return false }
                answer = given
                return true
            }
        }
        guard let answer else { return }
        var records: [SimulatedRecord] = []
        if case .serve = answer {
            records = node.disk.logs[partition].records(from: Int(fetch.offset.rawValue), atMost: random.from(1...12))
        }
        let wait = records.isEmpty && answer.isServed ? SimulationPlan.Times.longPoll : 0
        send(
            .answer(partition: partition, token, answer, records), from: node.index, to: follower, run: run, after: wait
        )
    }

    // MARK: - Metadata

    /// Takes over everything as of one revision.
    func adopt(_ snapshot: SimulatedStore.Snapshot, at node: SimulatedNode) {
        guard snapshot.revision > node.revision || node.replicas.isEmpty else { return }
        node.revision = snapshot.revision
        if node.replicas.isEmpty {
            for (index, topic) in snapshot.topics.enumerated() {
                let log = node.disk.logs[index]
                node.replicas.append(
                    Replica(
                        id: node.id, log: log.facts, highWatermark: LogOffset(Int64(log.start)),
                        configuration: configuration(topic)))
            }
            node.isSyncing = Array(repeating: false, count: snapshot.topics.count)
            // What a killed process left unsynced is synced first.
            for index in node.replicas.indices { logChanged(index, node) }
        }
        // Partitions first: see ReplicaEffects.brokers.
        for (index, state) in snapshot.partitions.enumerated() {
            withReplica(index, of: node) { $0.configure(configuration(snapshot.topics[index]), &$1) }
            withReplica(index, of: node) { $0.stateChanged(state, &$1) }
        }
        node.brokers = snapshot.brokers
        for index in node.replicas.indices { withReplica(index, of: node) { $0.brokersChanged(&$1) } }
    }

    /// Follows the store's history, step by step, or in one leap as after a compaction of what lies between.
    func follow(upTo revision: Int, _ node: SimulatedNode) {
        guard !node.replicas.isEmpty, node.revision < revision else { return }
        let changes = Array(store.history[node.revision..<revision])
        for change in random.happens(perMille: plan.leapPerMille) ? withoutSuperseded(changes) : changes {
            node.controller?.take(change, id(of:))
            switch change {
            case .partition(let index, let state):
                withReplica(index, of: node) { $0.stateChanged(state, &$1) }
            case .topic(let index, let topic):
                withReplica(index, of: node) { $0.configure(configuration(topic), &$1) }
            case .broker(let registration):
                node.brokers.register(registration)
                for index in node.replicas.indices { withReplica(index, of: node) { $0.brokersChanged(&$1) } }
            case .session(let id, let epoch):
                node.brokers.setSession(of: id, to: epoch)
                for index in node.replicas.indices { withReplica(index, of: node) { $0.brokersChanged(&$1) } }
            }
        }
        node.revision = revision
        control(node)
    }

    /// The last state of each partition, and behind them everything else.
    private func withoutSuperseded(_ changes: [SimulatedStore.Change]) -> [SimulatedStore.Change] {
        var last: [PartitionState?] = Array(repeating: nil, count: plan.partitions)
        var others: [SimulatedStore.Change] = []
        for change in changes {
            if case .partition(let index, let state) = change { last[index] = state } else { others.append(change) }
        }
        return last.indices.compactMap { index in last[index].map { .partition(index, $0) } } + others
    }
}

extension ClusterController {
    /// Takes over a change of the store.
    mutating func take(_ change: SimulatedStore.Change, _ id: (Int) -> PartitionID) {
        switch change {
        case .partition(let index, let state): partitionChanged(id(index), state)
        case .topic(let index, let topic): topicChanged(id(index).topic, topic)
        case .broker(let registration): brokerChanged(registration)
        case .session(let id, let epoch): sessionChanged(of: id, to: epoch)
        }
    }
}

extension FetchAnswer {
    /// Whether records could have come along.
    var isServed: Bool { if case .serve = self { true } else { false } }
}
