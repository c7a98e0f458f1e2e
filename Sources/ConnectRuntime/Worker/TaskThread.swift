import DequeModule
import Synchronization

/// Runs all asynchronous work of one connector or task, one piece at a time, on a thread that nobody else has meanwhile.
///
/// Connectors are other people's code and may block: in a driver, a file, a lock. That holds up no one else, as with
/// Kafka Connect's thread per task. Actors that the work calls run here too. Work that sleeps or awaits something has no
/// thread until it goes on.
final class TaskThread: TaskExecutor {
    private struct State {
        var jobs: Deque<UnownedJob> = []
        /// Whether a thread is on its way through the jobs, or about to be.
        var isRunning = false
        /// For how many more runs it counts as slow.
        var slowRuns = 0
    }

    /// For how many runs it counts as slow after one that was: work that blocks now and then gets its thread at once.
    private static let slowRunCount = 4

    private let reserve: ThreadReserve
    private let state = Mutex(State())

    /// Creates one that has nothing to run.
    ///
    /// - Parameter reserve: Where it has a thread from when it needs one.
    init(_ reserve: ThreadReserve = ThreadReserve()) { self.reserve = reserve }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (isFirst, isSlow) = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return (!state.isRunning, state.slowRuns > 0)
        }
        if isFirst { reserve.run(isSlow: isSlow) { [self] in runJobs() } }
    }

    private func runJobs() {
        let start = ContinuousClock.now
        while let job = nextJob(ofRunSince: start) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func nextJob(ofRunSince start: ContinuousClock.Instant) -> UnownedJob? {
        state.withLock { state in
            if let job = state.jobs.popFirst() { return job }
            state.isRunning = false
            let isSlow = start.duration(to: .now) >= ThreadReserve.patience
            state.slowRuns = isSlow ? Self.slowRunCount : max(0, state.slowRuns - 1)
            return nil
        }
    }

    /// Runs an operation here in a task of its own, and waits for it.
    ///
    /// A task keeps the memory of its deepest calls until it ends: some 10 KB for one that starts a connector. What lives
    /// on for months has its start, and whatever else goes deep and comes seldom, done by this.
    func run<Success: Sendable, Failure: Error>(
        _ operation: @escaping @Sendable () async throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let task = Task<Result<Success, Failure>, Never>(executorPreference: self) {
            do throws(Failure) {
                return .success(try await operation())
            } catch {
                return .failure(error)
            }
        }
        return try await task.value.get()
    }
}
