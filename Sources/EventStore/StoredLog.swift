public import LogCore
public import RecordFormat
internal import Synchronization

/// One partition of a store: its name, the identity of its topic, and its log.
public final class StoredLog: Sendable {
    /// The partition.
    public let partition: TopicPartition
    /// The identity of the topic when the partition was created.
    public let topicID: TopicID
    /// The log.
    public let log: PartitionLog
    /// Whether the commit thread has it in line.
    let isQueuedForFlush = Atomic<Bool>(false)
    /// When the oldest append that no flush was asked for was made, in milliseconds of the store's clock; `clean` if
    /// there is none.
    private let waitingSince = Atomic<Int64>(StoredLog.clean)

    private static let clean = Int64.max

    init(partition: TopicPartition, topicID: TopicID, log: PartitionLog) {
        self.partition = partition
        self.topicID = topicID
        self.log = log
    }

    /// Notes an append to a log that flushes by time, if at all.
    func noteUnflushed(at now: Timestamp) {
        // One load for nearly every append: only the first after a flush sets the time.
        guard waitingSince.load(ordering: .relaxed) == Self.clean else { return }
        waitingSince.store(now.milliseconds, ordering: .relaxed)
    }

    /// Whether its unsynced records have waited for `flush.ms`, or lie in a segment that is complete; notes that they
    /// are taken care of now.
    ///
    /// A sealed segment is synced soon, as in Kafka: what a crash makes recovery read is then one segment and no more.
    func takeOverdue(at now: Timestamp) -> Bool {
        let since = waitingSince.load(ordering: .relaxed)
        guard since != Self.clean else { return false }
        let interval = log.configuration.flushInterval
        let isLate = interval.map { .milliseconds(now.milliseconds - since) >= $0 } ?? false
        let hasSealed = (log.segmentBaseOffsets.last ?? .zero) > log.watermarks.recoveryPoint
        guard isLate || hasSealed else { return false }
        waitingSince.store(Self.clean, ordering: .relaxed)
        return true
    }
}
