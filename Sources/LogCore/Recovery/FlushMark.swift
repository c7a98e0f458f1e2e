package import RecordFormat

/// How far a flush has come, and by what the files can be told to be those that it synced.
///
/// A recovery point alone says nothing of the log that it was about. A mark names the last batch below it: where the
/// files hold another batch there, or none, someone else has written them since, and the mark counts for nothing.
///
/// - SeeAlso: docs/format/flush-marks.md
package struct FlushMark: Sendable, Hashable {
    /// The last batch below the recovery point.
    package struct Batch: Sendable, Hashable {
        /// Where it begins in its segment's log file.
        package var position: Int
        /// The checksum in its header.
        package var checksum: UInt32

        /// Creates a batch's place and checksum.
        package init(position: Int, checksum: UInt32) {
            self.position = position
            self.checksum = checksum
        }
    }

    /// Below it, all is on the device.
    package var recoveryPoint: LogOffset
    /// The base offset of the segment that was the active one.
    package var segmentBaseOffset: LogOffset
    /// The segment's last batch; `nil` if it had none.
    package var lastBatch: Batch?
    /// The latest time of a record in that segment, or a later one: a time index that reaches it lacks nothing.
    package var largestTimestamp: Timestamp

    /// Creates a mark.
    package init(
        recoveryPoint: LogOffset, segmentBaseOffset: LogOffset, lastBatch: Batch?, largestTimestamp: Timestamp
    ) {
        self.recoveryPoint = recoveryPoint
        self.segmentBaseOffset = segmentBaseOffset
        self.lastBatch = lastBatch
        self.largestTimestamp = largestTimestamp
    }

    /// Whether `log`, the log file of the segment that the mark names, is the one that was synced.
    ///
    /// - Complexity: one `pread`.
    func holds(in log: LogFile) throws(LogError) -> Bool {
        guard let lastBatch else { return recoveryPoint == segmentBaseOffset }
        guard let header = try Self.header(at: lastBatch.position, in: log) else { return false }
        return header.nextOffset == recoveryPoint && header.checksum == lastBatch.checksum
    }

    /// The mark for a log of which all below `recoveryPoint` was synced, and whose active segment holds `size` bytes.
    ///
    /// - Parameter recent: Its last batch, if that is at hand.
    /// - Returns: `nil` if the last batch cannot be found.
    /// - Complexity: as a rule nothing is read.
    static func made(
        at recoveryPoint: LogOffset, in active: LogSegment, size: Int, recent: RecentBatches.Last?
    ) throws(LogError) -> FlushMark? {
        var last: Batch?
        if size > 0 {
            last = try batch(endingAt: size, below: recoveryPoint, in: active, recent)
            guard last != nil else { return nil }
        } else {
            guard recoveryPoint == active.baseOffset else { return nil }
        }
        return FlushMark(
            recoveryPoint: recoveryPoint, segmentBaseOffset: active.baseOffset, lastBatch: last,
            largestTimestamp: last == nil ? .none : active.largestTimestamp)
    }

    /// The batch that is the last below an offset, and ends the first `size` bytes of the segment.
    private static func batch(
        endingAt size: Int, below offset: LogOffset, in active: LogSegment, _ recent: RecentBatches.Last?
    ) throws(LogError) -> Batch? {
        if let recent, recent.location.position + recent.location.size == size, recent.location.lastOffset + 1 == offset
        {
            return Batch(position: recent.location.position, checksum: recent.checksum)
        }
        guard let place = try active.locate(offset + -1, within: size), place.lastOffset + 1 == offset,
            let header = try header(at: place.position, in: active.file())
        else { return nil }
        return Batch(position: place.position, checksum: header.checksum)
    }

    private static func header(at position: Int, in log: LogFile) throws(LogError) -> RecordBatchHeader? {
        let bytes = try log.read(at: position, count: RecordBatchHeader.size)
        return try? RecordBatchHeader(parsing: bytes.bytes)
    }
}
