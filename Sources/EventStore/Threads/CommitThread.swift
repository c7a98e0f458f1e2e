internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The one thread of a data directory that makes appends durable: group commit.
///
/// It takes all logs with unsynced records, syncs each once, and reports the round. What is appended meanwhile forms the next round, so the
/// sync itself is the batching and there is no linger timer.
final class CommitThread: Sendable {
    private struct Queue {
        var dirty: [StoredLog] = []
        var isStopping = false
    }

    /// How long a round goes on before it reports the logs it has synced: a few syncs' time.
    private static let longestSilence = Duration.milliseconds(1)

    private let queue = Signal(Queue())
    private let thread: Mutex<OwnedThread?> = Mutex(nil)
    private let rounds = Atomic<Int>(0)
    private let syncs = Atomic<Int>(0)
    private let records = Atomic<Int>(0)

    /// Starts the thread.
    ///
    /// - Parameter onRound: Called on the thread with the logs that were synced, at the end of a round and within long ones; a log whose sync
    ///   failed is among them and says so by ``PartitionLog/failure``.
    func start(onRound: @escaping @Sendable ([StoredLog]) -> Void) {
        thread.withLock { $0 = OwnedThread(name: "millrace-commit") { [self] in run(onRound) } }
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
        while true {
            let taken = queue.wait(timeout: nil) { queue, _ -> [StoredLog]? in
                guard !queue.dirty.isEmpty else { return queue.isStopping ? [] : nil }
                let taken = queue.dirty
                queue.dirty = []
                return taken
            }
            guard let taken, !taken.isEmpty else { return }
            var firstUntold = 0
            var lastTold = ContinuousClock.now
            for (index, log) in taken.enumerated() {
                flush(log)
                // A round over many logs takes long; who waits for the first need not wait for the last.
                guard index < taken.count - 1, ContinuousClock.now - lastTold > Self.longestSilence else { continue }
                onRound(Array(taken[firstUntold...index]))
                firstUntold = index + 1
                lastTold = .now
            }
            rounds.add(1, ordering: .relaxed)
            onRound(Array(taken[firstUntold...]))
        }
    }

    private func flush(_ stored: StoredLog) {
        // Before the flush looks at the log end: an append after this line asks for another round.
        stored.isQueuedForFlush.store(false, ordering: .sequentiallyConsistent)
        let before = stored.log.watermarks.recoveryPoint
        // The log itself remembers a failure and tells its observer; whoever waits finds it there.
        if let reached = try? stored.log.flush() { records.add(Int(reached - before), ordering: .relaxed) }
        syncs.add(1, ordering: .relaxed)
    }

    /// Finishes what was asked for and ends the thread.
    func stop() {
        queue.update { queue in
            queue.isStopping = true
            return true
        }
        thread.withLock { $0.take() }?.join()
    }

    var statistics: CommitStatistics {
        CommitStatistics(
            rounds: rounds.load(ordering: .relaxed), syncs: syncs.load(ordering: .relaxed), records: records.load(ordering: .relaxed))
    }
}

/// What group commit has done since the store was opened.
public struct CommitStatistics: Sendable, Hashable {
    /// Rounds of the commit thread.
    public var rounds: Int
    /// Logs synced, one `fdatasync` each as a rule.
    public var syncs: Int
    /// Records made durable.
    public var records: Int
}
