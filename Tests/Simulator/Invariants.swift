import RecordFormat
import Replication

/// A claim that did not hold.
public struct InvariantViolation: Error, Hashable {
    /// The claim, by its name in docs/replication.md.
    public let invariant: String
    /// What was seen.
    public let detail: String
}

/// What has to hold after every step, whatever happens; it is told of every change as it is made.
struct Invariants {
    /// Who led an epoch: the node, and its process.
    private struct Leader: Hashable {
        let node: Int
        let run: Int
    }

    private struct PartitionHistory {
        /// What was below the high watermark of some leader: acknowledged, and shown to consumers.
        var replicated: [SimulatedRecord] = []
        /// The epoch of that leader, for each of them.
        var replicatedIn: [Int32] = []
        var leaders: [Int32: Leader] = [:]
        /// The latest epoch that was led.
        var latestEpoch: Int32 = -1
        /// Whether a leader was elected that may lack something, after which nothing is promised of what was before.
        var isUnclean = false
    }

    private var partitions: [PartitionHistory]
    private(set) var violation: InvariantViolation?
    /// How many records were below a leader's high watermark.
    private(set) var replicatedRecords = 0
    /// How many epochs were led.
    private(set) var epochsLed = 0
    private(set) var uncleanElections = 0

    init(partitions: Int) { self.partitions = Array(repeating: PartitionHistory(), count: partitions) }

    mutating func fail(_ invariant: String, _ detail: @autoclosure () -> String) {
        if violation == nil { violation = InvariantViolation(invariant: invariant, detail: detail()) }
    }

    func isUnclean(_ partition: Int) -> Bool { partitions[partition].isUnclean }
    func replicatedEnd(_ partition: Int) -> Int { partitions[partition].replicated.count }

    // MARK: - Leaders

    /// A node has begun to lead an epoch.
    mutating func led(_ partition: Int, epoch: Int32, node: SimulatedNode) {
        let leader = Leader(node: node.index, run: node.run)
        let former = partitions[partition].leaders.updateValue(leader, forKey: epoch)
        if let former, former != leader {
            fail("oneLeaderPerEpoch", "partition \(partition), epoch \(epoch): \(leader) after \(former)")
        }
        epochsLed += 1
        partitions[partition].latestEpoch = max(partitions[partition].latestEpoch, epoch)
        let log = node.disk.logs[partition]
        if let last = log.records.last, last.epoch > epoch || last.epoch == epoch && former == nil {
            fail("epochsAreMonotone", "partition \(partition): epoch \(epoch) begins after records of \(last.epoch)")
        }
        requireReplicated(partition, before: epoch, in: log, of: node)
    }

    /// Everything that was replicated in earlier epochs is in a leader's log.
    private mutating func requireReplicated(
        _ partition: Int, before epoch: Int32, in log: SimulatedLog, of node: SimulatedNode
    ) {
        let history = partitions[partition]
        guard !history.isUnclean else { return }
        for offset in history.replicated.indices where offset >= log.start && history.replicatedIn[offset] < epoch {
            if offset >= log.end || log.record(at: offset) != history.replicated[offset] {
                return fail(
                    "acknowledgedIsKept",
                    "partition \(partition): node \(node.index) leads without offset \(offset) of "
                        + "\(history.replicated.count), its log ends at \(log.end)"
                )
            }
        }
    }

    // MARK: - High watermarks

    /// A replica's high watermark went from one offset to another.
    mutating func watermarkMoved(
        _ partition: Int, from old: Int, to new: Int, node: SimulatedNode, leading epoch: Int32?
    ) {
        let log = node.disk.logs[partition]
        if new < old && !partitions[partition].isUnclean {
            fail("watermarkIsMonotone", "partition \(partition): node \(node.index) goes back from \(old) to \(new)")
        }
        if new > log.end {
            fail(
                "watermarkIsMonotone",
                "partition \(partition): node \(node.index) at \(new), its log ends at \(log.end)")
        }
        guard !partitions[partition].isUnclean else { return }
        for offset in max(old, log.start)..<max(new, old, log.start) where offset < log.end {
            let record = log.record(at: offset)
            if offset < partitions[partition].replicated.count {
                let other = partitions[partition].replicated[offset]
                if other != record {
                    return fail(
                        "replicasAgree",
                        "partition \(partition), offset \(offset): node \(node.index) has \(record), another \(other)")
                }
            } else if let epoch {
                partitions[partition].replicated.append(record)
                partitions[partition].replicatedIn.append(epoch)
                replicatedRecords += 1
            } else {
                return fail(
                    "replicasAgree", "partition \(partition): follower \(node.index) is at \(new), before any leader")
            }
        }
    }

    /// A leader's high watermark moved: a leader of a later epoch, should there be one, has it all too.
    mutating func replicated(_ partition: Int, by epoch: Int32, nodes: [SimulatedNode]) {
        guard partitions[partition].latestEpoch > epoch else { return }
        for node in nodes where node.isUp {
            guard node.replicas.indices.contains(partition), let led = node.replicas[partition].ledEpoch,
                led.rawValue > epoch
            else { continue }
            requireReplicated(partition, before: led.rawValue, in: node.disk.logs[partition], of: node)
        }
    }

    /// A replica cut its log.
    mutating func truncated(_ partition: Int, to offset: Int, watermark: Int, node: SimulatedNode) {
        if offset < watermark && !partitions[partition].isUnclean {
            fail(
                "replicasAgree",
                "partition \(partition): node \(node.index) drops from \(offset) on, below its watermark \(watermark)"
            )
        }
    }

    /// A record was appended to a log.
    mutating func appended(_ partition: Int, _ record: SimulatedRecord, to log: SimulatedLog, node: SimulatedNode) {
        if let last = log.records.last, last.epoch > record.epoch {
            fail(
                "epochsAreMonotone",
                "partition \(partition): node \(node.index) appends in epoch \(record.epoch) after \(last.epoch)")
        }
    }

    // MARK: - The store

    /// A partition's state was replaced.
    mutating func stateReplaced(_ partition: Int, _ old: PartitionState, by new: PartitionState) {
        if !new.isWellFormed { fail("inSyncIsAssigned", "partition \(partition): \(new)") }
        let epochStep = new.leaderEpoch.rawValue - old.leaderEpoch.rawValue
        // A leader begins a new epoch also where a replica has gone, which may come back without its log.
        let goesOn = new.leader == old.leader && old.replicas.allSatisfy(new.replicas.contains)
        if new.version.rawValue != old.version.rawValue + 1 || epochStep != (goesOn ? 0 : 1) {
            fail("epochsAreMonotone", "partition \(partition): \(old) became \(new)")
        }
        if let leader = new.leader, !old.inSyncReplicas.contains(leader), !old.eligibleLeaderReplicas.contains(leader) {
            partitions[partition].isUnclean = true
            uncleanElections += 1
        }
    }
}
