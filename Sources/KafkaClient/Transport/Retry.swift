/// Tries a thing again, with growing pauses, until it works, fails for good, or time is up.
package struct Retry: Sendable {
    package var policy: BackoffPolicy
    package var deadline: ContinuousClock.Instant

    package init(policy: BackoffPolicy, deadline: ContinuousClock.Instant) {
        self.policy = policy
        self.deadline = deadline
    }

    /// Runs `attempt` until it does not throw an error that a later try may cure.
    ///
    /// - Throws: The last error, or `CancellationError`.
    package func run<Value: Sendable>(_ attempt: @Sendable () async throws -> Value) async throws -> Value {
        var failures = 0
        while true {
            do {
                return try await attempt()
            } catch let error as KafkaClientError where error.isRetriable {
                failures += 1
                let pause = policy.delay(afterFailures: failures)
                guard ContinuousClock.now.advanced(by: pause) < deadline else { throw error }
                try await Task.sleep(for: pause)
            }
        }
    }
}
