internal import LogCore

/// The calls that open or remove partitions' directories right now, for the store to wait for when it closes.
///
/// A directory that goes while the store closes its log would leave that log without its files; one that is still being
/// written when the lock is released could be another process's by then.
///
/// Thread rule: any thread.
final class DirectoryCalls: Sendable {
    private struct State {
        var count = 0
        var isClosed = false
    }

    private let state = Signal(State())

    /// Runs `body`; the store is not closed before it returns.
    ///
    /// - Throws: what `body` throws, or ``LogError`` with code `.closed` if the store is being closed.
    func run<Result>(_ body: () throws(LogError) -> Result) throws(LogError) -> Result {
        var isClosed = false
        state.update { state in
            isClosed = state.isClosed
            if !isClosed { state.count += 1 }
            return false
        }
        guard !isClosed else { throw StoreState.closedError }
        defer {
            state.update { state in
                state.count -= 1
                return state.isClosed && state.count == 0
            }
        }
        return try body()
    }

    /// Refuses calls from now on, and waits for those that have begun; false if someone has done so before.
    func close() -> Bool {
        var isFirst = false
        state.update { state in
            isFirst = !state.isClosed
            state.isClosed = true
            return false
        }
        guard isFirst else { return false }
        _ = state.wait(timeout: nil) { state, _ in state.count == 0 ? () : nil }
        return true
    }
}
