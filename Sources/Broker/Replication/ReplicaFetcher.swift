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
/// once. A fetch that finds nothing waits at the leader for half a second, and nothing wakes it for who comes meanwhile,
/// such as a partition that this leader has just been elected for, or one whose sync took longer. Those go by other
/// connections, wait there for some milliseconds only, and join the others once the long fetch is back. Safe to use from
/// any thread.
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

    /// One connection, with one fetch at a time. The first one is for all partitions, the others for newcomers.
    private struct Lane {
        enum Stage {
            case free
            case fetching
            /// Its answer is taken in, and what that brought is on its way to the device.
            case answered
        }

        var stage = Stage.free
        /// The partitions that the fetch under way is about.
        var asked: Set<PartitionID> = []
        /// Whether not all partitions of the answer have been told yet.
        var isReceiving = false
        /// The partitions that are waited for before the next fetch: those that the last answer brought something.
        var busy: Set<PartitionID> = []
        var patience: Scheduled<Void>?
    }

    private struct State {
        var wishes: OrderedDictionary<PartitionID, Wish> = [:]
        var lanes: [Lane]
        /// When newcomers are sent though the first lane has not come back.
        var gathering: Scheduled<Void>?
        /// When those that are throttled are looked at again.
        var resumption: Scheduled<Void>?
    }

    /// How long those that are ready wait for the others: some syncs.
    private static let patience = TimeAmount.milliseconds(5)
    /// How long newcomers wait for each other: all partitions of a leader that was elected come at once.
    private static let gathering = TimeAmount.milliseconds(2)
    /// How long a newcomers' fetch waits at the leader.
    private static let visit = Duration.milliseconds(20)
    /// How long the first lane waits for newcomers to join, where nothing else is to be fetched.
    private static let joining = TimeAmount.milliseconds(40)
    /// The versions that carry a follower's incarnation, and topics by identity.
    private static let versions: ClosedRange<Int16> = 15...17

    private let leader: BrokerID
    private let lanes: [ConnectionLane]
    private let transport: any BrokerTransport
    private let limits: Limits
    private let throttle: ReplicationThrottle
    private let loop: any EventLoop
    private let state: Mutex<State>

    /// Creates a fetcher that sends nothing yet.
    ///
    /// - Parameter lanes: The connections that it may use, at least one: the first for all partitions, the others for
    ///   newcomers.
    init(
        leader: BrokerID, lanes: [ConnectionLane], transport: any BrokerTransport, limits: Limits,
        throttle: ReplicationThrottle, loop: any EventLoop
    ) {
        self.leader = leader
        self.lanes = lanes
        self.transport = transport
        self.limits = limits
        self.throttle = throttle
        self.loop = loop
        state = Mutex(State(lanes: Array(repeating: Lane(), count: lanes.count)))
    }

    /// Has a partition be part of the next fetch.
    func add(_ wish: Wish) {
        let id = wish.partition.replicationID
        let replaced = state.withLock { state in
            state.lanes[0].busy.remove(id)
            return state.wishes.updateValue(wish, forKey: id)
        }
        // Of a copy that was given up, and made anew since.
        if let replaced, replaced.partition !== wish.partition, case .replicated(let replica) = replaced.partition.role
        {
            replica.bring(.fetchFailed(replaced.token), to: replaced.partition)
        }
        sendOnceReady()
    }

    /// Sends what is wished for if nobody has to be waited for, or else before long.
    private func sendOnceReady() {
        let ready = state.withLock { state -> Int? in
            guard !state.wishes.isEmpty else { return nil }
            switch state.lanes[0].stage {
            case .free: return 0
            case .answered: return state.lanes[0].busy.isEmpty && !state.lanes[0].isReceiving ? 0 : nil
            case .fetching: break
            }
            if state.gathering == nil {
                state.gathering = loop.scheduleTask(in: Self.gathering) { [weak self] in self?.sendNewcomers() }
            }
            return nil
        }
        if let ready { send(on: ready) }
    }

    /// Sends by a lane for newcomers; without a free one the next answer comes soon.
    private func sendNewcomers() {
        let free = state.withLock { state -> Int? in
            state.gathering = nil
            guard state.lanes[0].stage == .fetching else { return nil }
            return state.lanes.firstIndex { $0.stage == .free }
        }
        if let free { send(on: free) }
    }

    /// Waits no longer for those that the first lane waits for.
    private func patienceEnded() {
        state.withLock { state in
            state.lanes[0].patience = nil
            guard state.lanes[0].stage == .answered else { return }
            state.lanes[0].busy = []
            if state.wishes.isEmpty { state.lanes[0].stage = .free }
        }
        sendOnceReady()
    }

    private func send(on number: Int) {
        let isHeldBack = throttle.isExceeded
        let wishes = state.withLock { state -> [Wish] in
            guard state.lanes[number].stage != .fetching else { return [] }
            let due = state.wishes.filter { !isHeldBack || !$0.value.isThrottled }
            state.wishes.removeAll { due[$0.key] != nil }
            if !state.wishes.isEmpty, state.resumption == nil {
                state.resumption = loop.scheduleTask(in: TimeAmount(throttle.delay)) { [weak self] in self?.resume() }
            }
            state.lanes[number].patience?.cancel()
            state.lanes[number] = Lane(stage: due.isEmpty ? .free : .fetching, asked: Set(due.keys))
            return due.values.elements
        }
        guard !wishes.isEmpty else { return }
        let request = request(wishes, waiting: number == 0 ? limits.wait : min(limits.wait, Self.visit))
        let call = BrokerCall<FetchRequest>(versions: Self.versions, timeout: limits.timeout) { _ in
            request
        }
        transport.send(call, to: .node(leader.rawValue), over: lanes[number]) { [self] result in
            receive(result, wishes, on: number)
        }
    }

    private func resume() {
        state.withLock { $0.resumption = nil }
        sendOnceReady()
    }

    private func request(_ wishes: [Wish], waiting wait: Duration) -> FetchRequest {
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
            maxWaitMs: wait.wholeMilliseconds, minBytes: limits.minBytes, maxBytes: limits.maxBytes,
            topics: topics.map { .init(topicID: $0, partitions: $1) })
    }

    private func receive(_ result: Result<FetchResponse, any Error>, _ wishes: [Wish], on number: Int) {
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
            state.lanes[number] = Lane(stage: .answered, isReceiving: true, busy: Set(brought))
            // With nothing else to do the first lane waits for newcomers, whose fetches are short, to join it.
            if number == 0, brought.isEmpty {
                for lane in state.lanes.dropFirst() { state.lanes[0].busy.formUnion(lane.asked) }
            }
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
        state.withLock { state in
            state.lanes[number].isReceiving = false
            if number > 0 {
                state.lanes[number] = Lane()
            } else if !state.lanes[0].busy.isEmpty {
                let patience = brought.isEmpty ? Self.joining : Self.patience
                state.lanes[0].patience = loop.scheduleTask(in: patience) { [weak self] in self?.patienceEnded() }
            } else if state.wishes.isEmpty {
                state.lanes[0].stage = .free
            }
        }
        // Also what was wished for meanwhile: none of those that have just been answered may want any more.
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
