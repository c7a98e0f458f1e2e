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
        var actions = ActionLane<GroupAction>()
        /// The appends under way to each partition, in the order in which they were made.
        var appends: [Int32: Deque<Append>] = [:]
        /// Partitions of `__consumer_offsets` that could not be read: what their groups have committed is not known.
        var unreadable: Set<Int32> = []
        /// Whether this node has stopped coordinating; the machine is empty then, and must not be taken at its word.
        var hasResigned = false
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
    private let timer: MachineTimer

    init(
        configuration: BrokerConfiguration, store: EventStore, registry: PartitionRegistry, loop: any EventLoop,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        state = Mutex(State(machine: GroupCoordinator(configuration: GroupCoordinatorConfiguration(configuration))))
        self.store = store
        self.registry = registry
        self.loop = loop
        timer = MachineTimer(loop: loop)
        self.logger = logger
        self.now = now
    }

    private var time: CoordinationTime {
        CoordinationTime(
            instant: CoordinationInstant(sinceStart: ContinuousClock.now - start), timestamp: now())
    }

    /// Whether the topic that keeps groups exists, without which no group can be coordinated.
    var isReady: Bool { registry.topic(InternalTopics.consumerOffsets) != nil }

    /// Why the group cannot be coordinated here, if it cannot.
    func fault(for groupID: GroupID) -> ErrorCode? { state.withLock { fault(for: groupID, $0) } }

    private func fault(for groupID: GroupID, _ state: borrowing State) -> ErrorCode? {
        if state.hasResigned { return .notCoordinator }
        guard let topic = registry.topic(InternalTopics.consumerOffsets) else { return .coordinatorNotAvailable }
        let index = Self.partition(of: groupID, in: topic)
        guard case .success = topic.led(index) else { return .notCoordinator }
        return state.unreadable.contains(index) ? .coordinatorNotAvailable : nil
    }

    /// The partition of `__consumer_offsets` that keeps a group.
    private static func partition(of groupID: GroupID, in topic: PartitionRegistry.Topic) -> Int32 {
        GroupCoordinator.groupPartition(for: groupID, partitionCount: topic.partitionCount)
    }

    /// The partition that keeps a group's offsets; `nil` without the topic.
    func offsetsPartition(of groupID: GroupID) -> TopicPartition? {
        registry.topic(InternalTopics.consumerOffsets).map {
            TopicPartition($0.name, Self.partition(of: groupID, in: $0))
        }
    }

    /// Hands an event of a group to the machine; `reply` gets its answer, now or later, or the error that the client is
    /// to be told because the machine was not asked.
    func perform(
        _ groupID: GroupID, _ event: (inout GroupCoordinator, RequestToken, CoordinationTime) -> [GroupAction],
        reply: @escaping @Sendable (Result<GroupResponse, ErrorCode>) -> Void
    ) {
        var fault: ErrorCode?
        run { state in
            fault = self.fault(for: groupID, state)
            guard fault == nil else { return [] }
            state.lastToken += 1
            let token = RequestToken(state.lastToken)
            state.waiting[token] = { reply(.success($0)) }
            return event(&state.machine, token, time)
        }
        if let fault { reply(.failure(fault)) }
    }

    /// Asks the machine something about a group that changes nothing.
    func query<Answer: Sendable>(
        _ groupID: GroupID, _ body: (borrowing GroupCoordinator) -> Answer
    ) -> Result<Answer, ErrorCode> {
        state.withLock { state in
            if let fault = fault(for: groupID, state) { return .failure(fault) }
            return .success(body(state.machine))
        }
    }

    /// Ends a producer's transaction in a partition of `__consumer_offsets`.
    ///
    /// - Parameter reply: Called once, with `.none` when the marker is durable and the transaction's offsets count or
    ///   are gone.
    func endTransaction(
        _ outcome: TransactionOutcome, of producer: ProducerIdentity, coordinatorEpoch: Int32, in partition: Int32,
        reply: @escaping @Sendable (ErrorCode) -> Void
    ) {
        var fault: ErrorCode?
        run { state in
            let topic = registry.topic(InternalTopics.consumerOffsets)
            if state.hasResigned {
                fault = .notCoordinator
            } else if case .failure(let error) = topic?.led(partition) ?? .failure(.unknownTopicOrPartition) {
                fault = error
            } else if state.unreadable.contains(partition) {
                // Its offsets are not known, and must not be thought of as ended before they are.
                fault = .coordinatorNotAvailable
            }
            guard fault == nil, let topic else { return [] }
            state.lastToken += 1
            let token = RequestToken(state.lastToken)
            state.waiting[token] = { response in
                guard case .marker(let error) = response else { return reply(.unknownServerError) }
                reply(ErrorCode(error))
            }
            let marker = GroupMarker(
                producer: producer, outcome: outcome, coordinatorEpoch: coordinatorEpoch, partition: partition,
                partitionCount: topic.partitionCount)
            return state.machine.endTransaction(marker, token: token)
        }
        if let fault { reply(fault) }
    }

    /// The groups of all partitions that could be read; an error once this node coordinates none.
    func list(states: [String], types: [String]) -> Result<[GroupListing], ErrorCode> {
        state.withLock { state in
            if state.hasResigned { return .failure(.coordinatorNotAvailable) }
            return .success(state.machine.listGroups(states: states, types: types))
        }
    }

    /// Tells the groups what a topic is now; `nil` for one that is gone.
    func topicChanged(_ name: String, to topic: CatalogedTopic?) {
        state.withLock { $0.machine.topicsChanged([name: topic]) }
    }

    /// Sets what holds for one group in place of the broker's own settings, by the keys of ``GroupKeys``.
    ///
    /// It holds from the next heartbeat of each member; what is not given has the broker's value again.
    func setConfiguration(_ values: [String: String], of groupID: GroupID) {
        let overrides = ConsumerGroupOverrides(values)
        state.withLock { $0.machine.setOverrides(overrides, for: groupID) }
    }

    /// Forgets the offsets of a topic that was deleted.
    func topicDeleted(_ name: String) {
        guard isReady else { return }
        run { $0.machine.topicsDeleted([name], at: time) }
    }

    /// Answers everyone who waits, and everyone who asks from now on, that this node does not coordinate groups.
    func resign() {
        run { state in
            state.hasResigned = true
            return state.machine.resign(at: time)
        }
    }

    // MARK: - Actions

    /// Has the machine take an event, and carries out what it asks for.
    private func run(_ event: (inout State) -> [GroupAction]) {
        let takesOver = state.withLock { state in
            let actions = event(&state)
            state.actions.add(actions)
            return state.actions.takeOver()
        }
        while takesOver, let action = state.withLock({ $0.actions.next() }) {
            switch action {
            case .respond(let token, let response):
                let reply = state.withLock { $0.waiting.removeValue(forKey: token) }
                reply?(response)
            case .append(let append): self.append(append)
            case .appendMarker(let marker, let token): append(marker, token)
            }
        }
        setTimer()
    }

    /// Appends a group's records to its partition of `__consumer_offsets`, and tells the machine when they are durable.
    private func append(_ append: GroupAppend) {
        guard let topic = registry.topic(InternalTopics.consumerOffsets) else {
            state.withLock { $0.appends[0, default: []].append(Append(token: append.token)) }
            return complete(append.token, in: 0, .failure(.unavailable))
        }
        let index = Self.partition(of: append.groupID, in: topic)
        guard case .success(let partition) = topic.led(index) else {
            state.withLock { $0.appends[index, default: []].append(Append(token: append.token)) }
            return complete(append.token, in: index, .failure(.notLeader))
        }
        carryOut(append.token, in: index, partition, "storing group \(append.groupID)") {
            let producer = append.producer.map {
                RecordBatchBuilder.Producer(
                    id: $0.id, epoch: $0.epoch, baseSequence: .none, isTransactional: true)
            }
            var builder = RecordBatchBuilder(producer: producer)
            for record in append.records { try builder.append(timestamp: now(), key: record.key, value: record.value) }
            let batch = try builder.finish()
            let limit = partition.log.configuration.maxMessageBytes
            guard batch.count <= limit else {
                // A group as large as that could not be read back by any client of the topic.
                throw LogError(
                    .recordTooLarge, "\(batch.count) bytes are more than the \(limit) of max.message.bytes")
            }
            let origin = AppendOrigin.coordinator(partition.leaderEpoch)
            guard let producer = append.producer else {
                return try partition.log.append(batch, from: origin, now: now())
            }
            return try partition.append(batch, of: producer, from: origin, now: now())
        }
    }

    /// Appends the marker that ends a transaction, and tells the machine when it is durable.
    private func append(_ marker: GroupMarker, _ token: AppendToken) {
        let index = marker.partition
        guard case .success(let partition)? = registry.topic(InternalTopics.consumerOffsets)?.led(index) else {
            state.withLock { $0.appends[index, default: []].append(Append(token: token)) }
            return complete(token, in: index, .failure(.notLeader))
        }
        carryOut(token, in: index, partition, "ending the transaction of producer \(marker.producer)") {
            try partition.appendMarker(
                marker.outcome, of: marker.producer, coordinatorEpoch: marker.coordinatorEpoch, now: now())
        }
    }

    /// Appends to a partition of `__consumer_offsets`, and tells the machine when that is durable.
    private func carryOut(
        _ token: AppendToken, in index: Int32, _ partition: Partition, _ purpose: @autoclosure () -> String,
        _ append: () throws -> AppendResult
    ) {
        state.withLock { $0.appends[index, default: []].append(Append(token: token)) }
        do {
            let result = try append()
            partition.whenDurable(result, store: store, loop: loop) { [self] in
                complete(token, in: index, Result($0))
            }
        } catch {
            let failure = Self.failure(error)
            switch failure {
            // A client's mistake is the client's to log.
            case .fencedProducer, .outsideTransaction: logger.debug("\(purpose()) refused: \(error)")
            default: logger.error("\(purpose()) failed: \(error)")
            }
            complete(token, in: index, .failure(failure))
        }
    }

    /// What a log's refusal is to the machine.
    private static func failure(_ error: any Error) -> GroupAppendFailure {
        switch (error as? LogError)?.code {
        case .closed: .notLeader
        case .recordTooLarge: .tooLarge
        case .fencedProducer: .fencedProducer
        case .invalidTransactionState: .outsideTransaction
        case .fencedCoordinator: .fencedCoordinator
        default: .unavailable
        }
    }

    /// Tells the machine how an append ended, and those behind it that had ended before.
    fileprivate func complete(_ token: AppendToken, in partition: Int32, _ result: Result<Void, GroupAppendFailure>) {
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
        let deadline = state.withLock { $0.machine.nextDeadline }
        timer.set(deadline, now: time.instant) { [weak self] in self?.tick() }
    }

    private func tick() { run { $0.machine.advance(to: time) } }

    // MARK: - Replay

    /// Rebuilds all groups from `__consumer_offsets`, and begins to watch over them.
    ///
    /// A coordinator that has forgotten offsets must not answer: the groups of a partition that cannot be read are
    /// refused until it can be. All others are served.
    func replay() {
        if let topic = registry.topic(InternalTopics.consumerOffsets) {
            for partition in topic.copies where partition.isLed {
                do { try replay(partition) } catch {
                    logger.error(
                        "\(partition.id) cannot be read, so its groups are answered COORDINATOR_NOT_AVAILABLE: \(error)"
                    )
                    state.withLock { state in
                        state.unreadable.insert(partition.id.partition)
                        state.machine.discard { Self.partition(of: $0, in: topic) == partition.id.partition }
                    }
                }
            }
        }
        run { $0.machine.replayCompleted(at: time) }
    }

    private func replay(_ partition: Partition) throws {
        try partition.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return try replay(markerIn: batch, partition) }
            let transaction = batch.header.attributes.isTransactional ? batch.header.producerID : nil
            try partition.forEachRecord(of: batch, ofA: "group", logger) { key, record in
                _ = try state.withLock {
                    try $0.machine.replay(GroupRecord(key: key, value: record.value), in: transaction)
                }
            }
        }
    }

    /// Takes over the end of a transaction.
    private func replay(markerIn batch: RecordBatch, _ partition: Partition) throws {
        guard let found = try EndTransactionMarker.read(batch),
            let topic = registry.topic(InternalTopics.consumerOffsets)
        else { return }
        let marker = GroupMarker(
            producer: ProducerIdentity(batch.header.producerID, batch.header.producerEpoch),
            outcome: found.outcome == .committed ? .commit : .abort, coordinatorEpoch: found.coordinatorEpoch,
            partition: partition.id.partition, partitionCount: topic.partitionCount)
        state.withLock { $0.machine.replay(marker) }
    }
}
