public import RecordFormat

/// How much of a log waits for compaction, and whether it should wait longer.
public struct CompactionNeed: Sendable, Hashable {
    /// Where the part begins that no compaction has seen.
    public var firstDirtyOffset: LogOffset
    /// Where the part ends that may be compacted now.
    public var firstUncleanableOffset: LogOffset
    /// The share of dirty bytes in what a compaction would rewrite, 0 to 1.
    public var dirtyRatio: Double
    /// Bytes of the segments with dirty records that may be compacted now.
    public var dirtyBytes: Int
    /// Whether a dirty segment is older than `max.compaction.lag.ms`.
    public var isOverdue: Bool
    /// Whether the log's settings ask for a compaction now.
    public var isDue: Bool
}

/// What a compaction did.
public struct CompactionReport: Sendable, Hashable {
    /// The log is compacted up to here.
    public var cleanedOffset: LogOffset
    /// Bytes read, those of the pass that learns the keys included.
    public var bytesRead = 0
    /// Bytes written.
    public var bytesWritten = 0
    /// Records seen while rewriting.
    public var recordsRead = 0
    /// Records that were kept.
    public var recordsKept = 0
    /// Different keys in the dirty part.
    public var keys = 0
    /// Segments that were rewritten.
    public var segmentsReplaced = 0
    /// Segments that took their place.
    public var segmentsWritten = 0
    /// Bytes that the rewritten segments had before, less what they have now.
    public var bytesFreed = 0
    /// Whether the key map was full before the dirty part ended, so that another compaction has more to do.
    public var ranOutOfMap = false

    init(cleanedOffset: LogOffset) { self.cleanedOffset = cleanedOffset }
}

/// The means that a compaction may use.
public struct CompactionBudget: Sendable {
    /// The most memory for the key map, in bytes (`log.cleaner.dedupe.buffer.size`): 24 bytes a key.
    public var mapBytes: Int
    /// How full the map may get, above 0 and at most 1 (`log.cleaner.io.buffer.load.factor`).
    public var mapLoadFactor: Double
    /// Called with each number of bytes read or written; it may wait, to spare the device, and answers whether the
    /// compaction is to go on.
    public var pace: @Sendable (Int) -> Bool

    /// Creates a budget; the defaults are Kafka's.
    public init(
        mapBytes: Int = 128 << 20, mapLoadFactor: Double = 0.9, pace: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) {
        self.mapBytes = mapBytes
        self.mapLoadFactor = mapLoadFactor
        self.pace = pace
    }
}
