import DequeModule
import EventStore
import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import Synchronization

/// This node's copy of one partition: its log, and the requests that wait for it.
///
/// Safe to use from any thread.
final class Partition: Sendable {
    /// A request that waits until replicas have come to a log offset.
    private struct OffsetWaiter {
        var offset: LogOffset
        var request: any ReplicationWait
        var index: Int
    }

    /// How this node has its copy.
    enum Role: Sendable {
        /// As the only one that counts, which leads if any does.
        case alone(LeaderEpoch, isLed: Bool)
        /// As one of several.
        case replicated(HostedReplica)
    }

    private struct Waiting {
        /// By offset: appends come in order, so the front is always the next to be done.
        var appends: Deque<OffsetWaiter> = []
        /// For every replica's log to begin there, in no order: they are few.
        var deletions: [OffsetWaiter] = []
        /// Fetches of share groups.
        var fetches: [any Completion] = []
        /// Told of what happens once.
        var watches: [FetchWatch.Place] = []
        /// Those of followers, who see what is appended before it is replicated.
        var followers: [FetchWatch.Place] = []
        /// Why no append can become durable any more.
        var failure: ErrorCode?
        /// Why no one may wait here any more.
        var retirement: ErrorCode?
    }

    let id: TopicPartition
    let topicID: TopicID
    let stored: StoredLog
    let role: Role
    /// What lets records of transactions into the log.
    let gate = TransactionGate()
    private let leastReplicas: Atomic<Int>
    private let segmentSize: Atomic<Int>
    private let waiting = Mutex(Waiting())
    private let flushes: Atomic<Bool>
    /// A bit for each side of replication on which this copy is throttled.
    private let throttledSides = Atomic<Int>(0)
    /// Whether anyone waits for ``Waiting/deletions``: looked at with every fetch of a follower, without a lock.
    private let awaitsDeletion = Atomic<Bool>(false)

    init(_ stored: StoredLog, role: Role, minInSyncReplicas: Int) {
        self.stored = stored
        leastReplicas = Atomic(minInSyncReplicas)
        self.role = role
        id = stored.partition
        topicID = stored.topicID
        flushes = Atomic(stored.log.configuration.flushesEveryAppend)
        segmentSize = Atomic(stored.log.configuration.segmentBytes)
    }

    var log: PartitionLog { stored.log }

    /// What the partition is called among replicas.
    var replicationID: PartitionID { PartitionID(topic: topicID, index: id.partition) }

    /// Whether this node leads the partition.
    var isLed: Bool {
        switch role {
        case .alone(_, let isLed): isLed
        case .replicated(let replica): replica.ledEpoch != nil
        }
    }

    /// Whether clients may read this node's copy though another leads (KIP-392): one that is alone and is not the one
    /// that counts has nobody's word for what is in it.
    var isReadable: Bool {
        switch role {
        case .alone(_, let isLed): isLed
        case .replicated(let replica): replica.knownEpoch != .none
        }
    }

    /// Whether this node, which leads, may tell clients where the log ends (KIP-207).
    var mayReportEndOffset: Bool {
        switch role {
        case .alone: true
        case .replicated(let replica): replica.mayReportEndOffset
        }
    }

    /// The newest epoch that this node knows of, whoever leads it.
    var knownEpoch: LeaderEpoch {
        switch role {
        case .alone(let epoch, _): epoch
        case .replicated(let replica): replica.knownEpoch
        }
    }

    /// Whether this node has the only copy.
    var isAlone: Bool { if case .alone = role { true } else { false } }

    /// The epoch that this node leads, if it does.
    var ledEpoch: LeaderEpoch? {
        switch role {
        case .alone(let epoch, let isLed): isLed ? epoch : nil
        case .replicated(let replica): replica.ledEpoch
        }
    }

    /// The epoch that this node leads, or ``LeaderEpoch/none``.
    var leaderEpoch: LeaderEpoch {
        switch role {
        case .alone(let epoch, _): epoch
        case .replicated(let replica): replica.ledEpoch ?? .none
        }
    }

    /// In-sync replicas below which acks=all is refused (`min.insync.replicas`).
    var minInSyncReplicas: Int { leastReplicas.load(ordering: .relaxed) }

    /// Whether the replicas that are in sync are too few for acks=all.
    var isShortOfReplicas: Bool {
        switch role {
        case .alone: minInSyncReplicas > 1
        case .replicated(let replica): !replica.takesReplicatedAppends
        }
    }

    /// The replicas that are in sync.
    var inSyncCount: Int {
        switch role {
        case .alone: 1
        case .replicated(let replica): replica.inSyncCount
        }
    }

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

