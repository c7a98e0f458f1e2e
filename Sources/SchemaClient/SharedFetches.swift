import Synchronization

/// Values that are fetched once, however many ask for them at a time, and kept.
final class SharedFetches<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Fetch {
        var number: UInt64
        var task: Task<Value, any Error>
    }

    private struct State {
        var known: RecentValues<Key, Value>
        var underWay: [Key: Fetch] = [:]
        var fetchCount: UInt64 = 0
    }

    private enum Found {
        case value(Value)
        case task(Task<Value, any Error>)
    }

    private let state: Mutex<State>

    /// - Parameter limit: How many values are kept at most.
    init(limit: Int) { state = Mutex(State(known: RecentValues(limit: limit))) }

    /// The value, if it is known.
    func known(_ key: Key) -> Value? { state.withLock { $0.known.value(for: key) } }

    /// Forgets it, and what a fetch that is under way will bring.
    func forget(_ key: Key) {
        state.withLock { state in
            state.known.remove(key)
            state.underWay[key] = nil
        }
    }

    /// The value, fetched if it is not known; who asks for it meanwhile waits for the same fetch.
    ///
    /// The fetch goes on when who asked for it is cancelled: others may wait for it. A failure is not kept.
    func value(
        for key: Key, isCurrent: (Value) -> Bool = { _ in true },
        fetch: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let found = state.withLock { state -> Found in
            if let value = state.known.value(for: key), isCurrent(value) { return .value(value) }
            if let fetch = state.underWay[key] { return .task(fetch.task) }
            let number = state.fetchCount
            let task = Task { [self] in
                let result: Result<Value, any Error>
                do { result = .success(try await fetch()) } catch { result = .failure(error) }
                finish(key, number, result)
                return try result.get()
            }
            state.underWay[key] = Fetch(number: number, task: task)
            state.fetchCount += 1
            return .task(task)
        }
        switch found {
        case .value(let value): return value
        case .task(let task): return try await task.value
        }
    }

    private func finish(_ key: Key, _ number: UInt64, _ result: Result<Value, any Error>) {
        state.withLock { state in
            guard state.underWay[key]?.number == number else { return }
            state.underWay[key] = nil
            if case .success(let value) = result { state.known.insert(value, for: key) }
        }
    }
}
