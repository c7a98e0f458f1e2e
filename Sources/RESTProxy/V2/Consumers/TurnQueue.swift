import DequeModule
import Synchronization

/// Lets one task at a time go on, in the order in which they came.
///
/// Safe to use from any thread; whoever has the turn gives it back exactly once, from anywhere.
final class TurnQueue: Sendable {
    private struct Waiter {
        var number: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var isTaken = false
        var nextNumber: UInt64 = 0
        var waiters = Deque<Waiter>()
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Creates a queue in which so many may wait.
    init(limit: Int) { self.limit = limit }

    /// Waits for the turn.
    ///
    /// - Throws: ``RESTError`` with code 40903 where too many wait already; `CancellationError`.
    func take() async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.isTaken else {
                        state.isTaken = true
                        return .success(())
                    }
                    guard state.waiters.count < limit else {
                        return .failure(
                            RESTError.illegalState("\(limit) requests wait for this consumer instance already"))
                    }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
                return state.waiters.remove(at: place)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// How many wait.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Takes the turn, unless somebody has it.
    func takeIfFree() -> Bool {
        state.withLock { state in
            if state.isTaken { return false }
            state.isTaken = true
            return true
        }
    }

    /// Gives the turn to the next.
    func give() {
        let next = state.withLock { state -> Waiter? in
            guard let next = state.waiters.popFirst() else {
                state.isTaken = false
                return nil
            }
            return next
        }
        next?.continuation.resume()
    }
}
