public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Drops every record at or above `offset`, as a follower does whose tail its leader does not have (KIP-101).
    ///
    /// A batch that reaches across `offset` goes as a whole, and so does damage there, so that the log may end lower than
    /// asked; not lower than the log start, from which it goes on when that lies within what went. When this returns, no
    /// power cut brings back what was dropped.
    ///
    /// A host that keeps recovery points on disk has to lower this log's before its bytes go. Otherwise a crash, after
    /// other records have taken the place of those dropped, makes the next start look for what was there, and leave a
    /// gap:
    ///
    /// 1. the checkpoint says 100, the log is truncated to 50 and takes new records up to 60;
    /// 2. the power fails before they are synced, and all of them are lost;
    /// 3. the next start trusts the checkpoint, finds offsets 50 to 99 missing and begins at 100.
    ///
    /// - Parameters:
    ///   - offset: At or above the log start; above the log end nothing happens.
    ///   - persistRecoveryPoint: Makes a lower recovery point durable; called before anything is dropped, only if
    ///     what is dropped was flushed. When it throws, nothing is.
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` below the log start, `.io` if the files cannot be cut, after
    ///   which the log is read-only, or what `persistRecoveryPoint` throws.
    /// - Complexity: waits for a flush that is under way; one `fdatasync` and one `fsync` of the directory.
    /// - SeeAlso: docs/decisions/0028-what-goes-leaves-a-trace.md
    public func truncate(
        to offset: LogOffset, persistRecoveryPoint: (LogOffset) throws(LogError) -> Void = { _ in }
    ) throws(LogError) {
        try maintenance.withLock { _ throws(LogError) in
            try truncateAlone(to: offset, persistRecoveryPoint: persistRecoveryPoint)
        }
    }

    /// The truncation itself; no compaction and no deletion of segments is under way.
    private func truncateAlone(
        to offset: LogOffset, persistRecoveryPoint: (LogOffset) throws(LogError) -> Void
    ) throws(LogError) {
        // What goes wrong before the first change leaves the log as it was, and is thrown outside of the lane.
        let refusal = try withWritableLane(excludingFlushes: true) { lane throws(LogError) -> LogError? in
            let marks = watermarks
            guard offset >= marks.logStartOffset else {
                return LogError(
                    .offsetOutOfRange, "cannot truncate to \(offset) below the log start \(marks.logStartOffset)")
            }
            guard offset < marks.logEndOffset else { return nil }
            let cut: Truncation
            do throws(LogError) {
                cut = try truncation(to: offset)
                if marks.recoveryPoint > cut.end {
                    // In memory first: a checkpoint that is written from now on must not raise it again.
                    lowerRecoveryPoint(to: cut.end)
                    try persistRecoveryPoint(cut.end)
                }
                let files = try cut.kept.openFiles()
                try beginTruncation()
                // Its names will be those of another object, while readers still find this one. Nothing may refuse from
                // here on: who is retired takes no more index entries.
                cut.kept.retire(keeping: files)
            } catch { return error }
            lane.isHalfway = true
            try truncate(cut, in: &lane)
            // The batch that went held the log start: nothing is left that a reader may see.
            if cut.end < marks.logStartOffset { try restart(at: marks.logStartOffset, in: &lane) }
            try endTruncation()
            lane.isHalfway = false
            checkInvariants(lane)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Moves the recovery point back, and forgets the mark of the flush that reached it.
    func lowerRecoveryPoint(to offset: LogOffset) {
        state.withLock { state in
            state.watermarks.update(recoveryPoint: offset)
            state.flushMark = nil
            state.flushedSize = nil
        }
    }

    /// What a truncation leaves.
    private struct Truncation {
        /// The last segment that stays, and those behind it.
        var kept: LogSegment
        var dropped: [LogSegment]
        /// The bytes of it that stay.
        var size: Int
        /// The offset below which they end.
        var end: LogOffset
    }

    private func truncation(to offset: LogOffset) throws(LogError) -> Truncation {
        let segments = state.withLock { $0.segments }
        guard let index = segments.lastIndex(where: { $0.baseOffset <= offset }) else {
            throw LogError(.offsetOutOfRange, "no segment of \(directory) reaches down to \(offset)")
        }
        let kept = segments[index]
        let cut = try kept.cut(at: offset, within: kept.size)
        return Truncation(
            kept: kept, dropped: Array(segments[(index + 1)...]), size: cut.position, end: cut.end)
    }

    private func truncate(_ cut: Truncation, in lane: inout Lane) throws(LogError) {
        // Readers first: nobody may find bytes that are about to go.
        interruptions.add(1, ordering: .acquiringAndReleasing)
        state.withLock { state in
            state.cleanedOffset = min(state.cleanedOffset, cut.end)
            state.segments.removeAll { $0.baseOffset > cut.kept.baseOffset }
            state.sealed.removeAll { $0.baseOffset >= cut.kept.baseOffset }
            state.activeSize = cut.size
            state.flushedSize = nil
            state.tail = nil
            state.recent.removeAll()
            state.unpromised = state.unpromised.compactMap { $0.clamped(to: cut.size, of: cut.kept.baseOffset) }
            let marks = state.watermarks
            let end = max(cut.end, marks.logStartOffset)
            state.watermarks = LogWatermarks(
                logStartOffset: marks.logStartOffset, highWatermark: min(marks.highWatermark, end), logEndOffset: end,
                recoveryPoint: min(marks.recoveryPoint, end), firstUnstableOffset: marks.firstUnstableOffset)
        }
        lane.writer.unmap()
        // From the last on: what a crash leaves has no hole.
        for segment in cut.dropped.reversed() { try segment.removeFiles() }
        cut.kept.shrink(to: cut.size)
        try cut.kept.file().truncate(to: cut.size)
        try cut.kept.transactionIndex.truncate(to: cut.end)
        // Entries that came back would be believed once the recovery point has passed them again.
        try cut.kept.transactionIndex.sync()
        let segment = try Self.reopen(cut.kept, size: cut.size, end: cut.end, configuration: lane.configuration)
        lane.writer = try SegmentWriter(segment, configuration: lane.configuration)
        try lane.writer.resume()
        let left = state.withLock { state in
            state.segments[state.segments.count - 1] = segment
            // The old object has given its files up.
            for index in state.unpromised.indices where state.unpromised[index].segment === cut.kept {
                state.unpromised[index].segment = segment
            }
            return state.segments
        }
        if lane.epochs.truncate(to: cut.end) { try writeEpochs(lane.epochs) }
        // Without these the names and bytes could come back, among records that took their offsets meanwhile.
        try segment.file().sync()
        try files.sync()
        var findings: [String] = []
        let loaded = try ProducerRecovery(
            directory: files, segments: left, logEndOffset: cut.end, highWatermark: watermarks.highWatermark,
            snapshots: ProducerRecovery.snapshots(among: try files.names())
        ).load(findings: &findings)
        lane.producers = loaded.table
        lane.snapshotOffset = loaded.snapshotOffset
        state.withLock { state in
            state.transactions = loaded.transactions
            state.watermarks.update(firstUnstableOffset: loaded.transactions.firstUnstableOffset)
        }
    }

    /// Goes on at `offset` in a segment of its own, the only one: a hole before it could be taken for the end of what
    /// was synced.
    private func restart(at offset: LogOffset, in lane: inout Lane) throws(LogError) {
        try roll(at: offset, in: &lane)
        let dropped = state.withLock { state in
            defer { state.segments.removeFirst(state.segments.count - 1) }
            state.unpromised.removeAll()
            return state.segments.dropLast()
        }
        for segment in dropped.reversed() { try segment.removeFiles() }
        try files.sync()
    }

    /// Notes that files are about to be cut and removed, for a process that comes next while the machine goes on.
    ///
    /// It would see them cut, and take for durable what a power cut still undoes, among the records that it has appended
    /// meanwhile. The note itself need not be durable: what a power cut leaves is on the device already.
    func beginTruncation() throws(LogError) { _ = try files.open(FileNames.truncation, .create) }

    /// Takes the note back, once what was dropped is gone from the device.
    func endTruncation() throws(LogError) { try files.removeFile(FileNames.truncation) }

    /// Opens a segment anew after its log was cut to `size` bytes, which end below offset `end`.
    ///
    /// Its indexes become new files with the entries that are left: readers may still search the old ones, and a mapped
    /// page that is cut off its file kills the process that touches it.
    private static func reopen(
        _ segment: LogSegment, size: Int, end: LogOffset, configuration: LogConfiguration
    ) throws(LogError) -> LogSegment {
        try segment.removeIndexes()
        let reopened = try LogSegment(
            directory: segment.directory, baseOffset: segment.baseOffset, log: try segment.file(), size: size,
            verified: min(segment.verifiedSuffix, size), indexMaxBytes: configuration.indexMaxBytes)
        for index in 0..<(try segment.offsetIndex.risingPrefix(below: end, within: size)) {
            let entry = try segment.offsetIndex.entry(at: index)
            try reopened.offsetIndex.reserve(1)
            try reopened.offsetIndex.append(entry.offset, position: entry.position)
        }
        for index in 0..<(try segment.timeIndex.risingPrefix(below: end)) {
            let entry = try segment.timeIndex.entry(at: index)
            try reopened.timeIndex.reserve(1)
            try reopened.timeIndex.append(entry.timestamp, offset: entry.offset)
        }
        return reopened
    }
}
