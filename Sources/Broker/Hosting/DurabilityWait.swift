import EventStore
import KafkaProtocol
import LogCore
import NIOCore
import RecordFormat
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

extension Partition {
    /// Takes note of records that the broker has appended on its own behalf, and tells when they are durable.
    ///
    /// - Parameter completion: Called once, with `.none` when they are durable on every in-sync replica, on `loop` or
    ///   before this returns.
    func whenDurable(
        _ appended: AppendResult, store: EventStore, loop: any EventLoop,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        didAppend(store: store)
        let wait = DurabilityWait(loop: loop, completion: completion)
        if let outcome = self.wait(for: appended, request: wait, index: 0) { completion(outcome) }
    }
    /// Tells when all that the log has now is replicated, for as long as `epoch` goes on.
    ///
    /// - Parameter completion: Called once, with whether it is, on `loop` or before this returns; not while too few
    ///   replicas are in sync.
    func whenReplicated(
        in epoch: LeaderEpoch, loop: any EventLoop, completion: @escaping @Sendable (Bool) -> Void
    ) {
        let wait = DurabilityWait(loop: loop) { completion($0 == .none) }
        let end = log.watermarks.logEndOffset
        if let outcome = self.wait(until: end, in: epoch, request: wait, index: 0) { completion(outcome == .none) }
    }

    /// Refuses what a coordinator is about to append while too few replicas are in sync: it would wait for them, and with
    /// it whoever waits for an answer. A partition without other replicas takes what it is given.
    ///
    /// - Throws: ``TooFewReplicas``.
    func requireReplicas() throws {
        if !isAlone, isShortOfReplicas { throw TooFewReplicas(partition: id) }
    }
}

/// Fewer replicas of a partition are in sync than `min.insync.replicas` asks for; another try may do.
struct TooFewReplicas: Error, CustomStringConvertible {
    var partition: TopicPartition

    var description: String { "too few replicas of \(partition) are in sync" }
}
