public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Drops every record at or above `offset`, as a follower does whose tail its leader does not have (KIP-101).
    ///
    /// A batch that reaches across `offset` goes as a whole, so that the log may end lower than asked.
    ///
    /// - Parameter offset: At or above the log start; above the log end nothing happens.
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` below the log start, `.io` if the files cannot be cut.
    public func truncate(to offset: LogOffset) throws(LogError) {
        try lane.withLock { lane throws(LogError) in
            try Self.checkWritable(lane, directory)
            let marks = watermarks
            guard offset >= marks.logStartOffset else {
                throw LogError(
                    .offsetOutOfRange, "cannot truncate to \(offset) below the log start \(marks.logStartOffset)")
            }
            guard offset < marks.logEndOffset else { return }
            do throws(LogError) {
                try truncate(to: offset, in: &lane)
                checkInvariants(lane)
            } catch {
                // Half a truncation is no state to go on from.
                lane.failure = error
                throw error
            }
        }
    }

    private func truncate(to offset: LogOffset, in lane: inout Lane) throws(LogError) {
        let segments = state.withLock { $0.segments }
        guard let index = segments.lastIndex(where: { $0.baseOffset <= offset }) else {
            throw LogError(.offsetOutOfRange, "no segment of \(directory) reaches down to \(offset)")
        }
        let kept = segments[index]
        let cut = try kept.locate(offset, within: kept.size)
        let end = min(offset, cut?.baseOffset ?? offset)
        let size = cut?.position ?? kept.size
        // Readers first: nobody may find bytes that are about to go.
        state.withLock { state in
            state.segments.removeAll { $0.baseOffset > kept.baseOffset }
            state.activeSize = size
            state.recent.removeAll()
            state.directoryNeedsSync = true
            let marks = state.watermarks
            state.watermarks = LogWatermarks(
                logStartOffset: min(marks.logStartOffset, end), highWatermark: min(marks.highWatermark, end),
                logEndOffset: end, recoveryPoint: min(marks.recoveryPoint, end),
                firstUnstableOffset: marks.firstUnstableOffset)
        }
        for segment in segments[(index + 1)...].reversed() { try segment.removeFiles() }
        kept.shrink(to: size)
        try kept.log.truncate(to: size)
        try kept.transactionIndex.truncate(to: end)
        let segment = try Self.reopen(kept, size: size, end: end, configuration: lane.configuration)
        lane.writer = SegmentWriter(segment, configuration: lane.configuration)
        try lane.writer.resume()
        let left = state.withLock { state in
            state.segments[state.segments.count - 1] = segment
            return state.segments
        }
        if lane.epochs.truncate(to: end) { try writeEpochs(lane.epochs) }
        var findings: [String] = []
        let loaded = try ProducerRecovery(
            directory: directory, segments: left, logEndOffset: end, highWatermark: watermarks.highWatermark
        ).load(findings: &findings)
        lane.producers = loaded.table
        lane.snapshotOffset = loaded.snapshotOffset
        state.withLock { state in
            state.transactions = loaded.transactions
            state.watermarks.update(firstUnstableOffset: loaded.transactions.firstUnstableOffset)
        }
    }

    /// Opens a segment anew after its log was cut to `size` bytes, which end below offset `end`.
    ///
    /// Its indexes become new files with the entries that are left: readers may still search the old ones, and a mapped
    /// page that is cut off its file kills the process that touches it.
    private static func reopen(
        _ segment: LogSegment, size: Int, end: LogOffset, configuration: LogConfiguration
    ) throws(LogError) -> LogSegment {
        try segment.removeIndexes()
        let reopened = try LogSegment(
            directory: segment.directory, baseOffset: segment.baseOffset, log: segment.log, size: size,
            verified: min(segment.verifiedSuffix, size), indexMaxBytes: configuration.indexMaxBytes)
        for index in 0..<segment.offsetIndex.risingPrefix(below: end, within: size) {
            let entry = segment.offsetIndex.entry(at: index)
            try reopened.offsetIndex.reserve(1)
            reopened.offsetIndex.append(entry.offset, position: entry.position)
        }
        for index in 0..<segment.timeIndex.risingPrefix(below: end) {
            let entry = segment.timeIndex.entry(at: index)
            try reopened.timeIndex.reserve(1)
            reopened.timeIndex.append(entry.timestamp, offset: entry.offset)
        }
        return reopened
    }
}
