internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The thread of a data directory that compacts logs, one at a time.
///
/// Which one and when is ``CleanerSchedule``'s to say, how fast ``Pacer``'s.
final class Cleaner: Sendable {
    private struct Progress {
        var schedule: CleanerSchedule
        var statistics = CleanerStatistics()
    }

    /// What the thread waits for while it rests.
    private struct Orders {
        var isStopping = false
        /// Set to have it look at once.
        var isWanted = false
    }

    /// The shortest rest, however short the one that is asked for: looking costs the thread a pass over all logs.
    private static let shortestBackoff = Duration.milliseconds(10)

    private let options: Mutex<CleanerOptions>
    private let now: @Sendable () -> Timestamp
    private let progress: Mutex<Progress>
    private let pacer: Mutex<Pacer>
    private let orders = Signal(Orders())
    private let thread: Mutex<OwnedThread?> = Mutex(nil)

    init(_ options: CleanerOptions, now: @escaping @Sendable () -> Timestamp) {
        self.options = Mutex(options)
        self.now = now
        progress = Mutex(Progress(schedule: CleanerSchedule(backoff: max(options.backoff, Self.shortestBackoff))))
        pacer = Mutex(Pacer(bytesPerSecond: options.bytesPerSecond))
    }

    /// What the cleaner asks of its store.
    struct Store: Sendable {
        /// The open logs.
        var logs: @Sendable () -> [StoredLog]
        /// Called before segments of a log are replaced.
        var willReplace: @Sendable (StoredLog) throws(LogError) -> Void
        /// Called after each compaction, to write down how far the log is clean.
        var didCompact: @Sendable (StoredLog, CompactionReport) -> Void
        /// Called when a compaction, or the look at whether one is due, fails.
        var didFail: @Sendable (LogError) -> Void
    }

    /// Starts the thread.
    ///
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    func start(_ store: Store) throws(LogError) {
        guard options.withLock({ $0.isEnabled }) else { return }
        let thread = try OwnedThread(name: "millrace-cleaner") { [self] in run(store) }
        self.thread.withLock { $0 = thread }
    }

    /// Puts other options in force: the memory from the next compaction on, rate and rest at once. Whether anything is
    /// compacted at all stays as it was at the start.
    func apply(_ options: CleanerOptions) {
        self.options.withLock { present in
            let isEnabled = present.isEnabled
            present = options
            present.isEnabled = isEnabled
        }
        progress.withLock { $0.schedule.backoff = max(options.backoff, Self.shortestBackoff) }
        pacer.withLock { pacer in
            if pacer.bytesPerSecond != options.bytesPerSecond { pacer = Pacer(bytesPerSecond: options.bytesPerSecond) }
        }
        // A rest that is under way is as long as it was meant to be before.
        wake()
    }

    /// Has the thread look for work now instead of at the end of its rest.
    func wake() {
        orders.update { orders in
            orders.isWanted = true
            return true
        }
    }

    /// Ends the thread; a compaction under way is called off.
    func stop() {
        orders.update { orders in
            orders.isStopping = true
            return true
        }
        thread.withLock { $0.take() }?.join()
    }

    var statistics: CleanerStatistics {
        progress.withLock { progress in
            var statistics = progress.statistics
            statistics.uncleanable = progress.schedule.uncleanable
            return statistics
        }
    }

    private func run(_ store: Store) {
        while true {
            let pause = step(store)
            let isStopping = orders.wait(timeout: pause) { orders, isTimeUp -> Bool? in
                if orders.isStopping { return true }
                guard orders.isWanted || isTimeUp || pause == .zero else { return nil }
                orders.isWanted = false
                return false
            }
            if isStopping == true { return }
        }
    }

    /// Looks at all logs and compacts the one that needs it most; returns how long to rest.
    private func step(_ store: Store) -> Duration {
        let logs = store.logs()
        var candidates: [CleanerSchedule.Candidate] = []
        for stored in logs {
            do throws(LogError) {
                try stored.log.rollForCompaction(now: now())
                guard let need = try stored.log.compactionNeed(now: now()) else { continue }
                candidates.append(CleanerSchedule.Candidate(log: stored.identity, need: need))
            } catch {
                noteFailure(error, of: stored, store)
            }
        }
        let present = Set(logs.map(\.identity))
        let action = progress.withLock { progress in
            progress.statistics.largestDirtyRatio = candidates.map(\.need.dirtyRatio).max() ?? 0
            return progress.schedule.next(candidates, present: present, at: .now)
        }
        switch action {
        case .rest(let pause): return pause
        case .clean(let identity):
            if let stored = logs.first(where: { $0.identity == identity }) { clean(stored, store) }
            return .zero
        }
    }

    private func clean(_ stored: StoredLog, _ store: Store) {
        let options = options.withLock { $0 }
        let budget = CompactionBudget(
            mapBytes: options.dedupeBufferBytes, mapLoadFactor: options.dedupeLoadFactor,
            pace: { [self] bytes in mayGoOn(after: bytes) })
        do throws(LogError) {
            let report = try stored.log.compact(now: now(), budget: budget) { () throws(LogError) in
                try store.willReplace(stored)
            }
            guard let report else {
                progress.withLock { $0.schedule.noteNothingDone(stored.identity, at: .now) }
                return
            }
            progress.withLock { $0.statistics.note(report) }
            store.didCompact(stored, report)
        } catch {
            noteFailure(error, of: stored, store)
        }
    }

    private func noteFailure(_ error: LogError, of stored: StoredLog, _ store: Store) {
        // Closed or deleted in the meantime, which is nobody's fault.
        guard error.code != .closed else { return }
        progress.withLock { progress in
            progress.schedule.noteFailure(error, of: stored.identity, at: .now)
            progress.statistics.failures += 1
        }
        store.didFail(error)
    }

    /// Rests as long as the rate asks for; returns whether the compaction is to go on.
    private func mayGoOn(after bytes: Int) -> Bool {
        let rest = pacer.withLock { $0.rest(after: bytes, at: .now) }
        // Without a rest this is one look at a flag.
        return orders.wait(timeout: rest) { orders, _ in orders.isStopping ? true : rest == .zero ? false : nil }
            != true
    }
}

extension StoredLog {
    /// What the cleaner knows it by.
    var identity: CleanerSchedule.LogIdentity { CleanerSchedule.LogIdentity(partition: partition, topicID: topicID) }
}
