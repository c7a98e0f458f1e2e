import Synchronization

/// Something that ends once, and those who wait for it.
final class Completion: Sendable {
    private struct State {
        var isDone = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Whether it has ended.
    var isDone: Bool { state.withLock { $0.isDone } }

    /// Ends it; later calls do nothing.
    func complete() {
        let waiters = state.withLock { state in
            state.isDone = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Starts an operation and waits for its end, but no longer than `limit`; the operation itself goes on.
    static func await(atMost limit: Duration, _ operation: @escaping @Sendable () async -> Void) async {
        let completion = Completion()
        Task {
            await operation()
            completion.complete()
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            completion.complete()
        }
        await completion.wait()
        timer.cancel()
    }

    /// Waits for the end, whether or not the task is cancelled.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if !state.isDone { state.waiters.append(continuation) }
                return state.isDone
            }
            if isDone { continuation.resume() }
        }
    }
}
