import RecordFormat
import Testing

@testable import Coordination

@Suite struct TransactionPersistenceTests {
    private func started() throws -> (TransactionHarness, ProducerIdentity) {
        let host = try TransactionHarness()
        let producer = try #require(host.identity(host.initialize()))
        #expect(host.isAdded(host.add([p0, p1], producer)))
        return (host, producer)
    }

    @Test func whatIsDurableIsThereAfterARestart() throws {
        let (host, producer) = try started()
        let before = host.description()
        try host.restart()
        #expect(host.description() == before)
        #expect(host.identity(host.end(.commit, producer)) == producer)
        #expect(host.state() == .completeCommit)
        try host.restart()
        #expect(host.state() == .completeCommit)
        #expect(host.requestedMarkers.count == 1)
    }

    @Test func requestWithoutAnAnswerMayBeRepeatedAfterARestart() throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        let lost = host.end(.commit, producer)
        try host.restart()
        #expect(host.answers[lost] == nil)
        #expect(host.state() == .ongoing)
        host.isLogPrompt = true
        #expect(host.identity(host.end(.commit, producer)) == producer)
    }

    @Test(arguments: [TransactionOutcome.commit, .abort], [0, 1, 2])
    func decidedTransactionIsCarriedOutAfterARestart(outcome: TransactionOutcome, written: Int) throws {
        let (host, producer) = try started()
        host.areMarkersPrompt = false
        host.isLogPrompt = false
        let token = host.end(outcome, producer)
        host.completeAppend()
        #expect(host.identity(token) == producer)
        for _ in 0..<written { host.completeMarker() }
        // With both markers written the record that says so is on its way, and lost.
        try host.restart()
        #expect(host.state() == outcome.prepared)
        #expect(host.requestedMarkers.map(\.partitions) == [[p0, p1], [p0, p1]])
        #expect(host.requestedMarkers.map(\.outcome) == [outcome, outcome])
        #expect(host.requestedMarkers.map(\.producer) == [producer, producer])
        host.completeMarker()
        host.completeMarker()
        host.completeAppend()
        #expect(host.state() == outcome.completed)
    }

    @Test func repeatedEndOfBothProtocolsIsRecognisedAfterARestart() throws {
        let (host, producer) = try started()
        let next = host.identity(host.end(.commit, producer, by: .epochPerTransaction))
        try host.restart()
        #expect(host.identity(host.end(.commit, producer, by: .epochPerTransaction)) == next)
    }

    @Test func reportsOfWhatAnEarlierCoordinatorAskedForDoNothing() throws {
        let (host, producer) = try started()
        host.areMarkersPrompt = false
        host.isLogPrompt = false
        _ = host.end(.commit, producer)
        let append = try #require(host.appends.first)
        host.resign()
        var coordinator = TransactionCoordinator()
        #expect(coordinator.appendCompleted(append.token, .success(()), at: host.now).isEmpty)
        #expect(coordinator.markerWritten(MarkerToken(9), to: p0, true, at: host.now).isEmpty)
        #expect(coordinator.producerIDAllocated(ProducerIDToken(9), .success(ProducerID(1)), at: host.now).isEmpty)
    }

    @Test func resigningSendsThoseWhoWaitAway() throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        host.areIdentitiesPrompt = false
        let ending = host.end(.commit, producer)
        let initializing = host.initialize("other")
        host.resign()
        #expect(host.error(ending) == .notCoordinator)
        #expect(host.error(initializing) == .notCoordinator)
        #expect(host.state() == nil)
        #expect(host.coordinator.nextDeadline == nil)
    }

    @Test func statesThatAreNeverStoredAreForgotten() throws {
        for state in [TransactionState.dead, .prepareEpochFence] {
            let value = TransactionValue(
                producer: ProducerIdentity(ProducerID(7), ProducerEpoch(1)), timeoutMs: 1, state: state,
                updateTimestamp: .none)
            let host = try TransactionHarness(replaying: [TransactionRecord("id", value)])
            #expect(host.state() == nil)
        }
    }

    @Test func recordOfAnotherKindIsPassedOver() throws {
        var coordinator = TransactionCoordinator()
        #expect(try !coordinator.replay(TransactionRecord(key: ByteSlice([0, 9]), value: nil)))
        #expect(throws: RecordDecodingError.self) {
            try coordinator.replay(TransactionRecord(key: ByteSlice([0]), value: nil))
        }
    }

    // MARK: - Time

    @Test func openTransactionIsAbortedWhenItsTimeIsOver() throws {
        let (host, producer) = try started()
        host.wait(.milliseconds(59_999))
        #expect(host.state() == .ongoing)
        host.wait(.milliseconds(1))
        #expect(host.state() == .completeAbort)
        let fenced = ProducerIdentity(producer.id, producer.epoch.next)
        #expect(host.requestedMarkers.map(\.producer) == [fenced])
        #expect(host.error(host.end(.commit, producer)) == .producerFenced)
        #expect(host.error(host.end(.abort, producer, by: .epochPerTransaction)) == .producerFenced)
        #expect(host.error(host.add([p0], producer)) == .producerFenced)
    }

    @Test func timeGoesOnWhileNoCoordinatorRuns() throws {
        let (host, _) = try started()
        host.wait(.seconds(40))
        try host.restart()
        host.wait(.milliseconds(19_999))
        #expect(host.state() == .ongoing)
        host.wait(.milliseconds(1))
        #expect(host.state() == .completeAbort)
    }

    @Test func timeThatIsOverBeforeARestartAbortsAtOnce() throws {
        let value = TransactionValue(
            producer: ProducerIdentity(ProducerID(7), ProducerEpoch(1)), timeoutMs: 1000, state: .ongoing,
            partitions: [p0], updateTimestamp: Timestamp(milliseconds: 1_600_000_000_000),
            startTimestamp: Timestamp(milliseconds: 1_600_000_000_000))
        let host = try TransactionHarness(replaying: [TransactionRecord("id", value)])
        #expect(host.state() == .completeAbort)
    }

    @Test func timeDoesNotRunOutWhileTheEndIsOnItsWay() throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        let token = host.end(.commit, producer)
        host.wait(.seconds(120))
        #expect(host.appends.count == 1)
        host.completeAppend(.failure(.unavailable))
        #expect(host.error(token) == .coordinatorNotAvailable)
        // Its time is over, and the next step is the coordinator's.
        host.wait(.milliseconds(100))
        host.completeAppend()
        #expect(host.state() == .prepareAbort)
    }

    @Test func abortThatCannotBeStoredIsTriedAgainAndNotWithoutEnd() throws {
        let (host, _) = try started()
        host.isLogPrompt = false
        host.wait(.seconds(60))
        host.completeAppend(.failure(.unavailable))
        #expect(host.appends.isEmpty)
        host.wait(.milliseconds(100))
        host.completeAppend(.failure(.unavailable))
        host.wait(.milliseconds(199))
        #expect(host.appends.isEmpty)
        host.wait(.milliseconds(1))
        host.completeAppend()
        #expect(host.state() == .prepareAbort)
        // Raised once, however often it was tried.
        #expect(host.description()?.producer.epoch == ProducerEpoch(1))
    }

    @Test func idleTransactionalIDExpires() throws {
        var configuration = TransactionCoordinatorConfiguration()
        configuration.transactionalIDExpiration = .seconds(1000)
        let host = try TransactionHarness(configuration: configuration)
        let producer = try #require(host.identity(host.initialize()))
        host.wait(.seconds(999))
        #expect(host.isAdded(host.add([p0], producer)))
        _ = host.end(.abort, producer)
        host.wait(.seconds(999))
        #expect(host.state() == .completeAbort)
        host.isLogPrompt = false
        host.wait(.seconds(1))
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        host.completeAppend()
        #expect(host.state() == nil)
        #expect(host.log.last?.value == nil)
        #expect(host.error(host.add([p0], producer)) == .invalidProducerIDMapping)
        try host.restart()
        #expect(host.state() == nil)
    }

    @Test func expirationThatCannotBeStoredLeavesTheTransactionalID() throws {
        var configuration = TransactionCoordinatorConfiguration()
        configuration.transactionalIDExpiration = .seconds(10)
        let host = try TransactionHarness(configuration: configuration)
        _ = host.initialize()
        host.isLogPrompt = false
        host.wait(.seconds(10))
        host.completeAppend(.failure(.unavailable))
        #expect(host.state() == .empty)
        host.wait(.seconds(1))
        host.completeAppend()
        #expect(host.state() == nil)
    }

    @Test func openTransactionDoesNotExpire() throws {
        var configuration = TransactionCoordinatorConfiguration()
        configuration.transactionalIDExpiration = .seconds(10)
        let host = try TransactionHarness(configuration: configuration)
        let producer = try #require(host.identity(host.initialize()))
        _ = host.add([p0], producer)
        host.wait(.seconds(30))
        #expect(host.state() == .ongoing)
    }

    // MARK: - Administration (KIP-664)

    @Test func transactionsAreListedByStateProducerAndAge() throws {
        let host = try TransactionHarness()
        for id: TransactionalID in ["a", "b", "c"] { _ = host.initialize(id) }
        let a = ProducerIdentity(ProducerID(1000), ProducerEpoch(0))
        let b = ProducerIdentity(ProducerID(1001), ProducerEpoch(0))
        _ = host.add([p0], a, "a")
        host.wait(.seconds(10))
        _ = host.add([p0], b, "b")
        func list(_ filter: TransactionFilter) -> [TransactionalID] {
            host.coordinator.listTransactions(filter, at: host.now).map(\.transactionalID)
        }
        #expect(list(TransactionFilter()) == ["a", "b", "c"])
        #expect(list(TransactionFilter(states: ["Ongoing"])) == ["a", "b"])
        #expect(list(TransactionFilter(states: ["Empty", "Ongoing"])) == ["a", "b", "c"])
        #expect(list(TransactionFilter(states: ["Nonsense"])) == [])
        #expect(TransactionFilter(states: ["Nonsense", "Empty", "Nonsense"]).unknownStates == ["Nonsense"])
        #expect(list(TransactionFilter(producerIDs: [b.id])) == ["b"])
        #expect(list(TransactionFilter(duration: .milliseconds(9999))) == ["a", "c"])
        #expect(list(TransactionFilter(states: ["Ongoing"], duration: .seconds(10))) == [])
        #expect(list(TransactionFilter(states: ["Ongoing"], duration: .zero)) == ["a"])
    }

    @Test func transactionIsDescribed() throws {
        let (host, producer) = try started()
        #expect(
            host.description()
                == TransactionDescription(
                    transactionalID: "id", producer: producer, state: .ongoing, timeout: .seconds(60),
                    startTimestamp: host.now.timestamp, partitions: [p0, p1]))
        #expect(host.coordinator.describe("") == .failure(.invalidRequest))
        #expect(host.coordinator.describe("unknown") == .failure(.transactionalIDNotFound))
    }

    @Test func partitionFollowsFromTheName() {
        // Java: Math.abs("txn".hashCode()) % 50, and a name whose hash has no positive twin.
        #expect(TransactionCoordinator.partition(for: "txn", partitionCount: 50) == 6)
        #expect(TransactionCoordinator.partition(for: "polygenelubricants", partitionCount: 50) == 0)
    }
}