    /// Takes over which replicas of the topic are throttled.
    func apply(_ throttled: ThrottledReplicas, on node: Int32) {
        let sides = [ReplicationThrottle.Side.leader, .follower].filter {
            throttled.contains(id.partition, on: node, as: $0)
        }
        throttledSides.store(sides.reduce(0) { $0 | 1 << $1.rawValue }, ordering: .relaxed)
    }

    /// Whether this copy is throttled on that side.
    func isThrottled(_ side: ReplicationThrottle.Side) -> Bool {
        throttledSides.load(ordering: .relaxed) & 1 << side.rawValue != 0
    }

    /// Takes note of new records: asks for a flush, or moves the high watermark at once where the topic does not flush.
    func didAppend(store: EventStore) {
        let flushes = flushesEveryAppend
        if flushes { store.requestFlush(of: stored) } else { store.noteUnflushed(stored) }
        switch role {
        case .alone: if !flushes { advance(to: log.watermarks.logEndOffset).dispatch() }
        case .replicated(let replica):
            replica.bring(.logChanged, to: self)
            var batch = CompletionBatch()
            waiting.withLock { Self.tell(&$0.followers, into: &batch) }
            batch.dispatch()
        }
    }

    /// Takes note of a flush.
    func didFlush(into batch: inout CompletionBatch) {
        switch role {
        case .alone: advance(to: log.watermarks.recoveryPoint, into: &batch)
        case .replicated(let replica): replica.bring(.logChanged, to: self)
        }
    }

    /// What a wait for what was appended would end with at once: `nil` if it would not.
    func outcome(of appended: AppendResult) -> ErrorCode? {
        waiting.withLock { outcome(of: appended.nextOffset, in: appended.leaderEpoch, $0) }
    }

    private func outcome(of offset: LogOffset, in epoch: LeaderEpoch, _ waiting: borrowing Waiting) -> ErrorCode? {
        if let retirement = waiting.retirement { return retirement }
        // Other records may have taken these one's place, and a high watermark above them would say nothing.
        if leaderEpoch != epoch { return .notLeaderOrFollower }
        if log.watermarks.highWatermark >= offset { return ErrorCode.none }
        return waiting.failure
    }

    /// Has `request` wait until what was appended is replicated, for as long as the same epoch goes on.
    ///
    /// - Returns: The error to answer with at once, `.none` if there is nothing to wait for, or `nil` if the request
    ///   now waits.
    func wait(for appended: AppendResult, request: any ReplicationWait, index: Int) -> ErrorCode? {
        wait(until: appended.nextOffset, in: appended.leaderEpoch, request: request, index: index)
    }

    /// Has `request` wait until everything below `offset` is replicated, for as long as `epoch` goes on.
    ///
    /// - Returns: As ``wait(for:request:index:)``.
    func wait(
        until offset: LogOffset, in epoch: LeaderEpoch, request: any ReplicationWait, index: Int
    ) -> ErrorCode? {
        waiting.withLock { waiting -> ErrorCode? in
            if let outcome = outcome(of: offset, in: epoch, waiting) { return outcome }
            let waiter = OffsetWaiter(offset: offset, request: request, index: index)
            // Two loops may register in another order than they appended.
            let place = waiting.appends.lastIndex { $0.offset <= offset }.map { $0 + 1 } ?? 0
            waiting.appends.insert(waiter, at: place)
            return nil
        }
    }

    // MARK: - Deletions

    /// Below it, no replica that is there has records (KIP-107); `nil` as long as that is not known.
    var lowWatermark: LogOffset? {
        switch role {
        case .alone: log.watermarks.logStartOffset
        case .replicated(let replica): replica.lowWatermark
        }
    }

    /// Has `request` wait until no replica that is there has records below `offset`; the log begins there.
    ///
    /// - Returns: The error to answer with at once, `.none` if there is nothing to wait for, or `nil` if the request
    ///   now waits.
    func waitForDeletion(below offset: LogOffset, request: any ReplicationWait, index: Int) -> ErrorCode? {
        guard case .replicated(let replica) = role else { return ErrorCode.none }
        let answer = waiting.withLock { waiting -> ErrorCode? in
            if let retirement = waiting.retirement { return retirement }
            if replica.ledEpoch == nil { return .notLeaderOrFollower }
            waiting.deletions.append(OffsetWaiter(offset: offset, request: request, index: index))
            awaitsDeletion.store(true, ordering: .sequentiallyConsistent)
            return nil
        }
        // The machine hears of the log's start, and whoever waits of the replicas that have come there before.
        replica.bring(.logChanged, to: self)
        return answer
    }

    /// Takes back ``waitForDeletion(below:request:index:)``.
    func endDeletionWait(of request: any ReplicationWait) {
        waiting.withLock { $0.deletions.removeAll { $0.request === request } }
    }

