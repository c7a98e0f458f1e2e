public import RecordFormat

/// Records of one partition that were written together.
public struct ConsumedBatch: Sendable {
    /// Where they come from.
    public var topicPartition: TopicPartition
    /// The records, in offset order; never empty.
    public var records: [Record]
    /// The leader epoch under which they were written.
    public var leaderEpoch: LeaderEpoch
    /// Below it, every in-sync replica had the records when they were fetched; exclusive.
    public var highWatermark: LogOffset
    /// Whose clock the records' timestamps come from.
    public var timestampType: TimestampType
    /// What to commit, and where to go on, after the batch.
    public var nextOffset: LogOffset
}

/// A record and where it comes from.
public struct ConsumerRecord: Sendable {
    /// Where it comes from.
    public var topicPartition: TopicPartition
    /// The record.
    public var record: Record
}

/// The first record at or after a time, or an end of a partition.
public struct OffsetAndTimestamp: Sendable, Hashable {
    /// The offset.
    public var offset: LogOffset
    /// The record's time; `.none` at an end of the partition.
    public var timestamp: Timestamp
    /// The leader epoch of the record; `.none` from brokers that do not say.
    public var leaderEpoch: LeaderEpoch

    /// Creates a position in time.
    public init(offset: LogOffset, timestamp: Timestamp = .none, leaderEpoch: LeaderEpoch = .none) {
        self.offset = offset
        self.timestamp = timestamp
        self.leaderEpoch = leaderEpoch
    }
}

/// Hears of partitions coming and going.
///
/// Called by the task that polls, which waits for it: what it throws, the poll throws. Every method has an empty
/// default.
public protocol RebalanceListener: Sendable {
    /// Takes partitions that are new, before the first record of them.
    func partitionsAssigned(_ partitions: [TopicPartition], to consumer: KafkaConsumer) async throws
    /// Gives up partitions that another member will have; the last moment to commit their offsets.
    func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws
    /// Drops partitions that another member may have already; it is too late to commit their offsets.
    func partitionsLost(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws
}

extension RebalanceListener {
    /// Does nothing.
    public func partitionsAssigned(_ partitions: [TopicPartition], to consumer: KafkaConsumer) async throws {}
    /// Does nothing.
    public func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {}
    /// Does nothing.
    public func partitionsLost(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {}
}
