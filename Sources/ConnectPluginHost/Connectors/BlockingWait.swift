import ConnectAPI
import Dispatch

/// Waits for asynchronous work on a thread that may be blocked.
///
/// A few calls of connectors are not asynchronous, and one that another process answers has to wait. Connectors'
/// code runs on threads of its own, never on Swift's pool, which is what does the work meanwhile.
enum BlockingWait {
    /// The longest wait: a caller on Swift's pool, which is a mistake, could otherwise wait for what only it can do.
    private static let limit = DispatchTimeInterval.seconds(30)

    /// What `body` returns or throws.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` when it takes too long.
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
        guard done.wait(timeout: .now() + limit) == .success, let result = answer.result else {
            throw ConnectError(.unavailable, "A plug-in did not answer in time.")
        }
        return try result.get()
    }
}
