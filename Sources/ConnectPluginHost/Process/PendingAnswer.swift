import Synchronization

/// A value that comes later, once, and those who wait for it.
///
/// A wait that is cancelled ends; the value can be waited for again. Safe to use from any thread.
final class PendingAnswer<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
        var nextTicket = 0
    }

    private let state = Mutex(State())

    /// What came, if it has.
    var result: Result<Value, any Error>? { state.withLock { $0.result } }

    /// Gives the value or the error; only the first call counts.
    func complete(_ result: Result<Value, any Error>) {
        let waiters = state.withLock { state in
            guard state.result == nil else { return [CheckedContinuation<Value, any Error>]() }
            state.result = result
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    /// Waits for the value.
    ///
    /// - Throws: The error that came, or `CancellationError`.
    func value() async throws -> Value {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Value, any Error>? = state.withLock { state in
                    if let result = state.result { return result }
                    // A cancellation from here on finds the waiter; one before is seen now.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[ticket] = continuation
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// Waits until it has come, but no longer than `limit`, whether or not the caller is cancelled.
    ///
    /// - Returns: Whether it has come.
    func settles(within limit: Duration) async -> Bool {
        await Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await self.value() }
                group.addTask { try? await Task.sleep(for: limit) }
                await group.next()
                group.cancelAll()
            }
            return result != nil
        }.value
    }
}
