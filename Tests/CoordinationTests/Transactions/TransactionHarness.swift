import RecordFormat

@testable import Coordination

/// A host for one coordinator of transactions: a clock that tests move, a log, markers and identities that they may
/// delay or refuse, and the answers by token.
final class TransactionHarness {
    private(set) var coordinator: TransactionCoordinator
    private(set) var now = CoordinationTime(instant: .start, timestamp: Timestamp(milliseconds: 1_700_000_000_000))
    /// The records that are durable.
    private(set) var log: [TransactionRecord] = []
    /// The appends whose end has not been reported, oldest first.
    private(set) var appends: [TransactionAppend] = []
    /// The markers that have not been reported, oldest first.
    private(set) var markers: [(write: TransactionMarkers, partition: TopicPartition)] = []
    /// Every marker that was asked for, oldest first.
    private(set) var requestedMarkers: [TransactionMarkers] = []
    private(set) var searches: [ProducerIDToken] = []
    private(set) var answers: [RequestToken: TransactionResponse] = [:]
    /// Whether each append is durable, and each marker written, as soon as it is asked for.
    var isLogPrompt = true
    var areMarkersPrompt = true
    var areIdentitiesPrompt = true
    private var lastToken: UInt64 = 0
    /// The last token of former coordinators, who may have died without an answer.
    private var lastFormerToken: UInt64 = 0
    private(set) var lastProducerID: Int64 = 999

    init(
        configuration: TransactionCoordinatorConfiguration = .init(), replaying records: [TransactionRecord] = []
    )
        throws
    {
        coordinator = TransactionCoordinator(configuration: configuration)
        for record in records { try coordinator.replay(record) }
        log = records
        perform(coordinator.replayCompleted(at: now))
    }

    private func perform(_ actions: [TransactionAction]) {
        for action in actions {
            switch action {
            case .respond(let token, let response):
                precondition(answers[token] == nil, "\(token) was answered twice")
                answers[token] = response
            case .append(let append): appends.append(append)
            case .allocateProducerID(let token): searches.append(token)
            case .writeMarkers(let write):
                requestedMarkers.append(write)
                markers += write.partitions.map { (write, $0) }
            }
        }
        coordinator.checkInvariants()
        if areIdentitiesPrompt, !searches.isEmpty { findIdentity() }
        if isLogPrompt, !appends.isEmpty { completeAppend() }
        if areMarkersPrompt, !markers.isEmpty { completeMarker() }
    }

    func completeAppend(at index: Int = 0, _ result: Result<Void, TransactionAppendFailure> = .success(())) {
        let append = appends.remove(at: index)
        if case .success = result { log.append(append.record) }
        perform(coordinator.appendCompleted(append.token, result, at: now))
    }

    func completeMarker(at index: Int = 0, _ isSettled: Bool = true) {
        let marker = markers.remove(at: index)
        perform(coordinator.markerWritten(marker.write.token, to: marker.partition, isSettled, at: now))
    }

    func findIdentity(_ error: TransactionError? = nil) {
        let token = searches.removeFirst()
        lastProducerID += 1
        let result: Result<ProducerID, TransactionError> =
            if let error { .failure(error) } else { .success(ProducerID(lastProducerID)) }
        perform(coordinator.producerIDAllocated(token, result, at: now))
    }

    /// Lets time pass, firing each timer at its moment.
    func wait(_ duration: Duration) {
        let end = now.instant.advanced(by: duration)
        while let deadline = coordinator.nextDeadline, deadline <= end {
            move(to: max(deadline, now.instant))
            perform(coordinator.advance(to: now))
        }
        move(to: end)
    }

    private func move(to instant: CoordinationInstant) {
        let step = instant.sinceStart - now.instant.sinceStart
        now = CoordinationTime(instant: instant, timestamp: now.timestamp.saturating(adding: step))
    }

