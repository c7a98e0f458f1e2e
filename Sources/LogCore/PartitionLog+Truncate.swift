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
                throw LogError(.offsetOutOfRange, "cannot truncate to \(offset) below the log start \(marks.logStartOffset)")
            }
            guard offset < marks.logEndOffset else { return }
            do throws(LogError) {
                try truncate(to: offset, in: &lane)
            } catch {
                // Half a truncation is no state to go on from.
                lane.failure = error
                throw error
            }
        }
    }

    private func truncate(to offset: LogOffset, in lane: inout Lane) throws(LogError) {
        // Readers first: nobody may find bytes that are about to go.
        let (kept, dropped) = state.withLock { state -> (LogSegment?, [LogSegment]) in
            let keep = state.segments.lastIndex { $0.baseOffset <= offset }.map { $0 + 1 } ?? 0
            let dropped = Array(state.segments[keep...])
            state.segments.removeSubrange(keep...)
            state.recent.removeAll()
            return (state.segments.last, dropped)
        }
        for segment in dropped.reversed() { try segment.removeFiles() }
        let segment: LogSegment
        var end = offset
        if let kept {
            let cut = try kept.locate(offset, within: kept.size)
            if let cut { end = min(offset, cut.baseOffset) }
            let position = cut?.position ?? kept.size
            kept.offsetIndex.truncate(to: end)
            kept.timeIndex.truncate(to: end)
            kept.shrink(to: position)
            try kept.log.truncate(to: position)
            // Opened anew, because a sealed segment's indexes have no room for more.
            segment = try Self.reopen(kept, size: position, configuration: lane.configuration)
        } else {
            segment = try Self.createSegment(in: directory, baseOffset: offset, configuration: lane.configuration)
        }
        lane.writer = SegmentWriter(segment, configuration: lane.configuration)
        if lane.epochs.truncate(to: end) { try writeEpochs(lane.epochs) }
        let segments = state.withLock { state -> [LogSegment] in
            if kept != nil { state.segments.removeLast() }
            state.segments.append(segment)
            state.directoryNeedsSync = true
            let marks = state.watermarks
            state.watermarks = LogWatermarks(
                logStartOffset: marks.logStartOffset, highWatermark: min(marks.highWatermark, end), logEndOffset: end,
                recoveryPoint: min(marks.recoveryPoint, end))
            return state.segments
        }
        var findings: [String] = []
        let loaded = try ProducerRecovery(directory: directory).load(segments: segments, logEndOffset: end, findings: &findings)
        lane.producers = loaded.table
        lane.snapshotOffset = loaded.snapshotOffset
    }

    private static func reopen(
        _ segment: LogSegment, size: Int, configuration: LogConfiguration
    ) throws(LogError) -> LogSegment {
        try segment.offsetIndex.trimFile()
        try segment.timeIndex.trimFile()
        return try LogSegment(
            directory: segment.directory, baseOffset: segment.baseOffset, log: segment.log, size: size,
            checkedBytes: segment.verifiedSize, indexMaxBytes: configuration.indexMaxBytes)
    }
}
