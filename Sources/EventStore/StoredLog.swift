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

    init(partition: TopicPartition, topicID: TopicID, log: PartitionLog) {
        self.partition = partition
        self.topicID = topicID
        self.log = log
    }
}
