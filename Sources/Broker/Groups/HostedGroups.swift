import Coordination
import DequeModule
import EventStore
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Synchronization

/// The groups of one partition of `__consumer_offsets`, for as long as this node leads it in one epoch.
///
/// It gives their coordinator what that has not: a lock, a clock, a log and someone to answer. The machine runs under the
/// lock and returns actions; they are carried out after the lock is free, by one thread at a time, in the order in which
/// they came: what a group stores must reach its log in that order, and be reported durable in that order. Safe to use
/// from any thread.
final class HostedGroups: PartitionCoordinator {
    private struct State: ~Copyable {
        var machine: GroupCoordinator
        var waiting: [RequestToken: @Sendable (GroupResponse) -> Void] = [:]
        var lastToken: UInt64 = 0
        var actions = ActionLane<GroupAction>()
        /// The appends under way, in the order in which they were made.
        var appends: Deque<Append> = []
        /// Whether the epoch is over; the machine is empty then, and must not be taken at its word.
        var hasResigned = false
    }

    /// An append, and how it ended once it has.
    private struct Append {
        var token: AppendToken
        var isDurable = false
    }

    private let partition: Partition
    /// All that is appended belongs to it: what was decided in one epoch must not slip into another.
    private let epoch: LeaderEpoch
    private let partitionCount: Int32
    private let site: CoordinatorSite
    private let surroundings: @Sendable (_ known: Int64) -> GroupSurroundings?
    private let state: Mutex<State>
    private let timer: MachineTimer

    /// Creates groups that know nothing; ``load()`` comes next.
    ///
    /// - Parameters:
    ///   - partitionCount: The number of partitions of the topic.
    ///   - surroundings: What there is besides groups, unless that is of the version `known`.
    init(
        _ partition: Partition, in epoch: LeaderEpoch, of partitionCount: Int32,
        configuration: GroupCoordinatorConfiguration, site: CoordinatorSite,
        surroundings: @escaping @Sendable (_ known: Int64) -> GroupSurroundings?
    ) {
        self.partition = partition
        self.epoch = epoch
        self.partitionCount = partitionCount
        self.site = site
        self.surroundings = surroundings
        timer = MachineTimer(loop: site.loop)
        state = Mutex(State(machine: GroupCoordinator(configuration: configuration)))
    }

    // MARK: - Requests

