/// Runs `body` and cancels it when `limit` has passed.
///
/// - Parameters:
///   - limit: How long `body` has, by a clock that goes on while the machine sleeps.
///   - failure: Makes the error that is thrown then.
/// - Throws: What `body` throws; `CancellationError` when the task is cancelled.
func withDeadline<Value: Sendable>(
    _ limit: Duration, failure: @escaping @Sendable () -> any Error,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit, clock: .continuous)
            throw failure()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
