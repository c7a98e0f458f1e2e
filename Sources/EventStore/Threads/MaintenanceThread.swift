internal import Synchronization

/// The thread that writes checkpoints and deletes what has expired, each at its interval.
final class MaintenanceThread: Sendable {
    private let isStopping = Signal(false)
    private let thread: Mutex<OwnedThread?> = Mutex(nil)

    func start(
        checkpoints: Duration, retention: Duration, onCheckpoint: @escaping @Sendable () -> Void,
        onRetention: @escaping @Sendable () -> Void
    ) {
        let thread = OwnedThread(name: "millrace-upkeep") { [isStopping] in
            let clock = ContinuousClock()
            var nextCheckpoint = clock.now + checkpoints
            var nextRetention = clock.now + retention
            while true {
                let pause = max(.zero, min(nextCheckpoint, nextRetention) - clock.now)
                if isStopping.wait(timeout: pause, until: { stopping, _ in stopping ? true : nil }) == true { return }
                if clock.now >= nextCheckpoint {
                    onCheckpoint()
                    nextCheckpoint = clock.now + checkpoints
                }
                if clock.now >= nextRetention {
                    onRetention()
                    nextRetention = clock.now + retention
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