    /// Hands an event of a group to the machine; `reply` gets its answer, now or later, or the error that the client is
    /// to be told because the machine was not asked.
    func perform(
        _ event: (inout GroupCoordinator, RequestToken, CoordinationTime) -> [GroupAction],
        reply: @escaping @Sendable (Result<GroupResponse, ErrorCode>) -> Void
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
    func query<Answer: Sendable>(_ body: (borrowing GroupCoordinator) -> Answer) -> Answer? {
        state.withLock { state in
            if state.hasResigned { return nil }
            refresh(&state)
            return body(state.machine)
        }
    }

    /// Ends a producer's transaction in the partition.
    ///
    /// - Parameter reply: Called once, with `.none` when the marker is durable and the transaction's offsets count or
    ///   are gone.
    func endTransaction(
        _ outcome: TransactionOutcome, of producer: ProducerIdentity, coordinatorEpoch: Int32,
        reply: @escaping @Sendable (ErrorCode) -> Void
    ) {
        let marker = GroupMarker(
            producer: producer, outcome: outcome, coordinatorEpoch: coordinatorEpoch,
            partition: partition.id.partition, partitionCount: partitionCount)
        perform({ machine, token, _ in machine.endTransaction(marker, token: token) }) { result in
            switch result {
            case .success(.marker(let error)): reply(ErrorCode(error))
            case .success: reply(.unknownServerError)
            case .failure(let error): reply(error)
            }
        }
    }

    /// Forgets the offsets of a topic that was deleted.
    func topicDeleted(_ name: String) {
        run { state in state.hasResigned ? [] : state.machine.topicsDeleted([name], at: site.time) }
    }

    func resign() {
        run { state in
            state.hasResigned = true
            return state.machine.resign(at: site.time)
        }
    }

    // MARK: - Actions

    /// Gives the machine the newest of what there is besides groups.
    private func refresh(_ state: inout State) {
        if let newer = surroundings(state.machine.surroundings.version) { state.machine.surroundings = newer }
    }

    /// Has the machine take an event, and carries out what it asks for.
    private func run(_ event: (inout State) -> [GroupAction]) {
        let takesOver = state.withLock { state in
            refresh(&state)
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

    /// Appends a group's records, and tells the machine when they are durable.
    private func append(_ append: GroupAppend) {
        carryOut(append.token, "storing group \(append.groupID)") {
            let producer = append.producer.map {
                RecordBatchBuilder.Producer(
                    id: $0.id, epoch: $0.epoch, baseSequence: .none, isTransactional: true)
            }
            var builder = RecordBatchBuilder(producer: producer)
            for record in append.records {
                try builder.append(timestamp: site.now(), key: record.key, value: record.value)
            }
            let batch = try builder.finish()
            let limit = partition.log.configuration.maxMessageBytes
            guard batch.count <= limit else {
                // A group as large as that could not be read back by any client of the topic.
                throw LogError(
                    .recordTooLarge, "\(batch.count) bytes are more than the \(limit) of max.message.bytes")
            }
            guard let producer = append.producer else {
                return try partition.log.append(batch, from: .coordinator(epoch), now: site.now())
            }
            return try partition.append(batch, of: producer, from: .coordinator(epoch), now: site.now())
        }
    }

    /// Appends the marker that ends a transaction, and tells the machine when it is durable.
    private func append(_ marker: GroupMarker, _ token: AppendToken) {
        carryOut(token, "ending the transaction of producer \(marker.producer)") {
            try partition.appendMarker(
                marker.outcome, of: marker.producer, coordinatorEpoch: marker.coordinatorEpoch, in: epoch,
                now: site.now())
        }
    }

    /// Appends to the partition, and tells the machine when that is durable.
    private func carryOut(
        _ token: AppendToken, _ purpose: @autoclosure () -> String, _ append: () throws -> AppendResult
    ) {
        state.withLock { $0.appends.append(Append(token: token)) }
        do {
            try partition.requireReplicas()
            let result = try append()
            partition.whenDurable(result, store: site.store, loop: site.loop) { [self] in
                complete(token, Result($0))
            }
        } catch {
            let failure = Self.failure(error)
            switch failure {
            // A client's mistake is the client's to log, and that another node leads now is no failure.
            case .fencedProducer, .outsideTransaction, .notLeader: site.logger.debug("\(purpose()) refused: \(error)")
            default: site.logger.error("\(purpose()) failed: \(error)")
            }
            complete(token, .failure(failure))
        }
    }

    /// What a log's refusal is to the machine.
    private static func failure(_ error: any Error) -> GroupAppendFailure {
        switch (error as? LogError)?.code {
        case .closed, .staleLeaderEpoch: .notLeader
        case .recordTooLarge: .tooLarge
        case .fencedProducer: .fencedProducer
        case .invalidTransactionState: .outsideTransaction
        case .fencedCoordinator: .fencedCoordinator
        default: .unavailable
        }
    }

    /// Tells the machine how an append ended: successes in the order of the log, and failures at once, or what never
    /// reached the log would wait for replicas that what is before it needs.
    private func complete(_ token: AppendToken, _ result: Result<Void, GroupAppendFailure>) {
        run { state in
            guard let place = state.appends.firstIndex(where: { $0.token == token }) else { return [] }
            var actions: [GroupAction] = []
            if case .failure = result {
                state.appends.remove(at: place)
                actions += state.machine.appendCompleted(token, result, at: site.time)
            } else {
                state.appends[place].isDurable = true
            }
            while let first = state.appends.first, first.isDurable {
                state.appends.removeFirst()
                actions += state.machine.appendCompleted(first.token, .success(()), at: site.time)
            }
            return actions
        }
    }

    private func setTimer() {
        let deadline = state.withLock { $0.machine.nextDeadline }
        timer.set(deadline, now: site.time.instant) { [weak self] in self?.tick() }
    }

    private func tick() { run { $0.machine.advance(to: site.time) } }

    // MARK: - The log

    /// A coordinator that has forgotten offsets must not answer: should anything be unreadable, no group of the partition
    /// is served.
    func load() throws {
        try partition.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return try replay(markerIn: batch) }
            let transaction = batch.header.attributes.isTransactional ? batch.header.producerID : nil
            try partition.forEachRecord(of: batch, ofA: "group", site.logger) { key, record in
                _ = try state.withLock {
                    try $0.machine.replay(GroupRecord(key: key, value: record.value), in: transaction)
                }
            }
        }
    }

    /// Takes over the end of a transaction.
    private func replay(markerIn batch: RecordBatch) throws {
        guard let found = try EndTransactionMarker.read(batch) else { return }
        let marker = GroupMarker(
            producer: ProducerIdentity(batch.header.producerID, batch.header.producerEpoch),
            outcome: found.outcome == .committed ? .commit : .abort, coordinatorEpoch: found.coordinatorEpoch,
            partition: partition.id.partition, partitionCount: partitionCount)
        state.withLock { $0.machine.replay(marker) }
    }

    func begin() { run { $0.machine.replayCompleted(at: site.time) } }
}
