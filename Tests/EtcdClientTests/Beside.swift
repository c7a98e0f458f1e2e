import Testing

/// Runs `work` beside `body` and cancels it when that is through.
func beside<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do {
                try await work()
            } catch is CancellationError {
                return
            } catch {
                Issue.record(error, "what ran beside the test has ended")
            }
        }
        let result = try await body()
        group.cancelAll()
        return result
    }
}
