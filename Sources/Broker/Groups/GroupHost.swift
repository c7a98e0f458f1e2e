import Coordination
import DequeModule
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat
import Synchronization

/// Gives the group coordinator what it has not: a lock, a clock, a log and someone to answer.
///
/// The machine runs under the lock and returns actions; they are carried out after the lock is free, by one thread at a
/// time, in the order in which they came: what a group stores must reach its log in that order, and be reported durable
/// in that order. Safe to use from any thread.
final class GroupHost: Sendable {
    private struct State: ~Copyable {
        var machine: GroupCoordinator
        var waiting: [RequestToken: @Sendable (GroupResponse) -> Void] = [:]
        var lastToken: UInt64 = 0
        /// When the timer that is set will go off.
        var nextTick: CoordinationInstant?
        /// What the machine has asked for and no one has done yet, oldest first.
        var actions: Deque<GroupAction> = []
        /// Whether some thread is carrying actions out; it takes what others add.
        var isCarryingOut = false
        /// The appends under way to each partition, in the order in which they were made.
        var appends: [Int: Deque<Append>] = [:]
    }

    /// An append, and how it ended once it has.
    private struct Append {
        var token: AppendToken
        var outcome: Result<Void, GroupAppendFailure>?
    }

    private let state: Mutex<State>
    private let store: EventStore
    private let registry: PartitionRegistry
    private let loop: any EventLoop
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let start = ContinuousClock.now

    init(
        configuration: BrokerConfiguration, store: EventStore, registry: PartitionRegistry, loop: any EventLoop,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        var settings = GroupCoordinatorConfiguration()
        settings.minSessionTimeout = configuration.milliseconds("group.min.session.timeout.ms")
        settings.maxSessionTimeout = configuration.milliseconds("group.max.session.timeout.ms")
        settings.initialRebalanceDelay = configuration.milliseconds("group.initial.rebalance.delay.ms")
        settings.groupMaxSize = configuration.integer("group.max.size")
        settings.offsetMetadataMaxSize = configuration.integer("offset.metadata.max.bytes")
        settings.offsetsRetention = .seconds(configuration.integer("offsets.retention.minutes") * 60)
        settings.offsetsRetentionCheckInterval = configuration.milliseconds("offsets.retention.check.interval.ms")
        state = Mutex(State(machine: GroupCoordinator(configuration: settings)))
        self.store = store
        self.registry = registry
        self.loop = loop
        self.logger = logger
        self.now = now
    }

    private var time: CoordinationTime {
        CoordinationTime(
            instant: CoordinationInstant(sinceStart: ContinuousClock.now - start), timestamp: now())
    }

    /// Whether the topic that keeps groups exists, without which no group can be coordinated.
    var isReady: Bool { registry.topic(InternalTopics.consumerOffsets) != nil }

    /// Hands an event to the machine; `reply` gets its answer, now or later.
    func perform(
        _ event: (inout GroupCoordinator, RequestToken, CoordinationTime) -> [GroupAction],
        reply: @escaping @Sendable (GroupResponse) -> Void
    ) {
        run { state in
            state.lastToken += 1
            let token = RequestToken(state.lastToken)
            state.waiting[token] = reply
            return event(&state.machine, token, time)
        }
    }

    /// Asks the machine something that changes nothing.
    func query<Result: Sendable>(_ body: (borrowing GroupCoordinator) -> Result) -> Result {
        state.withLock { state in body(state.machine) }
    }

    /// Forgets the offsets of a topic that was deleted.
    func topicDeleted(_ name: String) {
        guard isReady else { return }
        run { $0.machine.topicsDeleted([name], at: time) }
    }

    /// Answers everyone who waits: this node stops coordinating.
    func resign() { run { $0.machine.resign(at: time) } }

    // MARK: - Actions

    /// Has the machine take an event, and carries out what it asks for.
    private func run(_ event: (inout State) -> [GroupAction]) {
        let takesOver = state.withLock { state in
            let actions = event(&state)
            state.actions.append(contentsOf: actions)
            defer { state.isCarryingOut = true }
            return !state.isCarryingOut
        }
        guard takesOver else { return }
        while let action = nextAction() {
            switch action {
            case .respond(let token, let response):
                let reply = state.withLock { $0.waiting.removeValue(forKey: token) }
                reply?(response)
            case .append(let append): self.append(append)
            }
        }
        setTimer()
    }

    private func nextAction() -> GroupAction? {
        state.withLock { state in
            if let action = state.actions.popFirst() { return action }
            state.isCarryingOut = false
            return nil
        }
    }

