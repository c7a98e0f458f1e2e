import Dispatch

/// Waits for asynchronous work on a thread that may be blocked.
///
/// A few calls of connectors are not asynchronous, and one that another process answers has to wait. Connectors'
/// code runs on threads of its own, never on Swift's pool, which is what does the work meanwhile.
enum BlockingWait {
    /// What `body` returns or throws.
    static func value<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let answer = PendingAnswer<Value>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                answer.complete(.success(try await body()))
            } catch {
                answer.complete(.failure(error))
            }
            done.signal()
        }
        done.wait()
        guard let result = answer.result else { preconditionFailure("the work is done and gave nothing") }
        return try result.get()
    }
}
