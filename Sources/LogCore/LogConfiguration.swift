public import RecordFormat

/// How one partition's log behaves; names and defaults are those of Kafka's topic settings.
public struct LogConfiguration: Sendable, Hashable {
    /// What becomes of old records.
    public struct CleanupPolicy: OptionSet, Sendable, Hashable {
        /// One bit for each policy.
        public var rawValue: UInt8
        /// Creates a set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Old segments are deleted by time and size.
        public static let delete = CleanupPolicy(rawValue: 1)
        /// Only the last record of each key is kept.
        public static let compact = CleanupPolicy(rawValue: 2)
    }

    /// `segment.bytes`: a segment rolls before it would exceed this size.
    public var segmentBytes = 1 << 30
    /// `segment.ms`: a segment rolls when its first record is this much older than the one appended.
    public var segmentDuration: Duration = .seconds(7 * 24 * 3600)
    /// `index.interval.bytes`: an index entry is written after this many bytes of log.
    public var indexIntervalBytes = 4096
    /// `segment.index.bytes`: the size of an index file; a full index rolls the segment.
    public var indexMaxBytes = 10 << 20
    /// `retention.ms`: segments whose latest record is older are deleted; `nil` keeps them.
    public var retention: Duration? = .seconds(7 * 24 * 3600)
    /// `retention.bytes`: the oldest segments are deleted while the log is larger; `nil` is no limit.
    public var retentionBytes: Int?
    /// `cleanup.policy`.
    public var cleanupPolicy: CleanupPolicy = .delete
    /// `delete.retention.ms`: how long a tombstone stays in a compacted log from the first compaction on that meets it.
    public var deleteRetention: Duration = .seconds(24 * 3600)
    /// `min.compaction.lag.ms`: records younger than this are not compacted.
    public var minCompactionLag: Duration = .zero
    /// `max.compaction.lag.ms`: how long a record may wait for compaction, however little there is to gain; `nil` is no
    /// limit (KIP-354).
    public var maxCompactionLag: Duration?
    /// `min.cleanable.dirty.ratio`: the share of dirty bytes above which a log is compacted, 0 to 1.
    public var minCleanableRatio = 0.5
    /// `max.message.bytes`: the largest batch that a producer may append.
    public var maxMessageBytes = 1_048_588
    /// `message.timestamp.type`.
    public var timestampType: TimestampType = .createTime
    /// `message.timestamp.before.max.ms`: how far in the past a producer's timestamp may lie; `nil` is no limit.
    public var timestampBeforeMax: Duration?
    /// `message.timestamp.after.max.ms`: how far in the future a producer's timestamp may lie; `nil` is no limit
    /// (KIP-937).
    public var timestampAfterMax: Duration? = .seconds(3600)
    /// `flush.messages` = 1: an append counts as done, and is seen by consumers, once it is durable.
    ///
    /// False is Kafka's own default: the page cache of every in-sync replica is what an acknowledgement means.
    public var flushesEveryAppend = true
    /// `flush.ms`: the longest time that a record stays unsynced; `nil` leaves it to the operating system.
    public var flushInterval: Duration?
    /// `producer.id.expiration.ms`: how long an idle producer is remembered.
    public var producerExpiration: Duration = .seconds(24 * 3600)

    /// Creates a configuration with Kafka's defaults, but for ``flushesEveryAppend``.
    public init() {}

    /// The age at which a segment rolls: compaction leaves the active one alone, so that a compacted log rolls in time
    /// for `max.compaction.lag.ms`.
    var rollDuration: Duration {
        guard cleanupPolicy.contains(.compact), let maxCompactionLag else { return segmentDuration }
        return min(segmentDuration, maxCompactionLag)
    }

    /// The smallest `segment.bytes` that Kafka accepts.
    public static let minSegmentBytes = 14

    /// Checks every setting's range.
    ///
    /// - Throws: ``LogError`` with code `.invalidConfiguration`, naming the setting and its range.
    public func validate() throws(LogError) {
        func require(_ holds: Bool, _ message: String) throws(LogError) {
            guard holds else { throw LogError(.invalidConfiguration, message) }
        }
        try require(
            segmentBytes >= Self.minSegmentBytes && segmentBytes <= Int(Int32.max),
            "segment.bytes is \(segmentBytes), must be \(Self.minSegmentBytes)...\(Int32.max)")
        try require(indexIntervalBytes >= 0, "index.interval.bytes is \(indexIntervalBytes), must not be negative")
        try require(indexMaxBytes >= 4, "segment.index.bytes is \(indexMaxBytes), must be at least 4")
        try require(maxMessageBytes >= 0, "max.message.bytes is \(maxMessageBytes), must not be negative")
        try require(segmentDuration >= .milliseconds(1), "segment.ms must be at least 1")
        try require(deleteRetention >= .zero, "delete.retention.ms must not be negative")
        try require(minCompactionLag >= .zero, "min.compaction.lag.ms must not be negative")
        try require(
            maxCompactionLag.map { $0 >= .milliseconds(1) && $0 >= minCompactionLag } ?? true,
            "max.compaction.lag.ms must be at least 1, and not below min.compaction.lag.ms")
        try require(
            (0...1).contains(minCleanableRatio), "min.cleanable.dirty.ratio is \(minCleanableRatio), must be 0...1")
        try require(!cleanupPolicy.isEmpty, "cleanup.policy must name delete, compact or both")
    }
}
