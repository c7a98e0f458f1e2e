import NIOPosix

/// A thread of its own for one connector or task, on which all of its asynchronous work runs.
///
/// Connectors are other people's code and may block: in a driver, a file, a lock. On this thread that holds up no one
/// else, as with Kafka Connect's thread per task. Actors that the work calls run on it too.
final class TaskThread: TaskExecutor {
    private let pool: NIOThreadPool

    init() {
        pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // A job must run even after the pool was shut down, or what awaits it would wait for ever.
        pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Lets the thread end once the jobs that it has are done.
    func shutdown() { pool.shutdownGracefully { _ in } }
}
