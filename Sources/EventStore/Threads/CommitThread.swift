internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The one thread of a data directory that makes appends durable: group commit.
///
/// It takes all logs with unsynced records, syncs each once, or where they are many their journal or their file system, lets
/// go on who waited, and reports the round. What is appended meanwhile forms the next round, so the sync itself is the batching and there
/// is no linger timer; only those whom a round has let go are given the moment that they need to come back.
final class CommitThread: Sendable {
    private struct Queue {
        var dirty: [StoredLog] = []
        var isStopping = false
    }

    private let queue = Signal(Queue())
    private let thread: Mutex<OwnedThread?> = Mutex(nil)
    private let counts = Counts()
    private let crew: SyncCrew
    /// The lock on the data directory, whose file stands for the file system.
    private let lock: DirectoryLock
    private let journal: CommitJournal
    /// Who waits at the gates of the store's logs.
    let waiting = WaiterCount()

    private final class Counts: Sendable {
        let statistics = Mutex(CommitStatistics())
    }

    /// Creates the thread of the data directory that `lock` is held on.
    init(_ lock: DirectoryLock, _ journal: CommitJournal) {
        self.lock = lock
        self.journal = journal
        crew = SyncCrew { [counts] in Self.flush($0, counts) }
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - onRound: Called on the thread with the logs that were synced, at the end of a round and within
    ///     long ones; a log whose sync failed is among them and says so by ``PartitionLog/failure``.
    ///   - onFailure: Told when the file system as a whole cannot be synced any more, which the logs by themselves may be.
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    func start(
        onRound: @escaping @Sendable ([StoredLog]) -> Void, onFailure: @escaping @Sendable (LogError) -> Void
    ) throws(LogError) {
        let started = try OwnedThread(name: "millrace-commit") { [self] in run(onRound, onFailure) }
        thread.withLock { $0 = started }
    }

    /// Asks for everything appended to `log` so far to be made durable.
    ///
    /// - Complexity: O(1); wakes the thread if it was idle.
    func request(_ log: StoredLog) {
        // A log that is already in line needs no second place: the flush reads the log end when it begins.
        guard !log.isQueuedForFlush.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.update { queue in
            queue.dirty.append(log)
            return queue.dirty.count == 1
        }
    }

    private func run(_ onRound: @Sendable ([StoredLog]) -> Void, _ onFailure: @Sendable (LogError) -> Void) {
        var pacing = RoundPacing()
        var choice = SyncChoice()
        while true {
            let taken = queue.wait(timeout: nil) { queue, _ -> [StoredLog]? in
                guard !queue.dirty.isEmpty else { return queue.isStopping ? [] : nil }
                let taken = queue.dirty
                queue.dirty = []
                return taken
            }
            guard let taken, !taken.isEmpty else { return }
            let start = ContinuousClock.now
            var released = 0
            var expected = 0
            func tell(_ logs: [StoredLog]) {
                expected = waiting.value + released
                released += release(logs)
                onRound(logs)
            }
            var left = taken
            var hasBegun = false
            /// Has `sync` take care of all that are left, as far as it can.
            func share(_ sync: ([StoredLog]) -> (synced: [StoredLog], left: [StoredLog])) {
                // Once for each place in line: a log that is asked for meanwhile has another.
                if !hasBegun { for stored in left { stored.beginFlush() } }
                hasBegun = true
                let synced: [StoredLog]
                (synced, left) = sync(left)
                if !synced.isEmpty { tell(synced) }
                for stored in synced { stored.snapshotIfDue() }
            }
            if journal.takesRounds, left.count >= SyncChoice.leastLogs {
                share { writeJournal(for: $0, onFailure) }
            }
            if choice.sharesSync(of: left.count) { share { syncFileSystem(for: $0, &choice, onFailure) } }
            // A round over many logs takes long; who waits for the first need not wait for the last.
            for first in stride(from: 0, to: left.count, by: SyncCrew.chunkSize) {
                let chunk = Array(left[first..<min(first + SyncCrew.chunkSize, left.count)])
                if !hasBegun { for stored in chunk { stored.beginFlush() } }
                syncOneByOne(chunk, &choice)
                tell(chunk)
            }
            counts.statistics.withLock { $0.rounds += 1 }
            pacing.pause(
                expected: expected, released: released, roundTime: ContinuousClock.now - start, waiting: waiting)
        }
    }

    private func syncOneByOne(_ logs: [StoredLog], _ choice: inout SyncChoice) {
        let before = statistics.syncs
        let time = ContinuousClock().measure { crew.run(logs[...]) }
        // Those without news took no time, and say nothing of those with some.
        let count = statistics.syncs - before
        if count > 0 { choice.noteOwnSyncs(of: count, took: time) }
    }

    /// Writes what is new in those logs that need no more than that to the journal, and syncs that.
    ///
    /// - Returns: The logs whose records are on the device, and those that are left; the flush of each has begun.
    private func writeJournal(
        for logs: [StoredLog], _ onFailure: (LogError) -> Void
    ) -> (synced: [StoredLog], left: [StoredLog]) {
        // Held no longer than this: the lock on the directory ends with the file.
        guard let file = lock.lockedFile else { return ([], logs) }
        let start = ContinuousClock.now
        do throws(LogError) {
            let (flushed, left) = try journal.commit(logs, with: file)
            guard !flushed.isEmpty else { return ([], left) }
            let time = ContinuousClock.now - start
            counts.statistics.withLock { $0.journalSyncs += 1 }
            for flush in flushed {
                Self.noteFlush(of: flush.log, recordCount: flush.recordCount, bytes: flush.bytes, time, counts)
            }
            return (flushed.map(\.log), left)
        } catch {
            onFailure(error)
            return ([], logs)
        }
    }

    /// Syncs the file system in place of those logs that need no more than that.
    ///
    /// Where it fails, each log is left to its own sync, which tells whose bytes are in doubt.
    ///
    /// - Returns: The logs that are synced, and those that are left; the flush of each has begun.
    private func syncFileSystem(
        for logs: [StoredLog], _ choice: inout SyncChoice, _ onFailure: (LogError) -> Void
    ) -> (synced: [StoredLog], left: [StoredLog]) {
        // Held no longer than this: the lock on the directory ends with the file.
        guard let file = lock.lockedFile else { return ([], logs) }
        var begun: [(log: StoredLog, flush: SharedFlush, bytes: Int)] = []
        var left: [StoredLog] = []
        for stored in logs {
            let bytes = stored.log.appendedBytes
            if let flush = stored.log.beginSharedFlush(with: file) {
                begun.append((stored, flush, bytes))
            } else {
                left.append(stored)
            }
        }
        guard begun.count >= SyncChoice.leastLogs else { return ([], logs) }
        journal.noteCandidate()
        let start = ContinuousClock.now
        do throws(LogError) {
            guard try file.syncFileSystem() else {
                choice.refuse()
                return ([], logs)
            }
        } catch {
            // Told once for all files, so that a second that succeeds says nothing.
            choice.refuse()
            onFailure(error)
            return ([], logs)
        }
        let time = ContinuousClock.now - start
        choice.noteSharedSync(of: begun.count, took: time)
        counts.statistics.withLock { $0.sharedSyncs += 1 }
        var synced: [StoredLog] = []
        for (stored, flush, bytes) in begun {
            if let recordCount = stored.log.endSharedFlush(flush) {
                Self.noteFlush(of: stored, recordCount: recordCount, bytes: bytes, time, counts)
                synced.append(stored)
            } else {
                left.append(stored)
            }
        }
        return (synced, left)
    }

    /// Lets go on who waited for these logs, all in one batch.
    ///
    /// - Returns: How many they are.
    private func release(_ logs: [StoredLog]) -> Int {
        var batch = WakeBatch()
        for stored in logs { stored.didFlush(into: &batch) }
        let waiters = batch.appenderCount
        // Before they wake: who asks for the statistics behind an append finds it counted.
        if waiters > 0 { counts.statistics.withLock { $0.waiters += waiters } }
        batch.wake()
        return waiters
    }

    /// Flushes a log by itself; its flush has begun.
    private static func flush(_ stored: StoredLog, _ counts: Counts) {
        let before = stored.log.watermarks
        let bytes = stored.log.appendedBytes
        let start = ContinuousClock.now
        do throws(LogError) {
            let reached = try stored.log.flush()
            let time = ContinuousClock.now - start
            noteFlush(of: stored, recordCount: Int(reached - before.recoveryPoint), bytes: bytes, time, counts)
            stored.snapshotIfDue()
        } catch {
            // The log itself has told its observer; whoever waits hears of it when the round ends.
            if error.isRetriable {
                stored.noteRefusedFlush()
                stored.gate.refuse(error)
            } else {
                stored.gate.fail(error)
            }
            counts.statistics.withLock { $0.failures += 1 }
        }
    }

    /// Writes down how far a flush came, and counts it.
    ///
    /// - Parameter bytes: What had been appended to the log when the flush began.
    private static func noteFlush(
        of stored: StoredLog, recordCount: Int, bytes: Int, _ time: Duration, _ counts: Counts
    ) {
        stored.flushMarkSlot.note(stored.log)
        guard recordCount > 0 else { return }
        let counted = stored.countedBytes.exchange(bytes, ordering: .relaxed)
        counts.statistics.withLock { statistics in
            statistics.syncs += 1
            statistics.records += recordCount
            statistics.bytes += max(0, bytes - counted)
            statistics.syncTimes.note(time)
        }
    }

    /// Finishes what was asked for and ends the thread.
    func stop() {
        queue.update { queue in
            queue.isStopping = true
            return true
        }
        thread.withLock { $0.take() }?.join()
        crew.stop()
    }

    var statistics: CommitStatistics { counts.statistics.withLock { $0 } }
}
