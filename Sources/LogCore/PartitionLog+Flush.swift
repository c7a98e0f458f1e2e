public import RecordFormat
internal import Synchronization

extension PartitionLog {
    /// Whether records were appended that no flush has reached.
    public var hasUnflushedRecords: Bool { state.withLock { $0.watermarks.recoveryPoint < $0.watermarks.logEndOffset } }

    /// Whether records that no flush has reached lie in a segment that is complete.
    public var hasUnflushedSealedSegment: Bool {
        state.withLock { ($0.segments.last?.baseOffset ?? .zero) > $0.watermarks.recoveryPoint }
    }

    /// Makes everything appended so far durable.
    ///
    /// Appends go on meanwhile; what they add is the next flush's. The order matters for a crash in between: data
    /// first, then the names of new files, and only then does the recovery point move. The first flush of a log that was
    /// recovered writes again what opening it left to be done.
    ///
    /// - Returns: The offset below which everything is on the device.
    /// - Throws: ``LogError`` with code `.io` if a sync fails: the log is read-only from then on and the sync is not
    ///   tried again, because the kernel may have dropped the pages that it could not write. `.readOnly` after an
    ///   earlier failure. `.tooManyOpenFiles` if a file cannot be opened for its sync; the next flush makes up for it.
    /// - Complexity: one `fdatasync` for each segment with new records, as a rule one.
    @discardableResult
    public func flush() throws(LogError) -> LogOffset {
        do throws(LogError) {
            return try flushing.withLock { _ throws(LogError) in try flushAll() }
        } catch {
            // No sync failed: a file could not be opened for one, which can be made up for.
            guard error.code != .tooManyOpenFiles else { throw error }
            // Whatever else it was that failed: what was to be durable is in doubt, and trying again would not tell.
            let fault = error.requiresReopen ? error : LogError(.io, error.message, cause: error.cause)
            fail(fault)
            throw fault
        }
    }

    /// What a flush has to make durable, all of one moment.
    private struct FlushScope {
        /// Segments that may hold records above the recovery point; the last is active.
        var dirty: ArraySlice<LogSegment>
        var sealed: [LogSegment]
        var range: Range<LogOffset>
        var activeSize: Int
        var lastBatch: RecentBatches.Last?
        var needsDirectorySync: Bool
        var needsNameSync: Bool

        var isEmpty: Bool { range.isEmpty && !needsDirectorySync && !needsNameSync }
    }

    /// What there is to flush; names that come from here on are the next flush's.
    private func takeScope() -> FlushScope {
        state.withLock { state in
            let start = state.watermarks.recoveryPoint
            // Closed, with everything flushed that could be.
            guard !state.segments.isEmpty else {
                return FlushScope(
                    dirty: [], sealed: [], range: start..<start, activeSize: 0, needsDirectorySync: false,
                    needsNameSync: false)
            }
            defer { (state.directoryNeedsSync, state.nameNeedsSync) = (false, false) }
            let first = state.segments.lastIndex { $0.baseOffset <= start } ?? 0
            return FlushScope(
                dirty: state.segments[first...], sealed: state.sealed, range: start..<state.watermarks.logEndOffset,
                activeSize: state.activeSize, lastBatch: state.recent.last,
                needsDirectorySync: state.directoryNeedsSync, needsNameSync: state.nameNeedsSync)
        }
    }

    private func flushAll() throws(LogError) -> LogOffset {
        try checkFailure()
        let scope = takeScope()
        let target = scope.range.upperBound
        guard !scope.isEmpty else { return target }
        do throws(LogError) { try sync(scope) } catch {
            // Should a sync fail, there is no other; where nothing was tried, there is.
            if error.code == .tooManyOpenFiles {
                state.withLock { state in
                    state.directoryNeedsSync = state.directoryNeedsSync || scope.needsDirectorySync
                    state.nameNeedsSync = state.nameNeedsSync || scope.needsNameSync
                }
            }
            throw error
        }
        let mark = scope.dirty.last.flatMap { Self.mark(at: target, in: $0, scope.activeSize, scope.lastBatch) }
        state.withLock { state in
            // A truncation waits for the flush, so that the end has not moved back.
            if target > state.watermarks.recoveryPoint { state.watermarks.update(recoveryPoint: target) }
            state.sealed.removeAll { segment in scope.sealed.contains { $0 === segment } }
            state.unpromised.removeAll()
            state.flushMark = mark
            // A segment that was sealed meanwhile has the next flush say it anew.
            state.flushedSize = scope.activeSize
        }
        return target
    }

