/// How a consumer reads and which group it belongs to. The defaults are those of Kafka's own consumer.
public struct ConsumerConfiguration: Sendable {
    /// Where to start in a partition without a usable offset.
    public enum OffsetReset: Sendable, Hashable {
        /// With the oldest record.
        case earliest
        /// With the next record to be written.
        case latest
        /// Nowhere: `poll` throws `.noOffset`.
        case none
    }

    /// Which records are handed out.
    public enum IsolationLevel: Int8, Sendable, Hashable {
        /// All that are replicated.
        case readUncommitted = 0
        /// Those of transactions only once they are committed (KIP-98).
        case readCommitted = 1
    }

    /// The group; `nil` for a consumer that only assigns itself and commits nothing (`group.id`).
    public var groupID: String?
    /// A name that outlives the process, so that a restart causes no rebalance (`group.instance.id`, KIP-345).
    public var groupInstanceID: String?
    /// Where to start without a usable offset (`auto.offset.reset`).
    public var autoOffsetReset: OffsetReset
    /// Which records are handed out (`isolation.level`).
    public var isolationLevel: IsolationLevel
    /// Whether `poll` commits what earlier polls returned (`enable.auto.commit`).
    public var isAutoCommitEnabled: Bool
    /// The time between such commits (`auto.commit.interval.ms`).
    public var autoCommitInterval: Duration
    /// Ways of sharing partitions, the best first (`partition.assignment.strategy`).
    public var assignors: [any PartitionAssignor]
    /// How long the group waits for a heartbeat before it drops the consumer (`session.timeout.ms`).
    public var sessionTimeout: Duration
    /// The pause between heartbeats (`heartbeat.interval.ms`).
    public var heartbeatInterval: Duration
    /// How long the application may take between polls before the consumer leaves its group (`max.poll.interval.ms`).
    public var maximumPollInterval: Duration
    /// Bytes that the broker waits for before it answers a fetch (`fetch.min.bytes`).
    public var fetchMinimumBytes: Int32
    /// Bytes that one fetch may bring (`fetch.max.bytes`).
    public var fetchMaximumBytes: Int32
    /// How long the broker may wait for them (`fetch.max.wait.ms`).
    public var fetchMaximumWait: Duration
    /// Bytes that one fetch may bring of one partition (`max.partition.fetch.bytes`).
    public var maximumPartitionFetchBytes: Int32
    /// Records that one poll returns, rounded up to whole batches (`max.poll.records`).
    public var maximumPollRecords: Int
    /// Whether batches with a wrong checksum are refused (`check.crcs`). They always are; the field is there so that a
    /// configuration written for Kafka's own consumer finds it.
    public var checksCRCs: Bool
    /// The rack that the consumer stands in, so that a replica close by may serve it (`client.rack`, KIP-392).
    public var rackID: String

    /// Creates a configuration.
    public init(
        groupID: String? = nil, groupInstanceID: String? = nil, autoOffsetReset: OffsetReset = .latest,
        isolationLevel: IsolationLevel = .readUncommitted, isAutoCommitEnabled: Bool = true,
        autoCommitInterval: Duration = .seconds(5),
        assignors: [any PartitionAssignor] = [RangeAssignor(), CooperativeStickyAssignor()],
        sessionTimeout: Duration = .seconds(45), heartbeatInterval: Duration = .seconds(3),
        maximumPollInterval: Duration = .seconds(300), fetchMinimumBytes: Int32 = 1,
        fetchMaximumBytes: Int32 = 50 << 20,
        fetchMaximumWait: Duration = .milliseconds(500), maximumPartitionFetchBytes: Int32 = 1 << 20,
        maximumPollRecords: Int = 500, checksCRCs: Bool = true, rackID: String = ""
    ) {
        self.groupID = groupID
        self.groupInstanceID = groupInstanceID
        self.autoOffsetReset = autoOffsetReset
        self.isolationLevel = isolationLevel
        self.isAutoCommitEnabled = isAutoCommitEnabled
        self.autoCommitInterval = autoCommitInterval
        self.assignors = assignors
        self.sessionTimeout = sessionTimeout
        self.heartbeatInterval = heartbeatInterval
        self.maximumPollInterval = maximumPollInterval
        self.fetchMinimumBytes = fetchMinimumBytes
        self.fetchMaximumBytes = fetchMaximumBytes
        self.fetchMaximumWait = fetchMaximumWait
        self.maximumPartitionFetchBytes = maximumPartitionFetchBytes
        self.maximumPollRecords = maximumPollRecords
        self.checksCRCs = checksCRCs
        self.rackID = rackID
    }

    func validate() throws(KafkaClientError) {
        func require(_ holds: Bool, _ message: String) throws(KafkaClientError) {
            if !holds { throw KafkaClientError(.invalidConfiguration, message) }
        }
        try require(maximumPollRecords > 0, "maximumPollRecords must be above 0")
        try require(fetchMaximumBytes > 0, "fetchMaximumBytes must be above 0")
        try require(maximumPartitionFetchBytes > 0, "maximumPartitionFetchBytes must be above 0")
        try require(fetchMaximumWait >= .zero, "fetchMaximumWait must not be negative")
        try require(groupID != "", "groupID must not be empty; leave it nil for a consumer without a group")
        try require(groupID == nil || !assignors.isEmpty, "a consumer in a group needs an assignor")
    }
}
