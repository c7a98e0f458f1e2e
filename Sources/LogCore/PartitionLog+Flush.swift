public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Whether records were appended that no flush has reached.
    public var hasUnflushedRecords: Bool { state.withLock { $0.watermarks.recoveryPoint < $0.watermarks.logEndOffset } }

    /// Makes everything appended so far durable.
    ///
    /// Appends go on meanwhile; what they add is the next flush's. The order matters for a crash in between: data
    /// first, then the names of new files, and only then does the recovery point move.
    ///
    /// - Returns: The offset below which everything is on the device.
    /// - Throws: ``LogError`` with code `.io` if a sync fails: the log is read-only from then on and the sync is not
    ///   tried again, because the kernel may have dropped the pages that it could not write. `.readOnly` after an
    ///   earlier failure.
    /// - Complexity: one `fdatasync` for each segment with new records, as a rule one.
    @discardableResult
    public func flush() throws(LogError) -> LogOffset {
        do throws(LogError) {
            return try flushing.withLock { _ throws(LogError) in try flushAll() }
        } catch {
            fail(error)
            throw error
        }
    }

    private func flushAll() throws(LogError) -> LogOffset {
        if let failure {
            throw LogError(
                .readOnly, "\(directory) is offline since a write or sync failed", cause: failure.description)
        }
        let (dirty, target, needsDirectorySync, start) = state.withLock { state in
            let start = state.watermarks.recoveryPoint
            let first = state.segments.lastIndex { $0.baseOffset <= start } ?? 0
            return (state.segments[first...], state.watermarks.logEndOffset, state.directoryNeedsSync, start)
        }
        guard start < target || needsDirectorySync else { return target }
        for segment in dirty {
            try segment.log.sync()
            // Entries below the recovery point are believed; those above are made again from the log.
            try segment.transactionIndex.sync()
            // A sealed segment's indexes are never written again; the active one's are rebuilt from the log if need be.
            if segment !== dirty.last {
                try segment.offsetIndex.sync()
                try segment.timeIndex.sync()
            }
        }
        if needsDirectorySync {
            try Directory.sync(directory)
            try Directory.sync(Directory.parent(of: directory))
        }
        state.withLock { state in
            // A truncation may have moved the end back while the sync ran.
            let reached = min(target, state.watermarks.logEndOffset)
            if reached > state.watermarks.recoveryPoint { state.watermarks.update(recoveryPoint: reached) }
            if needsDirectorySync && state.segments.last === dirty.last { state.directoryNeedsSync = false }
        }
        return target
    }

    /// Writes the producer table beside the segments if the log has grown since the last time, so that the next start
    /// need not read it for that.
    ///
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`.
    public func snapshotProducers() throws(LogError) {
        try lane.withLock { lane throws(LogError) in
            let end = watermarks.logEndOffset
            guard !lane.isClosed, lane.snapshotOffset < end else { return }
            try snapshotProducers(at: end, in: &lane)
        }
    }

    /// Flushes, trims the files to what they hold, and refuses everything after.
    ///
    /// - Throws: ``LogError`` with the first thing that failed; the log is closed all the same, and everything else
    ///   was tried.
    public func close() throws(LogError) {
        var failure: LogError?
        func attempt(_ step: () throws(LogError) -> Void) {
            do throws(LogError) { try step() } catch { failure = failure ?? error }
        }
        attempt { () throws(LogError) in
            try lane.withLock { lane throws(LogError) in
                guard !lane.isClosed else { return }
                lane.isClosed = true
                guard lane.failure == nil else { return }
                // A snapshot that finds no room costs the next start time, and nothing else.
                if lane.snapshotOffset < watermarks.logEndOffset {
                    attempt { () throws(LogError) in
                        try snapshotProducers(at: watermarks.logEndOffset, in: &lane)
                    }
                }
                try lane.writer.seal()
            }
        }
        // Nothing else is waited for. That the files are cut to what they hold, and their indexes, may be undone by a
        // power cut: opening finds the same in a file that was never closed. So a log without news closes without the
        // device, and a thousand of them in a moment.
        if self.failure == nil, hasUnflushedRecords { attempt { () throws(LogError) in _ = try flush() } }
        state.withLock { $0.segments.removeAll() }
        if let failure { throw failure }
    }
}