    /// The mark of a flush; one that cannot be made costs the next start time, and nothing else.
    static func mark(
        at target: LogOffset, in active: LogSegment, _ size: Int, _ lastBatch: RecentBatches.Last?
    ) -> FlushMark? { try? FlushMark.made(at: target, in: active, size: size, recent: lastBatch) }

    private func sync(_ scope: FlushScope) throws(LogError) {
        try rewriteUnpromised()
        for segment in scope.dirty { try segment.sync() }
        for segment in scope.sealed {
            // Its last bytes may be on the device by way of a journal alone, and below the recovery point so.
            try segment.syncStores()
            // Never written again; the active one's are rebuilt from the log if need be.
            try segment.syncIndexes()
        }
        if scope.needsDirectorySync { try files.sync() }
        if scope.needsNameSync { try files.syncParent() }
    }

    /// Writes again, and syncs, the bytes that opening the log left for the first flush.
    private func rewriteUnpromised() throws(LogError) {
        // Not under the state's lock: a truncation, which gives such bytes to others, waits for the flush.
        for bytes in state.withLock({ $0.unpromised }) {
            do throws(LogError) {
                let file = try bytes.segment.file()
                try file.rewrite(bytes.range)
                // Not left to its segment, which passes over a file that was given back.
                try file.sync()
            } catch {
                // Deleted meanwhile, it owes nothing any more.
                guard error.code == .cancelled else { throw error }
            }
        }
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
    public func close() throws(LogError) { try close(syncingFiles: false) }

    /// As ``close()``.
    ///
    /// - Parameter syncingFiles: Whether what shared flushes have left to other syncs has to be synced here, as those may
    ///   not come, or count, any more.
    package func close(syncingFiles: Bool) throws(LogError) {
        interruptions.add(1, ordering: .acquiringAndReleasing)
        // A compaction ends at its next batch; its files must not turn up in a directory that someone opens anew.
        try compacting.withLock { _ throws(LogError) in try closeAlone(syncingFiles: syncingFiles) }
    }

    private func closeAlone(syncingFiles: Bool) throws(LogError) {
        var failure: LogError?
        func attempt(_ step: () throws(LogError) -> Void) {
            do throws(LogError) { try step() } catch { failure = failure ?? error }
        }
        attempt { () throws(LogError) in
            try lane.withLock { lane throws(LogError) in
                guard !lane.isClosed else { return }
                lane.isClosed = true
                guard self.failure == nil else { return }
                // A snapshot that finds no room costs the next start time, and nothing else.
                if lane.snapshotOffset < watermarks.logEndOffset {
                    attempt { () throws(LogError) in
                        try snapshotProducers(at: watermarks.logEndOffset, in: &lane)
                    }
                }
                // As for the closing entry of an index: opening finds the same in files that were never closed.
                do throws(LogError) { try lane.writer.seal() } catch {
                    guard error.isRetriable else { throw error }
                }
            }
        }
        // Nothing else is waited for. That the active files are cut to what they hold may be undone by a power cut: opening
        // finds the same in a file that was never closed. So a log without news closes without the device, and a
        // thousand of them in a moment. The indexes of a segment that was sealed are believed from the next start on.
        let hasNews = hasUnflushedRecords || state.withLock { !$0.sealed.isEmpty }
        if self.failure == nil, hasNews { attempt { () throws(LogError) in _ = try flush() } }
        if self.failure == nil, syncingFiles { attempt { () throws(LogError) in try syncShared() } }
        let closed = state.withLock { state in
            defer { (state.segments, state.tail) = ([], nil) }
            return state.segments
        }
        // The names may be another log's from here on: nothing is opened by them any more.
        for segment in closed { segment.close() }
        files.close()
        if let failure { throw failure }
    }
}
