internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The one thread of a data directory that makes appends durable: group commit.
///
/// It takes all logs with unsynced records, syncs each once, with helpers where they are many, and reports the round.
/// What is appended meanwhile forms the next round, so the sync itself is the batching and there is no linger timer.
final class CommitThread: Sendable {
    private struct Queue {
        var dirty: [StoredLog] = []
        var isStopping = false
    }

    private let queue = Signal(Queue())
    private let thread: Mutex<OwnedThread?> = Mutex(nil)
    private let counts = Counts()
    private let crew: SyncCrew

    private final class Counts: Sendable {
        let rounds = Atomic<Int>(0)
        let syncs = Atomic<Int>(0)
        let records = Atomic<Int>(0)
    }

    init() { crew = SyncCrew { [counts] in Self.flush($0, counts) } }

    /// Starts the thread.
    ///
    /// - Parameter onRound: Called on the thread with the logs that were synced, at the end of a round and within
    ///   long ones; a log whose sync failed is among them and says so by ``PartitionLog/failure``.
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
            // A round over many logs takes long; who waits for the first need not wait for the last.
            for start in stride(from: 0, to: taken.count, by: SyncCrew.chunkSize) {
                let chunk = taken[start..<min(start + SyncCrew.chunkSize, taken.count)]
                crew.run(chunk)
                onRound(Array(chunk))
            }
            counts.rounds.add(1, ordering: .relaxed)
        }
    }

    private static func flush(_ stored: StoredLog, _ counts: Counts) {
        // Before the flush looks at the log end: an append after this line asks for another round.
        stored.isQueuedForFlush.store(false, ordering: .sequentiallyConsistent)
        let before = stored.log.watermarks.recoveryPoint
        // The log itself remembers a failure and tells its observer; whoever waits finds it there.
        if let reached = try? stored.log.flush() { counts.records.add(Int(reached - before), ordering: .relaxed) }
        counts.syncs.add(1, ordering: .relaxed)
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

    var statistics: CommitStatistics {
        CommitStatistics(
            rounds: counts.rounds.load(ordering: .relaxed), syncs: counts.syncs.load(ordering: .relaxed),
            records: counts.records.load(ordering: .relaxed))
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
