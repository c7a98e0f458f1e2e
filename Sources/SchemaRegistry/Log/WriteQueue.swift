import DequeModule
import Synchronization

/// Lets one writer at a time through, in the order in which they come, and only so many wait.
final class WriteQueue: Sendable {
    private struct State {
        var isTaken = false
        var waiters: Deque<CheckedContinuation<Bool, Never>> = []
    }

    /// How many may wait: each is a request that somebody holds open.
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = 1000) { self.limit = limit }

    /// Runs `body` once everyone who came before is done.
    ///
    /// - Throws: ``RegistryError`` 50001 when too many wait; what `body` throws.
    func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws(RegistryError) {
        let isAdmitted: Bool = await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                guard state.waiters.count < limit else { return false }
                state.waiters.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        guard isAdmitted else { throw .store("\(limit) changes wait to be written; try again later") }
    }

    private func leave() {
        let next = state.withLock { state in
            // Handed on without being free in between, so that nobody slips in.
            let next = state.waiters.popFirst()
            state.isTaken = next != nil
            return next
        }
        next?.resume(returning: true)
    }
}
