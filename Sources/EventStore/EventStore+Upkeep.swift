internal import LogCore
internal import RecordFormat
internal import Synchronization

/// What the maintenance thread does, each at its interval.
extension EventStore {
    /// Writes producer snapshots and checkpoints.
    ///
    /// A log that fails takes no other with it: its own recovery point stays where it is, the others' move on.
    func runCheckpoint() {
        for stored in openLogs where stored.log.failure == nil {
            do throws(LogError) { try stored.log.snapshotProducers() } catch {
                observer.storeDidFailInBackground(error)
            }
        }
        do throws(LogError) {
            try checkpoints.write { state.withLock { $0.logs } }
        } catch {
            observer.storeDidFailInBackground(error)
        }
    }

    /// Runs retention now instead of at its next turn.
    public func runRetentionNow() {
        let now = options.now()
        for stored in openLogs {
            do throws(LogError) {
                stored.log.expireProducers(now: now)
                try stored.log.deleteOldSegments(now: now)
            } catch {
                observer.storeDidFailInBackground(error)
            }
        }
    }

    func requestOverdueFlushes() {
        let now = options.now()
        for stored in openLogs {
            if stored.takeOverdue(at: now) { requestFlush(of: stored) }
            stored.log.unmapIdleTail()
        }
    }
}
