internal import LogCore
internal import Synchronization

/// The thread that writes checkpoints, deletes what has expired and looks for records that stay unsynced too long, each
/// at its interval.
final class MaintenanceThread: Sendable {
    /// How late a flush may be past `flush.ms`.
    private static let flushCheckInterval = Duration.seconds(1)

    private struct Job {
        let interval: Duration
        let body: @Sendable () -> Void
        var next: ContinuousClock.Instant
    }

    private let isStopping = Signal(false)
    private let thread: Mutex<OwnedThread?> = Mutex(nil)

    /// Starts the thread.
    ///
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    func start(
        checkpoints: Duration, retention: Duration, onCheckpoint: @escaping @Sendable () -> Void,
        onRetention: @escaping @Sendable () -> Void, onFlushCheck: @escaping @Sendable () -> Void
    ) throws(LogError) {
        let now = ContinuousClock.now
        let jobs = [(checkpoints, onCheckpoint), (retention, onRetention), (Self.flushCheckInterval, onFlushCheck)]
            .map { Job(interval: $0, body: $1, next: now + $0) }
        let thread = try OwnedThread(name: "millrace-upkeep") { [isStopping, jobs] in
            var jobs = jobs
            while true {
                let pause = max(.zero, jobs.map(\.next).min()! - ContinuousClock.now)
                if isStopping.wait(timeout: pause, until: { stopping, _ in stopping ? true : nil }) == true { return }
                for index in jobs.indices where ContinuousClock.now >= jobs[index].next {
                    jobs[index].body()
                    // From the end of the job: one that takes longer than its interval must not keep the thread to
                    // itself.
                    jobs[index].next = ContinuousClock.now + jobs[index].interval
                }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends the thread after what it is doing now.
    func stop() {
        isStopping.update { stopping in
            stopping = true
            return true
        }
        thread.withLock { $0.take() }?.join()
    }
}
