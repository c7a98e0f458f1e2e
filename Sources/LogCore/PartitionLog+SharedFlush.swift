package import RecordFormat
internal import Synchronization

/// What a flush has to reach that leaves the sync itself to another, all of one moment.
///
/// - SeeAlso: docs/decisions/0065-a-round-over-many-logs-syncs-their-file-system.md, and 0067
package struct SharedFlush: Sendable {
    fileprivate let segment: LogSegment
    fileprivate let target: LogOffset
    fileprivate let activeSize: Int
    fileprivate let lastBatch: RecentBatches.Last?
    /// How often the log had been truncated, or closed, by then.
    fileprivate let interruptions: Int
    /// How often names had changed by then that have to be synced.
    fileprivate let nameChanges: Int
    /// The bytes of the segment's log file that the flush has to reach; `nil` where that is not known, or where they are
    /// not all that it has to reach.
    package let unsynced: Range<Int>?

    /// The base offset of the segment.
    package var segmentBaseOffset: LogOffset { segment.baseOffset }

    /// Reads ``unsynced`` into memory of its size.
    ///
    /// - Throws: ``LogError`` with code `.io`, also where the file ends before them, or `.tooManyOpenFiles`, `.cancelled`.
    package func readUnsynced(into target: UnsafeMutableRawBufferPointer) throws(LogError) {
        guard let unsynced else { return }
        let file = try segment.file()
        guard unsafe try file.read(into: target, at: unsynced.lowerBound) == unsynced.count else {
            throw LogError(.io, "\(file.path) ends before the bytes that were appended to it")
        }
    }
}

extension PartitionLog {
    /// Begins a flush whose sync is one of the whole file system, which many logs have in common.
    ///
    /// Nothing is held until ``endSharedFlush(_:)``: appends, flushes and truncations go on.
    ///
    /// - Parameter file: A file in the file system that will be synced.
    /// - Returns: `nil` if the log needs more than that its active segment's bytes and its files' names become durable, or
    ///   nothing, or is busy: ``flush()`` does what is to be done then.
    package func beginSharedFlush(with file: LogFile) -> SharedFlush? {
        // A truncation that is under way counts already, and has not moved the end yet; it may take its time, and others wait.
        let begun = flushing.withLockIfAvailable { _ -> SharedFlush? in
            guard failure == nil else { return nil }
            let flush = state.withLock { state -> SharedFlush? in
                let start = state.watermarks.recoveryPoint
                guard let active = state.segments.last, active.baseOffset <= start,
                    start < state.watermarks.logEndOffset, state.sealed.isEmpty, state.unpromised.isEmpty
                else { return nil }
                let areBytesAll = !state.directoryNeedsSync && !state.nameNeedsSync
                let known = areBytesAll ? state.flushedSize : nil
                return SharedFlush(
                    segment: active, target: state.watermarks.logEndOffset, activeSize: state.activeSize,
                    lastBatch: state.recent.last, interruptions: interruptions.load(ordering: .acquiring),
                    nameChanges: state.nameChanges,
                    unsynced: known.flatMap { $0 < state.activeSize ? $0..<state.activeSize : nil })
            }
            guard let flush, flush.segment.isSynced(with: file) else { return nil }
            return flush
        }
        return begun ?? nil
    }

    /// Ends a flush, after a sync of the file system that began behind ``beginSharedFlush(with:)``.
    ///
    /// The sync may also be one of a copy of ``SharedFlush/unsynced`` elsewhere, as long as that copy is kept until a sync of
    /// the file.
    ///
    /// - Returns: How many records are on the device that no flush had reached before; `nil` if that cannot be said, as the
    ///   log was truncated meanwhile, or has failed or was closed: ``flush()`` tells.
    package func endSharedFlush(_ flush: SharedFlush) -> Int? {
        flushing.withLock { _ in
            // The sync has succeeded. Should one of the file itself have failed, the kernel need not say so again.
            guard failure == nil, interruptions.load(ordering: .acquiring) == flush.interruptions,
                !flush.segment.hasFailedToSync
            else { return nil }
            // Another flush may have been faster.
            let start = watermarks.recoveryPoint
            guard start < flush.target else { return 0 }
            let mark = Self.mark(at: flush.target, in: flush.segment, flush.activeSize, flush.lastBatch)
            state.withLock { state in
                state.watermarks.update(recoveryPoint: flush.target)
                state.flushMark = mark
                state.flushedSize = flush.activeSize
                // Those that came meanwhile are the next flush's.
                if state.nameChanges == flush.nameChanges {
                    (state.directoryNeedsSync, state.nameNeedsSync) = (false, false)
                }
            }
            return Int(flush.target - start)
        }
    }

    /// Makes durable by syncs of its own files what shared flushes have left to other syncs.
    ///
    /// - Throws: ``LogError`` as ``flush()``, after which the log is read-only.
    /// - Complexity: one `fdatasync` for each file with such bytes, none without.
    package func syncShared() throws(LogError) {
        do throws(LogError) {
            try flushing.withLock { _ throws(LogError) in
                try checkFailure()
                for segment in sharedSegments { try segment.syncStores() }
            }
        } catch {
            let fault = error.requiresReopen ? error : LogError(.io, error.message, cause: error.cause)
            fail(fault)
            throw fault
        }
    }

    /// Whether a sync of the log's own files has failed, so that the word of another counts for nothing.
    package var isInDoubt: Bool { failure != nil || sharedSegments.contains { $0.hasFailedToSync } }

    /// The segments whose bytes a shared flush may have left to another sync; those before them had one of their own.
    private var sharedSegments: [LogSegment] {
        state.withLock { $0.sealed + $0.segments.suffix(1) }
    }
}
