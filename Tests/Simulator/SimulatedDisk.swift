import LogCore
import RecordFormat
import Replication

/// A record: a number that no other record has, and the epoch of the leader that took it.
struct SimulatedRecord: Hashable {
    let value: Int
    let epoch: Int32
}

/// One partition's log on a simulated disk, of which a machine that loses power keeps what was flushed, and maybe more.
struct SimulatedLog {
    private(set) var start = 0
    private(set) var flushed = 0
    private(set) var records: [SimulatedRecord] = []
    var epochs = LeaderEpochHistory()

    var end: Int { start + records.count }

    /// What the replica's machine is told.
    var facts: ReplicaLog {
        ReplicaLog(
            startOffset: LogOffset(Int64(start)), flushedOffset: LogOffset(Int64(flushed)),
            endOffset: LogOffset(Int64(end)), epochs: epochs)
    }

    func record(at offset: Int) -> SimulatedRecord { records[offset - start] }

    func records(from offset: Int, atMost count: Int) -> [SimulatedRecord] {
        Array(records.dropFirst(offset - start).prefix(count))
    }

    mutating func append(_ record: SimulatedRecord) {
        _ = epochs.assign(LeaderEpoch(record.epoch), startOffset: LogOffset(Int64(end)))
        records.append(record)
    }

    mutating func flush(upTo offset: Int) { flushed = max(flushed, min(offset, end)) }

    mutating func truncate(to offset: Int) {
        guard offset <= end else { return }
        records.removeLast(end - max(offset, start))
        flushed = min(flushed, end)
        _ = epochs.truncate(to: LogOffset(Int64(offset)))
    }

    mutating func restart(at offset: Int) {
        records = []
        start = offset
        flushed = offset
        epochs = LeaderEpochHistory()
    }

    mutating func advanceStart(to offset: Int) {
        guard offset > start, offset <= end else { return }
        records.removeFirst(offset - start)
        start = offset
        flushed = max(flushed, start)
        _ = epochs.removePrefix(before: LogOffset(Int64(offset)))
    }
}

/// A node's data directory, and what the machine remembers of it.
struct SimulatedDisk {
    var directory: UInt64
    var boot: UInt64
    /// Whether the last process left the mark of a clean shutdown.
    var endedCleanly = false
    var logs: [SimulatedLog]

    /// What a process that starts on it says of itself.
    var origin: BrokerRegistration.Origin {
        BrokerRegistration.Origin(directory: directory, boot: boot, endedCleanly: endedCleanly)
    }

    /// Power is lost: of each log goes what was not flushed, or some of it.
    mutating func losePower(_ random: inout SimulationRandom) {
        boot += 1
        for index in logs.indices {
            let unsynced = logs[index].end - logs[index].flushed
            logs[index].truncate(to: logs[index].end - random.from(0...unsynced))
        }
    }

    /// The directory is gone, and an empty one in its place.
    mutating func loseDirectory(_ random: inout SimulationRandom) {
        directory = random.next()
        endedCleanly = false
        logs = logs.map { _ in SimulatedLog() }
    }
}
