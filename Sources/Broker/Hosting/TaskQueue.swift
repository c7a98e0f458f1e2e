import Synchronization

/// Work that is done one piece after the other, in the order in which it came.
///
/// Safe to use from any thread.
final class TaskQueue: Sendable {
    private let last = Mutex<Task<Void, Never>?>(nil)

    /// Runs `body` once all that came before has ended.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = last.withLock { last in
            let previous = last
            let task = Task {
                await previous?.value
                try await body()
            }
            last = Task { _ = try? await task.value }
            return task
        }
        try await task.value
    }
}
