public import LogCore
public import RecordFormat
internal import Synchronization

/// One partition of a store: its name, the identity of its topic, and its log.
///
/// Safe to use from any thread.
public final class StoredLog: Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The identity of the topic when the partition was created.
    public let topicID: TopicID
    /// The log.
    public let log: PartitionLog
    /// The log's own count of appended bytes as it was when the producers were last written down.
    private let snapshotBytes = Atomic<Int>(0)
    /// Where its flushes write down how far they came.
    let flushMarkSlot: FlushMarkSlot
    /// Who waits for its records to be on the device.
    let gate: DurabilityGate
    /// Who reads at its end.
    let readers = ReaderRoster()
    /// Whether it has no replicas, so that what is durable here may be read.
    let movesHighWatermark: Bool
    /// The latest leader epoch when the log was opened.
    let leaderEpoch: LeaderEpoch
    /// Whether the commit thread has it in line.
    let isQueuedForFlush = Atomic<Bool>(false)
    /// The log's own count of appended bytes that flushes have been counted for.
    let countedBytes = Atomic<Int>(0)
    /// Held as long as anyone can write to the files, even if the store itself is dropped.
    private let lock: DirectoryLock
    /// When the oldest append that no flush was asked for was made, in milliseconds of the store's clock; `clean` if
    /// there is none.
    private let waitingSince = Atomic<Int64>(StoredLog.clean)

    private static let clean = Int64.max
    private static let overdue = Int64.min
    /// The bytes that may lie unsynced before a flush is asked for, whatever the settings say.
    ///
    /// Twenty busy logs leave 320 MiB to a crash then: recovery reads and checks that in some 60 ms here, on two cores.
    private static let unflushedLimit = 16 << 20
    /// The bytes between two producer snapshots: 50 µs for each 5 ms of appending at full speed.
    private static let snapshotInterval = 16 << 20

    init(
        partition: TopicPartition, topicID: TopicID, log: PartitionLog, flushMarkSlot: FlushMarkSlot,
        lock: DirectoryLock,
        movesHighWatermark: Bool, waiting: WaiterCount
    ) {
        self.partition = partition
        self.topicID = topicID
        self.log = log
        self.flushMarkSlot = flushMarkSlot
        self.lock = lock
        self.movesHighWatermark = movesHighWatermark
        leaderEpoch = log.leaderEpochs.latest ?? .none
        // The only replica is in sync with itself: everything that recovery kept is replicated.
        if movesHighWatermark { log.advanceHighWatermark(to: log.watermarks.logEndOffset) }
        // What recovery left to be flushed counts like what is appended; small logs, of which there may be thousands, wait
        // for more.
        let left = log.unpromisedByteCount
        countedBytes.store(-left, ordering: .relaxed)
        let mayNotWait =
            left >= Self.unflushedLimit || log.hasUnflushedSealedSegment || log.configuration.flushInterval != nil
        if left > 0, mayNotWait { waitingSince.store(Self.overdue, ordering: .relaxed) }
        gate = DurabilityGate(reached: log.watermarks.recoveryPoint, waiting: waiting)
    }

    /// The number of tails that have come to the end of the log and wait for more.
    public var parkedReaderCount: Int { readers.parkedCount }

    /// What a journal calls it.
    var journalKey: JournalKey { JournalKey(partition: partition, topicID: topicID) }

    /// Notes that a flush begins.
    func beginFlush() {
        // Before the flush looks at the log end: an append after this line asks for another round.
        isQueuedForFlush.store(false, ordering: .sequentiallyConsistent)
        gate.beginRound()
    }

    /// Lets readers see what lies below `offset`.
    func advanceHighWatermark(to offset: LogOffset, into batch: inout WakeBatch) {
        guard log.advanceHighWatermark(to: offset) else { return }
        readers.wakeAll(into: &batch)
    }

    /// Lets go on who waited for what is durable now, after a flush that may have failed.
    func didFlush(into batch: inout WakeBatch) {
        let reached = log.watermarks.recoveryPoint
        // Readers first: whoever has been told that its append is durable finds it in the log.
        if movesHighWatermark { advanceHighWatermark(to: reached, into: &batch) }
        if gate.open(to: reached, into: &batch) { readers.wakeAll(into: &batch) }
    }

    /// Closes the log and ends every wait.
    ///
    /// - Parameter syncingFiles: As for ``PartitionLog/close(syncingFiles:)``.
    /// - Throws: ``LogError`` as ``PartitionLog/close()``.
    func close(syncingFiles: Bool = false) throws(LogError) {
        defer {
            gate.fail(LogError(.closed, "\(log.directory) is closed"))
            var batch = WakeBatch()
            didFlush(into: &batch)
            readers.wakeAll(into: &batch)
            batch.wake()
        }
        try log.close(syncingFiles: syncingFiles)
    }

    /// Notes an append to a log that flushes by time, if at all.
    ///
    /// - Returns: Whether so much is unsynced now that it has to be flushed: what a crash makes recovery read has a bound.
    func noteUnflushed(at now: Timestamp) -> Bool {
        // One load for nearly every append: only the first after a flush sets the time.
        if waitingSince.load(ordering: .relaxed) == Self.clean {
            waitingSince.store(now.milliseconds, ordering: .relaxed)
        }
        return log.appendedBytes - countedBytes.load(ordering: .relaxed) >= Self.unflushedLimit
    }

    /// Notes that a flush could not be tried: it is due again at the next look.
    func noteRefusedFlush() { waitingSince.store(Self.overdue, ordering: .relaxed) }

    /// Writes the producers down if the log has grown much since the last time: a start goes through the headers of all
    /// batches behind the snapshot.
    ///
    /// A snapshot that cannot be written costs the next start time, and nothing else.
    func snapshotIfDue() {
        let bytes = countedBytes.load(ordering: .relaxed)
        guard bytes - snapshotBytes.load(ordering: .relaxed) >= Self.snapshotInterval else { return }
        snapshotBytes.store(bytes, ordering: .relaxed)
        try? log.snapshotProducers()
    }

    /// Whether its unsynced records have waited for `flush.ms`, or lie in a segment that is complete; notes that they
    /// are taken care of now.
    ///
    /// A sealed segment is synced soon, as in Kafka: what a crash makes recovery read is then one segment and no more.
    ///
    /// - Complexity: one load for a log that has nothing to flush.
    func takeOverdue(at now: Timestamp) -> Bool {
        let since = waitingSince.load(ordering: .relaxed)
        guard since != Self.clean else { return false }
        let isLate =
            since == Self.overdue
            || log.configuration.flushInterval.map { .milliseconds(now.milliseconds - since) >= $0 } ?? false
        guard isLate || log.hasUnflushedSealedSegment else { return false }
        waitingSince.store(Self.clean, ordering: .relaxed)
        return true
    }
}
