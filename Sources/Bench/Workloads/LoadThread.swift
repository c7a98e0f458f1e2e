import CShims
import Dispatch

/// A thread for tasks that sleep by the system's own timers: what they do is on time to some ten microseconds, where
/// `Task.sleep` is up to a few hundred late, which would count as latency of what is measured.
///
/// Tasks run here by `executorPreference`; as long as one of them sleeps the others wait.
final class LoadThread: TaskExecutor {
    private let queue = DispatchQueue(label: "millrace-bench load")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Blocks the thread for some nanoseconds.
    ///
    /// - Precondition: called by a task of a load thread.
    static func sleep(nanoseconds: Int64) { millrace_sleep(nanoseconds) }
}
