import Dispatch
import Synchronization

/// Work that goes on beside the thread that has started it, which waits for what it needs of it.
final class SideThread<Outcome: Sendable>: Sendable {
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let isReady = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)

    /// Starts it.
    ///
    /// - Parameter body: Calls its argument once whoever waits for it to be ready may go on.
    init(_ name: String, _ body: @escaping @Sendable (() -> Void) throws -> Outcome) {
        DispatchQueue(label: name).async { [self] in
            let result = Result { try body { isReady.signal() } }
            outcome.withLock { $0 = result }
            // Who waits learns of a failure by ``wait()``.
            isReady.signal()
            isDone.signal()
        }
    }

    /// Waits until it is ready, or has ended.
    func waitUntilReady() { isReady.wait() }

    /// Waits for its end; to be called once.
    func wait() throws -> Outcome {
        isDone.wait()
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("work that is done has an outcome") }
        return try result.get()
    }
}
