import EventStore
import KafkaClient
import KafkaProtocol
import LogCore
import NIOCore
import OrderedCollections
import RecordFormat
import Replication
import Synchronization

/// Copies from one leader what some of this node's partitions lack: one fetch for all of them, over a connection of its
/// own.
///
/// A partition's fetch says that what the last one brought is on the device. So the next fetch goes out once the
/// partitions that were brought something want more, which a round of the commit thread brings about for all of them at
/// once; those that take longer are left to the fetch after it. Safe to use from any thread.
final class ReplicaFetcher: Sendable {
    /// One partition's wish to fetch.
    struct Wish: Sendable {
        var partition: Partition
        var token: FetchToken
        var fetch: ReplicaFetch
        /// Whether it waits while more was copied than may be; one that is in sync does not, or it would leave, and come
        /// back, and leave.
        var isThrottled = false
    }

    /// What a fetch asks for, all partitions together.
    struct Limits: Sendable {
        var wait: Duration
        /// How long an answer is waited for.
        var timeout: Duration
        var minBytes: Int32
        var maxBytes: Int32
        var partitionBytes: Int32
    }

    private struct State {
        var wishes: OrderedDictionary<PartitionID, Wish> = [:]
        var isFetching = false
        /// The partitions that the last answer brought something, and that do not want more yet.
        var busy: Set<PartitionID> = []
        var patience: Scheduled<Void>?
        /// When those that are throttled are looked at again.
        var resumption: Scheduled<Void>?
    }

    /// How long those that are ready wait for the others: some syncs.
    private static let patience = TimeAmount.milliseconds(5)
    /// The versions that carry a follower's incarnation, and topics by identity.
    private static let versions: ClosedRange<Int16> = 15...17

    private let leader: BrokerID
    private let lane: ConnectionLane
    private let transport: any BrokerTransport
    private let limits: Limits
    private let throttle: ReplicationThrottle
    private let loop: any EventLoop
    private let state = Mutex(State())

    init(
        leader: BrokerID, lane: ConnectionLane, transport: any BrokerTransport, limits: Limits,
        throttle: ReplicationThrottle, loop: any EventLoop
    ) {
        self.leader = leader
        self.lane = lane
        self.transport = transport
        self.limits = limits
        self.throttle = throttle
        self.loop = loop
    }

    /// Has a partition be part of the next fetch.
    func add(_ wish: Wish) {
        state.withLock { state in
            state.wishes[wish.partition.replicationID] = wish
            state.busy.remove(wish.partition.replicationID)
        }
        sendOnceReady()
    }

    /// Sends what is wished for if nobody has to be waited for, or else before long.
    private func sendOnceReady() {
        let isReady = state.withLock { state in
            if state.isFetching || state.wishes.isEmpty { return false }
            if state.busy.isEmpty { return true }
            if state.patience == nil {
                state.patience = loop.scheduleTask(in: Self.patience) { [weak self] in self?.send() }
            }
            return false
        }
        if isReady { send() }
    }

    private func send() {
        let isHeldBack = throttle.isExceeded
        let wishes = state.withLock { state -> [Wish] in
            guard !state.isFetching, !state.wishes.isEmpty else { return [] }
            state.patience?.cancel()
            state.patience = nil
            let due = state.wishes.filter { !isHeldBack || !$0.value.isThrottled }
            state.wishes.removeAll { due[$0.key] != nil }
            if !state.wishes.isEmpty, state.resumption == nil {
                state.resumption = loop.scheduleTask(in: TimeAmount(throttle.delay)) { [weak self] in self?.resume() }
            }
            guard !due.isEmpty else { return [] }
            state.busy = []
            state.isFetching = true
            return due.values.elements
        }
        guard !wishes.isEmpty else { return }
        let request = request(wishes)
        let call = BrokerCall<FetchRequest>(versions: Self.versions, timeout: limits.timeout) { _ in
            request
        }
        transport.send(call, to: .node(leader.rawValue), over: lane) { [self] result in receive(result, wishes) }
    }

    private func resume() {
        state.withLock { $0.resumption = nil }
        sendOnceReady()
    }

    private func request(_ wishes: [Wish]) -> FetchRequest {
        let first = wishes[0].fetch
        var topics: OrderedDictionary<TopicID, [FetchRequest.FetchPartition]> = [:]
        for wish in wishes {
            topics[wish.partition.topicID, default: []].append(
                .init(
                    partition: wish.partition.id.partition, currentLeaderEpoch: wish.fetch.leaderEpoch.rawValue,
                    fetchOffset: wish.fetch.offset.rawValue, lastFetchedEpoch: wish.fetch.lastEpoch.rawValue,
                    logStartOffset: wish.fetch.startOffset.rawValue,
                    partitionMaxBytes: limits.partitionBytes))
        }
        return FetchRequest(
            replicaState: .init(replicaID: first.follower.rawValue, replicaEpoch: first.brokerEpoch.rawValue),
            maxWaitMs: limits.wait.wholeMilliseconds, minBytes: limits.minBytes, maxBytes: limits.maxBytes,
            topics: topics.map { .init(topicID: $0, partitions: $1) })
    }

    private func receive(_ result: Result<FetchResponse, any Error>, _ wishes: [Wish]) {
        var answers: [PartitionID: FetchResponse.PartitionData] = [:]
        if case .success(let response) = result, response.errorCode == 0 {
            for topic in response.responses {
                for data in topic.partitions {
                    answers[PartitionID(topic: topic.topicID, index: data.partitionIndex)] = data
                }
            }
        }
        let brought = wishes.lazy.map(\.partition.replicationID).filter { answers[$0]?.records?.byteCount ?? 0 > 0 }
        state.withLock { state in
            state.isFetching = false
            state.busy = Set(brought)
        }
        for wish in wishes {
            guard case .replicated(let replica) = wish.partition.role else { continue }
            guard let data = answers[wish.partition.replicationID] else {
                replica.bring(.fetchFailed(wish.token), to: wish.partition)
                continue
            }
            if wish.partition.isThrottled(.follower) { throttle.record(data.records?.byteCount ?? 0) }
            let records = data.records.flatMap { try? $0.readBytes() }.flatMap { $0.count > 0 ? $0 : nil }
            replica.bring(.fetchAnswered(wish.token, FetchAnswer(data), records), to: wish.partition)
        }
        // What was wished for meanwhile: none of those that have just been answered may want any more.
        sendOnceReady()
    }
}

extension FetchAnswer {
    /// What a leader has answered for one partition.
    init(_ data: FetchResponse.PartitionData) {
        switch ErrorCode(rawValue: data.errorCode) {
        case .none where data.divergingEpoch.epoch >= 0 || data.divergingEpoch.endOffset >= 0:
            self = .diverging(
                LeaderEpochHistory.Entry(
                    epoch: LeaderEpoch(data.divergingEpoch.epoch),
                    startOffset: LogOffset(data.divergingEpoch.endOffset)))
        case .none:
            self = .serve(
                highWatermark: LogOffset(max(0, data.highWatermark)),
                logStartOffset: LogOffset(max(0, data.logStartOffset)))
        case .offsetOutOfRange where data.logStartOffset >= 0:
            self = .outOfRange(logStartOffset: LogOffset(data.logStartOffset))
        case .fencedLeaderEpoch: self = .refused(.fencedLeaderEpoch)
        case .unknownLeaderEpoch: self = .refused(.unknownLeaderEpoch)
        case .staleBrokerEpoch: self = .refused(.staleBrokerEpoch)
        default: self = .refused(.notLeader)
        }
    }
}
