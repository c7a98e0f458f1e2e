import Synchronization

/// A value that changes, and those who wait until it is as they want it.
///
/// Waits end in the order of nothing in particular; what they asked is evaluated under the lock, so it has to be
/// quick. Safe to use from any task.
final class Observed<Value: Sendable>: Sendable {
    private struct Waiter {
        var isWanted: @Sendable (Value) -> Bool
        var continuation: CheckedContinuation<Value, any Error>
    }

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    /// The value as it is now.
    var value: Value { state.withLock { $0.value } }

    /// Changes the value and lets go of those who waited for that.
    func update<Result>(_ change: (inout Value) throws -> sending Result) rethrows -> sending Result {
        var done: [CheckedContinuation<Value, any Error>] = []
        var changed: Value?
        let result = try state.withLock { state in
            let result = try change(&state.value)
            let value = state.value
            for (id, waiter) in state.waiters where waiter.isWanted(value) {
                state.waiters[id] = nil
                done.append(waiter.continuation)
            }
            changed = value
            return result
        }
        if let changed { for continuation in done { continuation.resume(returning: changed) } }
        return result
    }

    /// Waits until the value is as wanted; returns at once if it is.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func wait(until isWanted: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Value, any Error>? = state.withLock { state in
                    if isWanted(state.value) { return .success(state.value) }
                    // A task that was cancelled before this has called the handler below in vain.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = Waiter(isWanted: isWanted, continuation: continuation)
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
