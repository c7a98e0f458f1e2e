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
    /// `compression.type`: how batches are compressed on disk.
    public var compression = CompressionPolicy.producer
    /// `flush.messages` = 1: an append counts as done, and is seen by consumers, once it is durable.
    ///
    /// False is Kafka's own default: the page cache of every in-sync replica is what an acknowledgement means.
    public var flushesEveryAppend = true
    /// `flush.ms`: the longest time that a record stays unsynced; `nil` leaves it to the operating system.
    public var flushInterval: Duration?
    /// `producer.id.expiration.ms`: how long an idle producer is remembered.
    public var producerExpiration: Duration = .seconds(24 * 3600)

    /// The most idempotent producers that a log remembers; a batch of one more is refused until others have expired.
    ///
    /// Each takes some 400 bytes of memory and 46 of each snapshot. Kafka has no such limit.
    public var producerLimit = 1_000_000

    /// Which appends are copied into the mapped tail of the file.
    package var tailMapping = TailMapping()

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
        try require(
            maxMessageBytes >= 0 && maxMessageBytes <= Int(Int32.max),
            "max.message.bytes is \(maxMessageBytes), must be 0...\(Int32.max)")
        try require(producerLimit >= 1, "the producer limit must be at least 1")
        if let level = compression.level, let levels = compression.codec?.levels {
            try require(levels.contains(level), "a compression level of \(level), must be \(levels)")
        }
        try validateDurations()
        try require(
            maxCompactionLag.map { $0 >= minCompactionLag } ?? true,
            "max.compaction.lag.ms must not be below min.compaction.lag.ms")
        try require(
            (0...1).contains(minCleanableRatio), "min.cleanable.dirty.ratio is \(minCleanableRatio), must be 0...1")
        try require(!cleanupPolicy.isEmpty, "cleanup.policy must name delete, compact or both")
    }

    /// A time setting beyond 64 bits of milliseconds has no meaning that Kafka's own tools could show.
    private func validateDurations() throws(LogError) {
        func require(_ value: Duration?, _ name: String, atLeast minimum: Int64) throws(LogError) {
            guard let value, value < .milliseconds(minimum) || value > .milliseconds(Int64.max) else { return }
            throw LogError(.invalidConfiguration, "\(name) is \(value), must be \(minimum)...\(Int64.max) ms")
        }
        try require(segmentDuration, "segment.ms", atLeast: 1)
        try require(retention, "retention.ms", atLeast: 0)
        try require(deleteRetention, "delete.retention.ms", atLeast: 0)
        try require(minCompactionLag, "min.compaction.lag.ms", atLeast: 0)
        try require(maxCompactionLag, "max.compaction.lag.ms", atLeast: 1)
        try require(timestampBeforeMax, "message.timestamp.before.max.ms", atLeast: 0)
        try require(timestampAfterMax, "message.timestamp.after.max.ms", atLeast: 0)
        try require(flushInterval, "flush.ms", atLeast: 0)
        try require(producerExpiration, "producer.id.expiration.ms", atLeast: 1)
    }

    /// The most that records may grow to when they have to be looked at: a topic's largest batch compressed 256 times,
    /// and at least 64 MiB.
    ///
    /// A kilobyte of zstd can claim gigabytes, and every produce request could bring one.
    var decompressedLimit: Int { min(RecordBatch.decompressedLimit, max(maxMessageBytes * 256, 64 << 20)) }
}