    /// Appends a group's records to its partition of `__consumer_offsets`, and tells the machine when they are durable.
    private func append(_ append: GroupAppend) {
        let partitions = registry.topic(InternalTopics.consumerOffsets)?.partitions ?? []
        let index =
            partitions.isEmpty
            ? 0 : Int(GroupCoordinator.groupPartition(for: append.groupID, partitionCount: Int32(partitions.count)))
        state.withLock { $0.appends[index, default: []].append(Append(token: append.token)) }
        guard !partitions.isEmpty else { return complete(append.token, in: index, .failure(.unavailable)) }
        let partition = partitions[index]
        do {
            var builder = RecordBatchBuilder()
            for record in append.records { try builder.append(timestamp: now(), key: record.key, value: record.value) }
            let result = try partition.log.append(
                try builder.finish(), from: .coordinator(partition.leaderEpoch), now: now())
            let wait = GroupAppendWait(host: self, token: append.token, partition: index, loop: loop)
            partition.didAppend(store: store)
            if let outcome = partition.wait(for: result.nextOffset, request: wait, index: 0) {
                complete(append.token, in: index, outcome == .none ? .success(()) : .failure(.unavailable))
            }
        } catch {
            logger.error("storing group \(append.groupID) failed: \(error)")
            complete(append.token, in: index, .failure(.unavailable))
        }
    }

    /// Tells the machine how an append ended, and those behind it that had ended before.
    fileprivate func complete(_ token: AppendToken, in partition: Int, _ result: Result<Void, GroupAppendFailure>) {
        run { state in
            if let place = state.appends[partition]?.firstIndex(where: { $0.token == token }) {
                state.appends[partition]![place].outcome = result
            }
            var actions: [GroupAction] = []
            while let first = state.appends[partition]?.first, let outcome = first.outcome {
                state.appends[partition]!.removeFirst()
                actions += state.machine.appendCompleted(first.token, outcome, at: time)
            }
            return actions
        }
    }

    private func setTimer() {
        let delay = state.withLock { state -> Duration? in
            guard let deadline = state.machine.nextDeadline else { return nil }
            if let set = state.nextTick, set <= deadline { return nil }
            state.nextTick = deadline
            return max(.zero, deadline.sinceStart - (ContinuousClock.now - start))
        }
        guard let delay else { return }
        // A nanosecond more than the deadline, never less: the machine must find it passed.
        loop.scheduleTask(in: TimeAmount(delay) + .nanoseconds(1)) { [self] in tick() }
    }

    private func tick() {
        run { state in
            state.nextTick = nil
            return state.machine.advance(to: time)
        }
    }

    // MARK: - Replay

    /// Rebuilds all groups from `__consumer_offsets`.
    ///
    /// - Throws: `LogError` if a partition cannot be read; a coordinator that has forgotten offsets must not answer.
    func replay() throws {
        guard let topic = registry.topic(InternalTopics.consumerOffsets) else { return }
        for partition in topic.partitions { try replay(partition) }
        run { $0.machine.replayCompleted(at: time) }
    }

    private func replay(_ partition: Partition) throws {
        var offset = partition.log.watermarks.logStartOffset
        while let slice = try partition.log.read(from: offset, upTo: .logEnd, limit: 4 << 20, mustProgress: true).slice
        {
            var batches = RecordBatchSequence(try slice.readBytes())
            while let batch = try batches.next() {
                offset = batch.header.nextOffset
                guard !batch.header.attributes.isControl else { continue }
                for record in try batch.records() {
                    guard let key = record.key else { continue }
                    do {
                        _ = try state.withLock { try $0.machine.replay(GroupRecord(key: key, value: record.value)) }
                    } catch {
                        logger.error(
                            "\(partition.id), offset \(record.offset): passed over a record that is none of a group's: \(error)"
                        )
                    }
                }
            }
        }
    }
}

/// A group's records on their way to the device.
private final class GroupAppendWait: ReplicationWait {
    let loop: any EventLoop
    private let host: GroupHost
    private let token: AppendToken
    private let partition: Int
    private let outcome = Mutex(ErrorCode.none)

    init(host: GroupHost, token: AppendToken, partition: Int, loop: any EventLoop) {
        self.host = host
        self.token = token
        self.partition = partition
        self.loop = loop
    }

    func resolve(_ index: Int, _ error: ErrorCode) -> Bool {
        outcome.withLock { $0 = error }
        return true
    }

    func run() {
        host.complete(token, in: partition, outcome.withLock { $0 } == .none ? .success(()) : .failure(.unavailable))
    }
}
