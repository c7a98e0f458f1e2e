public import RecordFormat
internal import Synchronization

/// One partition's log on disk: segments, memory-mapped indexes, recovery and retention.
///
/// It leaves out replication (who may move the high watermark), the wire protocol, and threads: callers bring their
/// own. Appends are serialised by the append lane, readers take a snapshot of segments and watermarks and proceed
/// without it.
///
/// Safe to use from any thread.
///
/// - SeeAlso: docs/format/data-directory.md
public final class PartitionLog: Sendable {
    /// The directory of the partition's files, `<topic>-<partition>`.
    public var directory: String { files.path }
    let files: LogDirectory
    let observer: any LogObserver

    /// What readers copy.
    struct ReadState {
        var segments: [LogSegment]
        var watermarks: LogWatermarks
        /// The bytes of the active segment that the log end offset covers; the segment itself may have grown further.
        var activeSize: Int
        var recent = RecentBatches()
        /// The active segment's file while the append lane keeps it open, so that readers at the end need not ask for it.
        var tail: LogFile?
        /// Segments that were sealed since the last flush; their last index entries came with that.
        var sealed: [LogSegment] = []
        /// What recovery left for the first flush to make durable.
        var unpromised: [UnpromisedBytes] = []
        /// What the last flush has synced; `nil` if that cannot be told, or was truncated.
        var flushMark: FlushMark?
        /// The bytes of the active segment below the recovery point; `nil` where no flush has said so yet.
        var flushedSize: Int?
        /// Segments that readers find no more, and whose files could not be removed yet; oldest first.
        var doomed: [LogSegment] = []
        /// Bytes appended since the log was opened.
        var appendedBytes = 0
        /// What holds the last stable offset back.
        var transactions = UnstableTransactions()
        /// Whether a new file's name may not be durable yet.
        var directoryNeedsSync = true {
            didSet { if directoryNeedsSync { nameChanges += 1 } }
        }
        /// How often a name came or went that has to be synced: tells a sync of all names by then from one of them all.
        private(set) var nameChanges = 0
        /// The offset up to which the log has been compacted.
        var cleanedOffset = LogOffset.zero
        /// Whether the directory's own name may not be durable yet.
        var nameNeedsSync = true
    }

    struct Settings {
        let configuration: LogConfiguration
        let rules: AppendRules

        init(_ configuration: LogConfiguration) {
            self.configuration = configuration
            rules = AppendRules(configuration)
        }
    }

    let lane: Mutex<Lane>
    /// The lane's settings once more, and what follows from them, for those who check batches before they wait for the
    /// lane.
    let settings: Mutex<Settings>
    let state: Mutex<ReadState>
    let latch = FailureLatch()
    /// Serialises flushes, so that the recovery point only moves forward.
    let flushing = Mutex(())
    /// Held while names of sealed segments change: by the swap of a compaction, by deletion and by truncation. Taken
    /// before the lane.
    let maintenance = Mutex(())
    /// Held by a compaction from start to end.
    let compacting = Mutex(())
    /// Counts the truncations and the close, each of which ends a compaction that is under way.
    let interruptions = Atomic<Int>(0)

    init(_ files: LogDirectory, observer: any LogObserver, lane: consuming Lane, state: consuming ReadState) {
        self.files = files
        self.observer = observer
        settings = Mutex(Settings(lane.configuration))
        self.lane = Mutex(lane)
        self.state = Mutex(state)
    }

    /// The offsets that bound what may be read and what is safe, all of one moment.
    public var watermarks: LogWatermarks { state.withLock { $0.watermarks } }

    /// How far the last flush came; `nil` before the first and after a truncation below it.
    package var flushMark: FlushMark? { state.withLock { $0.flushMark } }

    /// The bytes that recovery found and left to the first flush.
    package var unpromisedByteCount: Int { state.withLock { $0.unpromised.reduce(0) { $0 + $1.range.count } } }

    /// The bytes appended since the log was opened, those of deleted segments included.
    public var appendedBytes: Int { state.withLock { $0.appendedBytes } }

    /// The settings in force.
    public var configuration: LogConfiguration { settings.withLock { $0.configuration } }

    /// Puts new settings in force for the next append, roll and retention run; `segment.index.bytes` for the next
    /// segment.
    ///
    /// - Throws: ``LogError`` with code `.invalidConfiguration`.
    public func apply(_ configuration: LogConfiguration) throws(LogError) {
        try configuration.validate()
        lane.withLock { lane in
            lane.configuration = configuration
            lane.writer.apply(configuration)
            settings.withLock { $0 = Settings(configuration) }
        }
    }

    /// The leader epochs of the log.
    public var leaderEpochs: LeaderEpochHistory { lane.withLock { $0.epochs } }

    /// The bytes of all segments.
    public var size: Int { state.withLock { $0.segments.reduce(0) { $0 + $1.size } } }

    /// The base offsets of the segments, ascending; the last is the active one's.
    public var segmentBaseOffsets: [LogOffset] { state.withLock { $0.segments.map(\.baseOffset) } }

    /// Raises the high watermark to `offset`, as far as the log reaches; it never goes back.
    ///
    /// The last stable offset follows: up to the high watermark, or to the first transaction that is open or whose end
    /// marker lies above.
    ///
    /// - Returns: Whether it moved.
    @discardableResult
    public func advanceHighWatermark(to offset: LogOffset) -> Bool {
        state.withLock { state in
            let target = min(offset, state.watermarks.logEndOffset)
            guard target > state.watermarks.highWatermark else { return false }
            state.transactions.settle(below: target)
            state.watermarks.update(
                highWatermark: target, firstUnstableOffset: state.transactions.firstUnstableOffset)
            return true
        }
    }
}
