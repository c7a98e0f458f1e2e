import Dispatch
import Synchronization

/// Runs a task's jobs when a test says so, to have things happen in between.
final class HeldExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isOpen = false
    }

    private let state = Mutex(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isOpen = state.withLock { state in
            if !state.isOpen { state.jobs.append(job) }
            return state.isOpen
        }
        if isOpen { DispatchQueue.global().async { self.run(job) } }
    }

    /// Runs the jobs that there are, and those that come of them, until all wait for something else.
    func run() async throws {
        while true {
            let jobs = state.withLock { state in
                defer { state.jobs = [] }
                return state.jobs
            }
            if jobs.isEmpty { return }
            try await onOwnThread { for job in jobs { self.run(job) } }
        }
    }

    /// Runs them, and from now on every job at once.
    func open() async throws {
        state.withLock { $0.isOpen = true }
        try await run()
    }

    private func run(_ job: UnownedJob) { job.runSynchronously(on: asUnownedTaskExecutor()) }
}
