import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Synchronization

/// The transactions of one partition of `__transaction_state`, for as long as this node leads it in one epoch.
///
/// It gives their coordinator what that has not: a lock, a clock, a log, identities for producers, and partitions to tell
/// how transactions ended. The machine runs under the lock and returns actions; they are carried out after the lock is
/// free, by one thread at a time, in the order in which they came. Safe to use from any thread.
final class HostedTransactions: PartitionCoordinator {
    private struct State: ~Copyable {
        var machine: TransactionCoordinator
        var waiting: [RequestToken: @Sendable (TransactionResponse) -> Void] = [:]
        var lastToken: UInt64 = 0
        var actions = ActionLane<TransactionAction>()
        /// Whether the epoch is over; the machine is empty then, and must not be taken at its word.
        var hasResigned = false
    }

    private let partition: Partition
    /// All that is appended belongs to it, and all markers carry it: partitions that have heard of a later coordinator
    /// refuse those of an earlier one.
    private let epoch: LeaderEpoch
    private let site: CoordinatorSite
    private let markers: MarkerDelivery
    private let producerIDs: ProducerIDAllocator
    private let state: Mutex<State>
    private let timer: MachineTimer

    /// Creates transactions of which nothing is known; ``load()`` comes next.
    init(
        _ partition: Partition, in epoch: LeaderEpoch, configuration: TransactionCoordinatorConfiguration,
        site: CoordinatorSite, markers: MarkerDelivery, producerIDs: ProducerIDAllocator
    ) {
        self.partition = partition
        self.epoch = epoch
        self.site = site
        self.markers = markers
        self.producerIDs = producerIDs
        timer = MachineTimer(loop: site.loop)
        state = Mutex(State(machine: TransactionCoordinator(configuration: configuration)))
    }

    // MARK: - Requests

    /// Hands a request to the machine; `reply` gets its answer, now or later, or why the machine was not asked.
    func perform(
        _ event: (inout TransactionCoordinator, RequestToken, CoordinationTime) -> [TransactionAction],
        reply: @escaping @Sendable (Result<TransactionResponse, TransactionError>) -> Void
    ) {
        var isAsked = false
        run { state in
            guard !state.hasResigned else { return [] }
            isAsked = true
            state.lastToken += 1
            let token = RequestToken(state.lastToken)
            state.waiting[token] = { reply(.success($0)) }
            return event(&state.machine, token, site.time)
        }
        if !isAsked { reply(.failure(.notCoordinator)) }
    }

    /// Asks the machine something that changes nothing; `nil` once the epoch is over.
    func query<Answer: Sendable>(_ body: (borrowing TransactionCoordinator) -> Answer) -> Answer? {
        state.withLock { $0.hasResigned ? nil : body($0.machine) }
    }

    func resign() {
        run { state in
            state.hasResigned = true
            return state.machine.resign(at: site.time)
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

    /// Appends a transactional id's record, and tells the machine when it is durable.
    private func append(_ append: TransactionAppend) {
        do {
            var builder = RecordBatchBuilder()
            try builder.append(timestamp: site.now(), key: append.record.key, value: append.record.value)
            let batch = try builder.finish()
            let limit = partition.log.configuration.maxMessageBytes
            guard batch.count <= limit else {
                // A transaction as large as that could not be read back by any client of the topic.
                site.logger.error(
                    "storing transaction \(append.transactionalID) failed: \(batch.count) bytes are more than the \(limit) of max.message.bytes"
                )
                return complete(append.token, .failure(.tooLarge))
            }
            try partition.requireReplicas()
            let result = try partition.log.append(batch, from: .coordinator(epoch), now: site.now())
            partition.whenDurable(result, store: site.store, loop: site.loop) { [self] in
                complete(append.token, Result($0))
            }
        } catch {
            let code = (error as? LogError)?.code
            guard code != .staleLeaderEpoch else { return complete(append.token, .failure(.notLeader)) }
            site.logger.error("storing transaction \(append.transactionalID) failed: \(error)")
            complete(append.token, .failure(code == .closed ? .notLeader : .unavailable))
        }
    }

    private func complete(_ token: AppendToken, _ result: Result<Void, TransactionAppendFailure>) {
        run { $0.machine.appendCompleted(token, result, at: site.time) }
    }

    private func allocate(_ token: ProducerIDToken) {
        Task {
            do {
                let id = try await producerIDs.allocate()
                run { $0.machine.producerIDAllocated(token, .success(id), at: site.time) }
            } catch {
                site.logger.error("reserving producer ids failed: \(error)")
                run { $0.machine.producerIDAllocated(token, .failure(.coordinatorNotAvailable), at: site.time) }
            }
        }
    }

    /// Tells partitions how a transaction ended.
    private func write(_ write: TransactionMarkers) {
        let marker = MarkerDelivery.Marker(
            producer: write.producer, outcome: write.outcome, coordinatorEpoch: epoch.rawValue)
        markers.deliver(marker, to: write.partitions) { [self] partition, isSettled in
            run { $0.machine.markerWritten(write.token, to: partition, isSettled, at: site.time) }
        }
    }

    private func setTimer() {
        let deadline = state.withLock { $0.machine.nextDeadline }
        timer.set(deadline, now: site.time.instant) { [weak self] in self?.tick() }
    }

    private func tick() { run { $0.machine.advance(to: site.time) } }

    // MARK: - The log

    func load() throws {
        try partition.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return }
            try partition.forEachRecord(of: batch, ofA: "transaction", site.logger) { key, record in
                _ = try state.withLock { try $0.machine.replay(TransactionRecord(key: key, value: record.value)) }
            }
        }
    }

    func begin() { run { $0.machine.replayCompleted(at: site.time) } }
}
