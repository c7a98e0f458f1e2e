import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat
import Synchronization

/// Gives the transaction coordinator what it has not: a lock, a clock, a log, identities for producers, and partitions
/// to tell how transactions ended.
///
/// The machine runs under the lock and returns actions; they are carried out after the lock is free, by one thread at a
/// time, in the order in which they came. Safe to use from any thread.
final class TransactionHost: Sendable {
    private struct State: ~Copyable {
        var machine: TransactionCoordinator
        var waiting: [RequestToken: @Sendable (TransactionResponse) -> Void] = [:]
        var lastToken: UInt64 = 0
        var actions = ActionLane<TransactionAction>()
        /// Partitions of `__transaction_state` that could not be read: whose transactions are open is not known.
        var unreadable: Set<Int32> = []
        /// Whether this node has stopped coordinating; the machine is empty then, and must not be taken at its word.
        var hasResigned = false
    }

    private let state: Mutex<State>
    private let markers: MarkerWriter
    private let producerIDs: ProducerIDAllocator
    private let start = ContinuousClock.now
    private let timer: MachineTimer
    private var store: EventStore { markers.store }
    private var registry: PartitionRegistry { markers.registry }
    private var loop: any EventLoop { markers.loop }
    private var logger: Logger { markers.logger }
    private var now: @Sendable () -> Timestamp { markers.now }

    init(configuration: BrokerConfiguration, markers: MarkerWriter, producerIDs: ProducerIDAllocator) {
        var settings = TransactionCoordinatorConfiguration()
        settings.maxTimeout = configuration.milliseconds("transaction.max.timeout.ms")
        settings.transactionalIDExpiration = configuration.milliseconds("transactional.id.expiration.ms")
        state = Mutex(State(machine: TransactionCoordinator(configuration: settings)))
        self.markers = markers
        timer = MachineTimer(loop: markers.loop)
        self.producerIDs = producerIDs
    }

    private var time: CoordinationTime {
        CoordinationTime(instant: CoordinationInstant(sinceStart: ContinuousClock.now - start), timestamp: now())
    }

    /// Whether the topic that keeps transactions exists, without which none can be coordinated.
    var isReady: Bool { registry.topic(InternalTopics.transactionState) != nil }

    /// Why the transactions of a transactional id cannot be coordinated here, if they cannot.
    func fault(for id: TransactionalID) -> TransactionError? { state.withLock { fault(for: id, $0) } }

    private func fault(for id: TransactionalID, _ state: borrowing State) -> TransactionError? {
        if state.hasResigned { return .notCoordinator }
        guard let topic = registry.topic(InternalTopics.transactionState) else { return .coordinatorNotAvailable }
        let index = Self.partition(of: id, in: topic)
        guard case .success = topic.led(index) else { return .notCoordinator }
        return state.unreadable.contains(index) ? .coordinatorNotAvailable : nil
    }

    /// The partition of `__transaction_state` that keeps a transactional id's transactions.
    private static func partition(of id: TransactionalID, in topic: PartitionRegistry.Topic) -> Int32 {
        TransactionCoordinator.partition(for: id, partitionCount: topic.partitionCount)
    }

    /// Hands a request to the machine; `reply` gets its answer, now or later, or why the machine was not asked.
    func perform(
        _ id: TransactionalID,
        _ event: (inout TransactionCoordinator, RequestToken, CoordinationTime) -> [TransactionAction],
        reply: @escaping @Sendable (Result<TransactionResponse, TransactionError>) -> Void
    ) {
        var fault: TransactionError?
        run { state in
            fault = self.fault(for: id, state)
            guard fault == nil else { return [] }
            state.lastToken += 1
            let token = RequestToken(state.lastToken)
            state.waiting[token] = { reply(.success($0)) }
            return event(&state.machine, token, time)
        }
        if let fault { reply(.failure(fault)) }
    }

    /// Asks the machine something about a transactional id that changes nothing.
    func query<Answer: Sendable>(
        _ id: TransactionalID, _ body: (borrowing TransactionCoordinator) -> Result<Answer, TransactionError>
    ) -> Result<Answer, TransactionError> {
        state.withLock { state in
            if let fault = fault(for: id, state) { return .failure(fault) }
            return body(state.machine)
        }
    }

    /// The transactions of all partitions that could be read; an error once this node coordinates none.
    func list(_ filter: TransactionFilter) -> Result<[TransactionListing], TransactionError> {
        state.withLock { state in
            if state.hasResigned { return .failure(.coordinatorNotAvailable) }
            return .success(state.machine.listTransactions(filter, at: time))
        }
    }

