import Synchronization

/// One connector's log: what was written about it and its tasks lately, for whoever asks. Safe to use from any thread.
///
/// Whoever follows it reads from the same ring, so a slow follower costs no memory: it misses lines instead, which
/// their numbers tell.
final class ConnectorLog: Sendable {
    private struct State {
        var ring = LogRing()
        var isEnded = false
        var waiters: [Completion] = []
    }

    private let state = Mutex(State())

    /// Adds a line.
    func append(_ entry: LogEntry) {
        let waiters = state.withLock { state in
            state.ring.append(entry)
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.complete() }
    }

    /// The last lines that a filter takes, the oldest of them first.
    func last(_ limit: Int, _ filter: LogFilter) -> [LogEntry] { state.withLock { $0.ring.last(limit, filter) } }

    /// The number of the newest line; 0 when there was none yet.
    var lastNumber: Int64 { state.withLock { $0.ring.lastNumber } }

    /// Whether nobody writes to it any more.
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Waits for lines after one of this number, but no longer than `patience`.
    ///
    /// - Returns: Those that the filter takes, which may be none, and the number to go on from; `nil` when nothing
    ///   follows any more.
    func next(
        after number: Int64, _ filter: LogFilter, patience: Duration
    ) async -> (entries: [LogEntry], number: Int64)? {
        let news = Completion()
        let (known, isEnded) = state.withLock { state in
            let known = state.ring.lastNumber
            if known == number && !state.isEnded { state.waiters.append(news) }
            return (known, state.isEnded)
        }
        if known == number {
            if isEnded { return nil }
            await withTaskCancellationHandler {
                let timer = Task {
                    try await Task.sleep(for: patience)
                    news.complete()
                }
                await news.wait()
                timer.cancel()
            } onCancel: {
                news.complete()
            }
        }
        return state.withLock { state in
            state.waiters.removeAll { $0 === news }
            return (state.ring.entries(after: number, filter), state.ring.lastNumber)
        }
    }

    /// Takes nothing more to wait for: those who follow get what there is, and the end.
    func end() {
        let waiters = state.withLock { state in
            state.isEnded = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.complete() }
    }

    private static func takeWaiters(_ state: inout State) -> [Completion] {
        defer { state.waiters = [] }
        return state.waiters
    }
}
