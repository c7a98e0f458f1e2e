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
        /// Bytes appended since the log was opened.
        var appendedBytes = 0
        /// Whether a new file's name may not be durable yet.
        var directoryNeedsSync = true
    }

    let lane: Mutex<Lane>
    let state: Mutex<ReadState>
    /// Serialises flushes, so that the recovery point only moves forward.
    let flushing = Mutex(())

    init(directory: String, observer: any LogObserver, lane: consuming Lane, state: consuming ReadState) {
        self.directory = directory
        self.observer = observer
        self.lane = Mutex(lane)
        self.state = Mutex(state)
    }

    /// The offsets that bound what may be read and what is safe, all of one moment.
    public var watermarks: LogWatermarks { state.withLock { $0.watermarks } }

    /// The bytes appended since the log was opened, those of deleted segments included.
    public var appendedBytes: Int { state.withLock { $0.appendedBytes } }

    /// The settings in force.
    public var configuration: LogConfiguration { lane.withLock { $0.configuration } }

    /// Puts new settings in force for the next append, roll and retention run.
    ///
    /// - Throws: ``LogError`` with code `.invalidConfiguration`.
    public func apply(_ configuration: LogConfiguration) throws(LogError) {
        try configuration.validate()
        lane.withLock { $0.configuration = configuration }
    }

    /// The leader epochs of the log.
    public var leaderEpochs: LeaderEpochHistory { lane.withLock { $0.epochs } }

    /// The bytes of all segments.
    public var size: Int { state.withLock { $0.segments.reduce(0) { $0 + $1.size } } }

    /// The base offsets of the segments, ascending; the last is the active one's.
    public var segmentBaseOffsets: [LogOffset] { state.withLock { $0.segments.map(\.baseOffset) } }

    /// Raises the high watermark to `offset`, as far as the log reaches; it never goes back.
    ///
    /// - Returns: Whether it moved.
    @discardableResult
    public func advanceHighWatermark(to offset: LogOffset) -> Bool {
        state.withLock { state in
            let target = min(offset, state.watermarks.logEndOffset)
            guard target > state.watermarks.highWatermark else { return false }
            state.watermarks.update(highWatermark: target)
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
