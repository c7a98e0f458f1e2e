internal import RecordFormat

/// What a topic's settings ask of a batch that is appended, in the form that costs each append least: a few words to
/// copy, and times as numbers.
struct AppendRules: Sendable {
    let maxMessageBytes: Int
    /// Whether a record without a key is refused, as in a compacted topic.
    let needsKeys: Bool
    let timestampType: TimestampType
    /// How far in the past a timestamp may lie, in milliseconds; `nil` is no limit.
    let oldest: Int64?
    /// How far in the future a timestamp may lie, in milliseconds; `nil` is no limit.
    let lead: Int64?
    let compression: CompressionPolicy
    /// The most that the records of a batch may grow to when they are decompressed.
    let decompressedLimit: Int

    init(_ configuration: LogConfiguration) {
        maxMessageBytes = configuration.maxMessageBytes
        needsKeys = configuration.cleanupPolicy.contains(.compact)
        timestampType = configuration.timestampType
        oldest = configuration.timestampBeforeMax?.clampedMilliseconds
        lead = configuration.timestampAfterMax?.clampedMilliseconds
        compression = configuration.compression
        decompressedLimit = configuration.decompressedLimit
    }
}