    /// Starts the coordinator anew from what is durable; whoever waits never hears from the old one, and markers that
    /// were not written yet are lost.
    func restart() throws {
        lastFormerToken = lastToken
        appends = []
        markers = []
        searches = []
        coordinator = TransactionCoordinator(configuration: coordinator.configuration)
        for record in log { try coordinator.replay(record) }
        perform(coordinator.replayCompleted(at: now))
    }

    func resign() { perform(coordinator.resign(at: now)) }

    /// Another coordinator takes over: whoever waits for the old one is sent away by it, and the ends of what it has
    /// under way are nothing to it any more.
    ///
    /// - Parameter count: How many of the appends under way are in the new one's log, the oldest.
    func move(keeping count: Int) throws {
        let former = (appends: appends, markers: markers, searches: searches)
        (appends, markers, searches) = ([], [], [])
        resign()
        for number in lastFormerToken..<lastToken {
            precondition(answers[RequestToken(number + 1)] != nil, "someone waits for a coordinator that is none")
        }
        var echoes: [TransactionAction] = []
        for append in former.appends { echoes += coordinator.appendCompleted(append.token, .success(()), at: now) }
        for marker in former.markers {
            echoes += coordinator.markerWritten(marker.write.token, to: marker.partition, true, at: now)
        }
        for token in former.searches {
            echoes += coordinator.producerIDAllocated(token, .success(ProducerID(1)), at: now)
        }
        precondition(echoes.isEmpty, "an echo")
        precondition(coordinator.nextDeadline == nil, "a timer of a coordinator that is none")
        log += former.appends.prefix(count).map(\.record)
        try restart()
    }

    private func newToken() -> RequestToken {
        lastToken += 1
        return RequestToken(lastToken)
    }

    func initialize(
        _ id: TransactionalID = "id", timeout: Duration = .seconds(60), expected: ProducerIdentity? = nil
    ) -> RequestToken {
        let token = newToken()
        let request = ProducerInitialization(transactionalID: id, timeout: timeout, expected: expected)
        perform(coordinator.initializeProducer(request, token: token, at: now))
        return token
    }

    func add(
        _ partitions: Set<TopicPartition>, _ producer: ProducerIdentity, _ id: TransactionalID = "id"
    ) -> RequestToken {
        let token = newToken()
        let request = PartitionAddition(transactionalID: id, producer: producer, partitions: partitions)
        perform(coordinator.addPartitions(request, token: token, at: now))
        return token
    }

    func end(
        _ outcome: TransactionOutcome, _ producer: ProducerIdentity, _ id: TransactionalID = "id",
        by clientProtocol: TransactionProtocol = .classic
    ) -> RequestToken {
        let token = newToken()
        let request = TransactionEnd(
            transactionalID: id, producer: producer, outcome: outcome, clientProtocol: clientProtocol)
        perform(coordinator.endTransaction(request, token: token, at: now))
        return token
    }

    // MARK: - Answers

    func identity(_ token: RequestToken) -> ProducerIdentity? {
        switch answers[token] {
        case .initialized(.success(let identity)), .ended(.success(let identity)): identity
        default: nil
        }
    }

    func error(_ token: RequestToken) -> TransactionError? {
        switch answers[token] {
        case .initialized(.failure(let error)), .ended(.failure(let error)): error
        case .added(let error): error
        default: nil
        }
    }

    /// Whether partitions were added.
    func isAdded(_ token: RequestToken) -> Bool { answers[token] == .added(nil) }

    func state(_ id: TransactionalID = "id") -> TransactionState? { try? coordinator.describe(id).get().state }

    func description(_ id: TransactionalID = "id") -> TransactionDescription? { try? coordinator.describe(id).get() }

    /// What a coordinator that starts now would find.
    func replayed() throws -> TransactionCoordinator {
        var coordinator = TransactionCoordinator(configuration: coordinator.configuration)
        for record in log { try coordinator.replay(record) }
        return coordinator
    }
}

/// A partition of the topic that tests write to.
let p0 = TopicPartition("topic", 0)
/// Another one.
let p1 = TopicPartition("topic", 1)
