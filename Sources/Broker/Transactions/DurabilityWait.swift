import KafkaProtocol
import NIOCore
import Synchronization

/// Someone who waits until a record of the broker's own is durable on every in-sync replica.
final class DurabilityWait: ReplicationWait {
    let loop: any EventLoop
    private let outcome = Mutex(ErrorCode.none)
    private let completion: @Sendable (ErrorCode) -> Void

    /// Creates a wait.
    ///
    /// - Parameter completion: Called once, on `loop`, with `.none` when the record is durable.
    init(loop: any EventLoop, completion: @escaping @Sendable (ErrorCode) -> Void) {
        self.loop = loop
        self.completion = completion
    }

    func resolve(_ index: Int, _ error: ErrorCode) -> Bool {
        outcome.withLock { $0 = error }
        return true
    }

    func run() { completion(outcome.withLock { $0 }) }
}
