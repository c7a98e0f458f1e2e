import Synchronization

/// Waits for an operation, but not for ever.
enum Deadline {
    /// Runs an operation and returns what it does, unless the time is up before.
    ///
    /// The operation then goes on, cancelled, for as long as it cares to: it may be a connector's code that hangs, and
    /// no request may wait for that.
    ///
    /// - Throws: what the operation throws; what `orElse` makes when the time is up; `CancellationError` when the
    ///   caller is cancelled.
    static func run<Result: Sendable>(
        _ timeout: Duration, orElse timedOut: @escaping @Sendable () -> any Error,
        _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let first = FirstAnswer<Result>()
        let work = Task {
            do {
                first.answer(.success(try await operation()))
            } catch {
                first.answer(.failure(error))
            }
        }
        let timer = Task {
            try await Task.sleep(for: timeout)
            first.answer(.failure(timedOut()))
        }
        defer {
            timer.cancel()
            work.cancel()
        }
        return try await withTaskCancellationHandler {
            try await first.value()
        } onCancel: {
            first.answer(.failure(CancellationError()))
        }
    }
}

/// The first of several answers; the others are ignored.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private struct State {
        var answer: Result<Value, any Error>?
        var waiter: CheckedContinuation<Value, any Error>?
    }

    private let state = Mutex(State())

    func answer(_ answer: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            return state.waiter.take()
        }
        waiter?.resume(with: answer)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let answer = state.withLock { state -> Result<Value, any Error>? in
                if state.answer == nil { state.waiter = continuation }
                return state.answer
            }
            if let answer { continuation.resume(with: answer) }
        }
    }
}
