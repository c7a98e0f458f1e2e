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
    public let directory: String
    let observer: any LogObserver

    /// What appends change. Held across the write itself: one writer at a time is the point.
    struct Lane {
        var writer: SegmentWriter
        var producers: ProducerTable
        var epochs: LeaderEpochHistory
        var configuration: LogConfiguration
        /// Where the newest producer snapshot was taken.
        var snapshotOffset: LogOffset
        /// Set by the first failed write or sync; never retried.
        var failure: LogError?
        var isClosed = false
    }

    /// What readers copy.
    struct ReadState {
        var segments: [LogSegment]
        var watermarks: LogWatermarks
        /// The bytes of the active segment that the log end offset covers; the segment itself may have grown further.
        var activeSize: Int
        var recent = RecentBatches()
        /// What holds the last stable offset back.
        var transactions = UnstableTransactions()
        /// Whether a new file's name may not be durable yet.
        var directoryNeedsSync = true
    }

    let lane: Mutex<Lane>
    /// The lane's settings once more, for those who check batches before they wait for the lane.
    let settings: Mutex<LogConfiguration>
    let state: Mutex<ReadState>
    /// Serialises flushes, so that the recovery point only moves forward.
    let flushing = Mutex(())

    init(directory: String, observer: any LogObserver, lane: consuming Lane, state: consuming ReadState) {
        self.directory = directory
        self.observer = observer
        settings = Mutex(lane.configuration)
        self.lane = Mutex(lane)
        self.state = Mutex(state)
    }

    /// The offsets that bound what may be read and what is safe, all of one moment.
    public var watermarks: LogWatermarks { state.withLock { $0.watermarks } }

    /// The settings in force.
    public var configuration: LogConfiguration { settings.withLock { $0 } }

    /// Puts new settings in force for the next append, roll and retention run.
    ///
    /// - Throws: ``LogError`` with code `.invalidConfiguration`.
    public func apply(_ configuration: LogConfiguration) throws(LogError) {
        try configuration.validate()
        lane.withLock { lane in
            lane.configuration = configuration
            settings.withLock { $0 = configuration }
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

    /// Notes the first failure: from here on the log takes no appends until it is opened again.
    func fail(_ error: LogError) {
        let isFirst = lane.withLock { lane in
            guard lane.failure == nil else { return false }
            lane.failure = error
            return true
        }
        if isFirst { observer.logDidFail(directory, error: error) }
    }

    /// The failure that made the log read-only, if there was one.
    public var failure: LogError? { lane.withLock { $0.failure } }
}
