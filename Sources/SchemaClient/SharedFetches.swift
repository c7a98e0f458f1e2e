import Synchronization

/// Values that are fetched once, however many ask for them at a time, and kept.
final class SharedFetches<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var known: RecentValues<Key, Value>
        var underWay: [Key: Task<Value, any Error>] = [:]
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

    /// Makes it known, whatever was known before.
    func set(_ value: Value, for key: Key) { state.withLock { $0.known.insert(value, for: key) } }

    /// Forgets it.
    func forget(_ key: Key) { state.withLock { $0.known.remove(key) } }

    /// The value, fetched if it is not known; who asks for it meanwhile waits for the same fetch.
    ///
    /// The fetch goes on when who asked for it is cancelled: others may wait for it. A failure is not kept.
    func value(
        for key: Key, isCurrent: (Value) -> Bool = { _ in true },
        fetch: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let found = state.withLock { state -> Found in
            if let value = state.known.value(for: key), isCurrent(value) { return .value(value) }
            if let task = state.underWay[key] { return .task(task) }
            let task = Task { [self] in
                let result: Result<Value, any Error>
                do { result = .success(try await fetch()) } catch { result = .failure(error) }
                finish(key, result)
                return try result.get()
            }
            state.underWay[key] = task
            return .task(task)
        }
        switch found {
        case .value(let value): return value
        case .task(let task): return try await task.value
        }
    }

    private func finish(_ key: Key, _ result: Result<Value, any Error>) {
        state.withLock { state in
            state.underWay[key] = nil
            if case .success(let value) = result { state.known.insert(value, for: key) }
        }
    }
}