    /// Answers everyone who waits, and everyone who asks from now on, that this node does not coordinate transactions.
    func resign() {
        run { state in
            state.hasResigned = true
            return state.machine.resign(at: time)
        }
    }

    // MARK: - Actions

    /// Has the machine take an event, and carries out what it asks for.
    private func run(_ event: (inout State) -> [TransactionAction]) {
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
            case .allocateProducerID(let token): allocate(token)
            case .writeMarkers(let write): self.write(write)
            }
        }
        setTimer()
    }

    /// Appends a transactional id's record to its partition, and tells the machine when it is durable.
    private func append(_ append: TransactionAppend) {
        guard let topic = registry.topic(InternalTopics.transactionState) else {
            return complete(append.token, .failure(.unavailable))
        }
        guard case .success(let partition) = topic.led(Self.partition(of: append.transactionalID, in: topic)) else {
            return complete(append.token, .failure(.notLeader))
        }
        do {
            var builder = RecordBatchBuilder()
            try builder.append(timestamp: now(), key: append.record.key, value: append.record.value)
            let batch = try builder.finish()
            let limit = partition.log.configuration.maxMessageBytes
            guard batch.count <= limit else {
                // A transaction as large as that could not be read back by any client of the topic.
                logger.error(
                    "storing transaction \(append.transactionalID) failed: \(batch.count) bytes are more than the \(limit) of max.message.bytes"
                )
                return complete(append.token, .failure(.tooLarge))
            }
            let result = try partition.log.append(batch, from: .coordinator(partition.leaderEpoch), now: now())
            partition.whenDurable(result, store: store, loop: loop) { [self] in
                complete(append.token, Result($0))
            }
        } catch {
            logger.error("storing transaction \(append.transactionalID) failed: \(error)")
            let isOffline = (error as? LogError)?.code == .closed
            complete(append.token, .failure(isOffline ? .notLeader : .unavailable))
        }
    }

    private func complete(_ token: AppendToken, _ result: Result<Void, TransactionAppendFailure>) {
        run { $0.machine.appendCompleted(token, result, at: time) }
    }

    private func allocate(_ token: ProducerIDToken) {
        Task {
            do {
                let id = try await producerIDs.allocate()
                run { $0.machine.producerIDAllocated(token, .success(id), at: time) }
            } catch {
                logger.error("reserving producer ids failed: \(error)")
                run { $0.machine.producerIDAllocated(token, .failure(.coordinatorNotAvailable), at: time) }
            }
        }
    }

    /// Tells partitions how a transaction ended.
    private func write(_ write: TransactionMarkers) {
        let topic = registry.topic(InternalTopics.transactionState)
        let epoch = topic.flatMap { $0.copy(Self.partition(of: write.transactionalID, in: $0))?.leaderEpoch.rawValue }
        for partition in write.partitions {
            markers.write(
                write.outcome, of: write.producer, coordinatorEpoch: epoch ?? 0, to: partition
            ) { [self] error in
                run { $0.machine.markerWritten(write.token, to: partition, Self.isSettled(error), at: time) }
            }
        }
    }

    /// Whether another try to write a marker has no use: it is written, its partition is gone, or the partition has
    /// heard of the producer from a later coordinator or epoch.
    private static func isSettled(_ error: ErrorCode) -> Bool {
        switch error {
        case .none, .unknownTopicOrPartition, .invalidProducerEpoch, .transactionCoordinatorFenced: true
        default: false
        }
    }

    private func setTimer() {
        let deadline = state.withLock { $0.machine.nextDeadline }
        timer.set(deadline, now: time.instant) { [weak self] in self?.tick() }
    }

    private func tick() { run { $0.machine.advance(to: time) } }

    // MARK: - Replay

    /// Rebuilds all transactions from `__transaction_state`, and goes on with those that are decided.
    ///
    /// The transactional ids of a partition that cannot be read are refused until it can be. All others are served.
    func replay() {
        if let topic = registry.topic(InternalTopics.transactionState) {
            for partition in topic.copies where partition.isLed {
                do { try replay(partition) } catch {
                    logger.error(
                        "\(partition.id) cannot be read, so its transactional ids are answered COORDINATOR_NOT_AVAILABLE: \(error)"
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
            guard !batch.header.attributes.isControl else { return }
            try partition.forEachRecord(of: batch, ofA: "transaction", logger) { key, record in
                _ = try state.withLock { try $0.machine.replay(TransactionRecord(key: key, value: record.value)) }
            }
        }
    }
}
