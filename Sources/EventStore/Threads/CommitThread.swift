internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The one thread of a data directory that makes appends durable: group commit.
///
/// It takes all logs with unsynced records, syncs each once, with helpers where they are many, lets go on who waited,
/// and reports the round. What is appended meanwhile forms the next round, so the sync itself is the batching and there
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
    /// Who waits at the gates of the store's logs.
    let waiting = WaiterCount()

    private final class Counts: Sendable {
        let statistics = Mutex(CommitStatistics())
    }

    init() { crew = SyncCrew { [counts] in Self.flush($0, counts) } }

    /// Starts the thread.
    ///
    /// - Parameter onRound: Called on the thread with the logs that were synced, at the end of a round and within
    ///   long ones; a log whose sync failed is among them and says so by ``PartitionLog/failure``.
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    func start(onRound: @escaping @Sendable ([StoredLog]) -> Void) throws(LogError) {
        let started = try OwnedThread(name: "millrace-commit") { [self] in run(onRound) }
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

    private func run(_ onRound: @Sendable ([StoredLog]) -> Void) {
        var pacing = RoundPacing()
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
            // A round over many logs takes long; who waits for the first need not wait for the last.
            for start in stride(from: 0, to: taken.count, by: SyncCrew.chunkSize) {
                let chunk = Array(taken[start..<min(start + SyncCrew.chunkSize, taken.count)])
                crew.run(chunk[...])
                expected = waiting.value + released
                released += release(chunk)
                onRound(chunk)
            }
            counts.statistics.withLock { $0.rounds += 1 }
            pacing.pause(
                expected: expected, released: released, roundTime: ContinuousClock.now - start, waiting: waiting)
        }
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

    private static func flush(_ stored: StoredLog, _ counts: Counts) {
        // Before the flush looks at the log end: an append after this line asks for another round.
        stored.isQueuedForFlush.store(false, ordering: .sequentiallyConsistent)
        stored.gate.beginRound()
        let before = stored.log.watermarks
        let bytes = stored.log.appendedBytes
        let start = ContinuousClock.now
        do throws(LogError) {
            let reached = try stored.log.flush()
            stored.flushMarkSlot.note(stored.log)
            guard reached > before.recoveryPoint else { return }
            let time = ContinuousClock.now - start
            let counted = stored.countedBytes.exchange(bytes, ordering: .relaxed)
            stored.snapshotIfDue(bytes)
            counts.statistics.withLock { statistics in
                statistics.syncs += 1
                statistics.records += Int(reached - before.recoveryPoint)
                statistics.bytes += max(0, bytes - counted)
                statistics.syncTimes.note(time)
            }
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
