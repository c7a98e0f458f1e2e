import Synchronization

/// The calls of a connector's code that are under way, for the watchdog. Safe to use from any thread.
final class CallMonitor: Sendable {
    /// One call.
    struct Call: Sendable, Hashable {
        /// Tells it from every other call of this monitor.
        var number: UInt64
        /// The method's name, such as `poll`.
        var name: String
        var began: ContinuousClock.Instant
    }

    private struct State {
        /// Hardly ever more than two: a source task may be told of commits while it polls.
        var calls: [Call] = []
        var count: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Makes a call.
    ///
    /// - Returns: What it returns, and how long it took.
    func during<Result>(
        _ name: String, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> (result: Result, took: Duration) {
        let began = ContinuousClock.now
        let number = state.withLock { state in
            state.count += 1
            state.calls.append(Call(number: state.count, name: name, began: began))
            return state.count
        }
        defer { state.withLock { $0.calls.removeAll { $0.number == number } } }
        let result = try await body()
        return (result, began.duration(to: .now))
    }

    /// The call that began first of those under way.
    var oldest: Call? { state.withLock { $0.calls.min { $0.began < $1.began } } }
}
