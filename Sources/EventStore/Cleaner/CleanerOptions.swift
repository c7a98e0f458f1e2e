/// How a store compacts the logs whose `cleanup.policy` asks for it.
public struct CleanerOptions: Sendable {
    /// Whether anything is compacted (`log.cleaner.enable`).
    public var isEnabled = true
    /// The most memory for the keys of one compaction, in bytes: 24 bytes a key (`log.cleaner.dedupe.buffer.size`).
    public var dedupeBufferBytes = 128 << 20
    /// How full that memory may get, above 0 and at most 1 (`log.cleaner.io.buffer.load.factor`).
    public var dedupeLoadFactor = 0.9
    /// The most bytes that are read and written a second; `nil` is no limit (`log.cleaner.io.max.bytes.per.second`).
    public var bytesPerSecond: Double?
    /// How long the cleaner rests when no log needs it (`log.cleaner.backoff.ms`).
    public var backoff: Duration = .seconds(15)

    /// Creates options with Kafka's defaults.
    public init() {}
}