    /// Lets those go on that wait for deletions which every replica has done.
    func settleDeletions() {
        guard awaitsDeletion.load(ordering: .sequentiallyConsistent), let reached = lowWatermark else { return }
        var batch = CompletionBatch()
        waiting.withLock { waiting in
            waiting.deletions.removeAll { waiter in
                guard waiter.offset <= reached else { return false }
                if waiter.request.resolve(waiter.index, .none) { batch.add(waiter.request) }
                return true
            }
            awaitsDeletion.store(!waiting.deletions.isEmpty, ordering: .sequentiallyConsistent)
        }
        batch.dispatch()
    }

    // MARK: - Fetches

    /// Has `fetch` be run each time the high watermark moves.
    func park(_ fetch: any Completion) { waiting.withLock { $0.fetches.append(fetch) } }

    /// Takes back ``park(_:)``.
    func unpark(_ fetch: any Completion) {
        waiting.withLock { waiting in waiting.fetches.removeFirst(where: { $0 === fetch }) }
    }

    /// Has `place` be told when the high watermark moves, or of an append for a follower: once, and not at all if the
    /// partition serves no more.
    func watch(_ place: FetchWatch.Place, ofFollower: Bool) {
        waiting.withLock { waiting in
            guard waiting.retirement == nil, !place.isListed.exchange(true, ordering: .acquiringAndReleasing) else {
                return
            }
            if ofFollower { waiting.followers.append(place) } else { waiting.watches.append(place) }
        }
    }

    /// Takes back ``watch(_:ofFollower:)``.
    func unwatch(_ place: FetchWatch.Place, ofFollower: Bool) {
        waiting.withLock { waiting in
            guard place.isListed.exchange(false, ordering: .acquiringAndReleasing) else { return }
            if ofFollower {
                waiting.followers.removeFirst(where: { $0 === place })
            } else {
                waiting.watches.removeFirst(where: { $0 === place })
            }
        }
    }

    /// Tells those who watch that something has happened.
    private static func tell(_ places: inout [FetchWatch.Place], into batch: inout CompletionBatch) {
        for place in places {
            // First: whoever looks again between the two has to find that it is to be listed anew.
            place.isListed.store(false, ordering: .releasing)
            if let fetch = place.note() { batch.add(fetch) }
        }
        places.removeAll(keepingCapacity: true)
    }

    /// The requests that wait here.
    var waitingCount: (appends: Int, fetches: Int, deletions: Int) {
        waiting.withLock { waiting in
            let watching = (waiting.watches + waiting.followers).count(where: \.isWaiting)
            return (waiting.appends.count, waiting.fetches.count + watching, waiting.deletions.count)
        }
    }

    /// Those who are told of what happens next here.
    var watchCount: Int { waiting.withLock { $0.watches.count + $0.followers.count } }

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
            Self.tell(&waiting.watches, into: &batch)
        }
    }

    /// Ends every wait for an append with `error`, those included that begin later: no acknowledgement may follow a
    /// failed sync. Fetches look again.
    func failAll(with error: ErrorCode, into batch: inout CompletionBatch) {
        waiting.withLock { waiting in
            waiting.failure = waiting.failure ?? error
            Self.end(&waiting, with: error, into: &batch)
        }
    }

    /// Takes note that nothing is written any more: no acknowledgement follows, and another replica has to lead.
    func logFailed(into batch: inout CompletionBatch) {
        failAll(with: .kafkaStorageError, into: &batch)
        if case .replicated(let replica) = role { replica.bring(.logFailed, to: self) }
    }

    /// Ends every wait for an append with `error`; fetches look again.
    func endWaits(with error: ErrorCode, into batch: inout CompletionBatch) {
        waiting.withLock { Self.end(&$0, with: error, into: &batch) }
    }

    private static func end(_ waiting: inout Waiting, with error: ErrorCode, into batch: inout CompletionBatch) {
        for waiter in waiting.appends + waiting.deletions where waiter.request.resolve(waiter.index, error) {
            batch.add(waiter.request)
        }
        waiting.appends.removeAll()
        waiting.deletions.removeAll()
        for fetch in waiting.fetches { batch.add(fetch) }
        tell(&waiting.watches, into: &batch)
        tell(&waiting.followers, into: &batch)
    }

    /// Ends every wait with `error`, those included that begin later: the partition is deleted, or its node stops.
    func retire(with error: ErrorCode, into batch: inout CompletionBatch) {
        waiting.withLock { $0.retirement = error }
        failAll(with: error, into: &batch)
        if case .replicated(let replica) = role { replica.bring(.retired, to: self) }
    }

    /// The error that stands for a partition which serves no more.
    var retirement: ErrorCode? { waiting.withLock { $0.retirement } }
}

extension Array {
    /// Takes out the first element for which that is so, if there is one; the others may change places.
    fileprivate mutating func removeFirst(where isMatch: (Element) -> Bool) {
        guard let index = firstIndex(where: isMatch) else { return }
        swapAt(index, count - 1)
        removeLast()
    }
}
