import DequeModule
import EventStore
import KafkaProtocol
import LogCore
import RecordFormat
import Synchronization

/// This node's copy of one partition: its log, and the requests that wait for it.
///
/// Safe to use from any thread.
final class Partition: Sendable {
    /// A request that waits until a log offset is durable on every in-sync replica.
    private struct AppendWaiter {
        var offset: LogOffset
        var request: any ReplicationWait
        var index: Int
    }

    private struct Waiting {
        /// By offset: appends come in order, so the front is always the next to be done.
        var appends: Deque<AppendWaiter> = []
        var fetches: [any Completion] = []
        /// Why no append can become durable any more.
        var failure: ErrorCode?
        /// Why no one may wait here any more.
        var retirement: ErrorCode?
    }

    let id: TopicPartition
    let topicID: TopicID
    let stored: StoredLog
    let leaderEpoch: LeaderEpoch
    /// Whether this node leads the partition.
    let isLed: Bool
    /// What lets records of transactions into the log.
    let gate = TransactionGate()
    private let leastReplicas: Atomic<Int>
    private let segmentSize: Atomic<Int>
    private let waiting = Mutex(Waiting())
    private let flushes: Atomic<Bool>

    init(_ stored: StoredLog, leaderEpoch: LeaderEpoch, isLed: Bool, minInSyncReplicas: Int) {
        self.stored = stored
        leastReplicas = Atomic(minInSyncReplicas)
        self.leaderEpoch = leaderEpoch
        self.isLed = isLed
        id = stored.partition
        topicID = stored.topicID
        flushes = Atomic(stored.log.configuration.flushesEveryAppend)
        segmentSize = Atomic(stored.log.configuration.segmentBytes)
    }

    var log: PartitionLog { stored.log }

    /// In-sync replicas below which acks=all is refused (`min.insync.replicas`).
    var minInSyncReplicas: Int { leastReplicas.load(ordering: .relaxed) }

    /// Whether the replicas that are in sync are too few for acks=all: there is this one.
    var isShortOfReplicas: Bool { minInSyncReplicas > 1 }

    /// Whether records count as replicated only once they are on the device (`flush.messages` = 1).
    var flushesEveryAppend: Bool { flushes.load(ordering: .relaxed) }

    /// Bytes of a segment, and so the most of what is appended at once (`segment.bytes`).
    var segmentBytes: Int { segmentSize.load(ordering: .relaxed) }

    /// Puts new settings in force.
    func apply(_ configuration: LogConfiguration, minInSyncReplicas: Int) throws(LogError) {
        try log.apply(configuration)
        leastReplicas.store(minInSyncReplicas, ordering: .relaxed)
        flushes.store(configuration.flushesEveryAppend, ordering: .relaxed)
        segmentSize.store(configuration.segmentBytes, ordering: .relaxed)
    }

    /// Takes note of new records: asks for a flush, or moves the high watermark at once where the topic does not flush.
    func didAppend(store: EventStore) {
        if flushesEveryAppend {
            store.requestFlush(of: stored)
        } else {
            store.noteUnflushed(stored)
            advance(to: log.watermarks.logEndOffset).dispatch()
        }
    }

    /// Has `request` wait until everything below `offset` is replicated.
    ///
    /// - Returns: The error to answer with at once, `.none` if there is nothing to wait for, or `nil` if the request
    ///   now waits.
    func wait(for offset: LogOffset, request: any ReplicationWait, index: Int) -> ErrorCode? {
        waiting.withLock { waiting -> ErrorCode? in
            if let retirement = waiting.retirement { return retirement }
            if log.watermarks.highWatermark >= offset { return ErrorCode.none }
            if let failure = waiting.failure { return failure }
            let waiter = AppendWaiter(offset: offset, request: request, index: index)
            // Two loops may register in another order than they appended.
            let place = waiting.appends.lastIndex { $0.offset <= offset }.map { $0 + 1 } ?? 0
            waiting.appends.insert(waiter, at: place)
            return nil
        }
    }

    /// Has `fetch` be run each time the high watermark moves.
    func park(_ fetch: any Completion) { waiting.withLock { $0.fetches.append(fetch) } }

    /// Takes back ``park(_:)``.
    func unpark(_ fetch: any Completion) {
        waiting.withLock { waiting in
            if let index = waiting.fetches.firstIndex(where: { $0 === fetch }) {
                waiting.fetches.swapAt(index, waiting.fetches.count - 1)
                waiting.fetches.removeLast()
            }
        }
    }

    /// The requests that wait here.
    var waitingCount: (appends: Int, fetches: Int) { waiting.withLock { ($0.appends.count, $0.fetches.count) } }

    /// Moves the high watermark and finds the requests that may go on.
    func advance(to offset: LogOffset) -> CompletionBatch {
        var batch = CompletionBatch()
        advance(to: offset, into: &batch)
        return batch
    }

    /// Moves the high watermark and adds the requests that may go on to `batch`.
    func advance(to offset: LogOffset, into batch: inout CompletionBatch) {
        guard log.advanceHighWatermark(to: offset) else { return }
        let reached = log.watermarks.highWatermark
        waiting.withLock { waiting in
            while let first = waiting.appends.first, first.offset <= reached {
                waiting.appends.removeFirst()
                if first.request.resolve(first.index, .none) { batch.add(first.request) }
            }
            for fetch in waiting.fetches { batch.add(fetch) }
        }
    }

    /// Ends every wait for an append with `error`, those included that begin later: no acknowledgement may follow a
    /// failed sync. Fetches look again.
    func failAll(with error: ErrorCode, into batch: inout CompletionBatch) {
        waiting.withLock { waiting in
            waiting.failure = waiting.failure ?? error
            for waiter in waiting.appends where waiter.request.resolve(waiter.index, error) {
                batch.add(waiter.request)
            }
            waiting.appends.removeAll()
            for fetch in waiting.fetches { batch.add(fetch) }
        }
    }

    /// Ends every wait with `error`, those included that begin later: the partition is deleted, or its node stops.
    func retire(with error: ErrorCode, into batch: inout CompletionBatch) {
        waiting.withLock { $0.retirement = error }
        failAll(with: error, into: &batch)
    }

    /// The error that stands for a partition which serves no more.
    var retirement: ErrorCode? { waiting.withLock { $0.retirement } }
}
