internal import RecordFormat
internal import Synchronization

/// What a flush has to reach that leaves the sync itself to another, all of one moment.
///
/// - SeeAlso: docs/decisions/0065-a-round-over-many-logs-syncs-their-file-system.md
package struct SharedFlush: Sendable {
    fileprivate let segment: LogSegment
    fileprivate let target: LogOffset
    fileprivate let activeSize: Int
    fileprivate let lastBatch: RecentBatches.Last?
    /// How often the log had been truncated, or closed, by then.
    fileprivate let interruptions: Int
}

extension PartitionLog {
    /// Begins a flush whose sync is one of the whole file system, which many logs have in common.
    ///
    /// Nothing is held until ``endSharedFlush(_:)``: appends, flushes and truncations go on.
    ///
    /// - Parameter file: A file in the file system that will be synced.
    /// - Returns: `nil` if the log needs more than that its active segment's bytes become durable, or nothing, or is busy:
    ///   ``flush()`` does what is to be done then.
    package func beginSharedFlush(with file: LogFile) -> SharedFlush? {
        // A truncation that is under way counts already, and has not moved the end yet; it may take its time, and others wait.
        let begun = flushing.withLockIfAvailable { _ -> SharedFlush? in
            guard failure == nil else { return nil }
            let flush = state.withLock { state -> SharedFlush? in
                let start = state.watermarks.recoveryPoint
                guard let active = state.segments.last, active.baseOffset <= start,
                    start < state.watermarks.logEndOffset, state.sealed.isEmpty, state.unpromised.isEmpty,
                    !state.directoryNeedsSync, !state.nameNeedsSync
                else { return nil }
                return SharedFlush(
                    segment: active, target: state.watermarks.logEndOffset, activeSize: state.activeSize,
                    lastBatch: state.recent.last, interruptions: interruptions.load(ordering: .acquiring))
            }
            guard let flush, flush.segment.isSynced(with: file) else { return nil }
            return flush
        }
        return begun ?? nil
    }

    /// Ends a flush, after a sync of the file system that began behind ``beginSharedFlush(with:)``.
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
            }
            return Int(flush.target - start)
        }
    }
}
