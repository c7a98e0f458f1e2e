import RecordFormat
import Replication

extension Simulation {
    /// How long the cluster may take to be whole again, in microseconds: many sessions and lags.
    private static let patience = 30_000_000

    /// Ends all faults, and waits until everything that can be whole is.
    func settle() throws {
        isFaulty = false
        trace.note("faults end", at: time)
        delayFactor = 1
        for from in isCut.indices { for to in isCut.indices { isCut[from][to] = false } }
        for node in nodes {
            node.pausedUntil = min(node.pausedUntil, time)
            node.syncStuckUntil = min(node.syncStuckUntil, time)
            if !node.isUp { queue.push(.start(node: node.index), at: time + random.below(100_000)) }
        }
        let goals = (0..<plan.partitions).map { invariants.replicatedEnd($0) }
        let deadline = time + Self.patience
        var nextLook = time
        while true {
            try step()
            guard time >= nextLook else { continue }
            nextLook = time + 100_000
            let laggards = (0..<plan.partitions).compactMap { shortcoming(of: $0, since: goals[$0]) }
            if laggards.isEmpty { return }
            if time > deadline {
                throw InvariantViolation(invariant: "progress", detail: laggards.joined(separator: "; "))
            }
        }
    }

    /// What a partition still lacks, or nothing.
    private func shortcoming(of partition: Int, since goal: Int) -> String? {
        let state = store.partitions[partition]
        // Nobody is left who has everything: nothing is served, and nothing is lost in silence.
        if state.inSyncReplicas.isEmpty && state.eligibleLeaderReplicas.isEmpty { return nil }
        guard let leader = state.leader, state.inSyncReplicas.count == state.replicas.count else {
            return "partition \(partition): \(describe(state)); \(nodes.map { describe($0, partition) })"
        }
        let logs = state.replicas.map { nodes[Int($0.rawValue)].disk.logs[partition] }
        let host = nodes[Int(leader.rawValue)]
        guard host.replicas.indices.contains(partition) else { return "partition \(partition): \(leader) starts" }
        let (leading, watermark) = (host.disk.logs[partition], Int(host.replicas[partition].highWatermark.rawValue))
        guard watermark > leading.start, invariants.isUnclean(partition) || watermark > goal else {
            return
                "partition \(partition): stands at \(watermark) of \(leading.end): \(describe(state))"
        }
        for log in logs {
            if log.end < watermark { return "partition \(partition): a replica ends at \(log.end), below \(watermark)" }
            for offset in max(log.start, leading.start)..<watermark
            where log.record(at: offset) != leading.record(at: offset) {
                return "partition \(partition): replicas differ at \(offset)"
            }
        }
        return nil
    }

    private func describe(_ state: PartitionState) -> String {
        "version \(state.version) of \(state.replicas), in sync \(state.inSyncReplicas), eligible "
            + "\(state.eligibleLeaderReplicas), \(state.leader.map { "led by \($0)" } ?? "without leader") in epoch "
            + "\(state.leaderEpoch), min \(store.topics)"
    }

    private func describe(_ node: SimulatedNode, _ partition: Int) -> String {
        guard node.replicas.indices.contains(partition) else { return "\(node.id) starts" }
        let replica = node.replicas[partition]
        let role = replica.ledEpoch.map { "leads \($0)" } ?? replica.followed.map { "follows \($0)" } ?? "is idle"
        let standing = store.brokers.standing(of: node.id)
        return "\(node.id) \(role), \(standing), state \(replica.state?.version.rawValue ?? -1), log to "
            + "\(replica.log.endOffset), synced to \(replica.log.flushedOffset), watermark \(replica.highWatermark)"
    }
}
