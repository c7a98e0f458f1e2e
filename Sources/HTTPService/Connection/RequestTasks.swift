import Synchronization

/// The tasks of one connection, so that a service that ends can wait for them. Safe to use from any thread.
final class RequestTasks: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Starts a task.
    ///
    /// - Parameter executor: Where it runs; Swift's own threads when there is none.
    func run(on executor: LoopTaskExecutor?, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { $0.count += 1 }
        return Task(executorPreference: executor) { [self] in
            await body()
            ended()
        }
    }

    /// Waits until none runs; for one caller.
    func finished() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.count > 0 { state.waiter = continuation }
                return state.count == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    private func ended() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.count -= 1
            guard state.count == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
