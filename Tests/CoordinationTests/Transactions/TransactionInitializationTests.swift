import RecordFormat
import Testing

@testable import Coordination

@Suite struct TransactionInitializationTests {
    private func identity(_ id: Int64, _ epoch: Int16) -> ProducerIdentity {
        ProducerIdentity(ProducerID(id), ProducerEpoch(epoch))
    }

    /// A host whose transactional id `id` is as a record says.
    private func host(_ value: TransactionValue) throws -> TransactionHarness {
        try TransactionHarness(replaying: [TransactionRecord("id", value)])
    }

    private func idle(_ producer: ProducerIdentity, _ state: TransactionState = .empty) -> TransactionValue {
        TransactionValue(
            producer: producer, timeoutMs: 60000, state: state,
            updateTimestamp: Timestamp(milliseconds: 1_700_000_000_000),
            startTimestamp: state == .empty ? .none : Timestamp(milliseconds: 1_700_000_000_000))
    }

    @Test func newTransactionalIDGetsAnIdentityAndEpochZero() throws {
        let host = try TransactionHarness()
        #expect(host.identity(host.initialize()) == identity(1000, 0))
        #expect(host.state() == .empty)
        #expect(host.log.count == 1)
    }

    @Test func nobodyIsToldOfAnIdentityThatIsNotDurable() throws {
        let host = try TransactionHarness()
        host.isLogPrompt = false
        let token = host.initialize()
        #expect(host.answers[token] == nil)
        #expect(host.state() == nil)
        // A second producer of the same name meanwhile.
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        host.completeAppend()
        #expect(host.identity(token) == identity(1000, 0))
    }

    @Test func nextProducerGetsTheNextEpochAndFencesTheFirst() throws {
        let host = try TransactionHarness()
        let first = try #require(host.identity(host.initialize()))
        let second = host.identity(host.initialize())
        #expect(second == identity(1000, 1))
        #expect(host.error(host.add([p0], first)) == .producerFenced)
        #expect(host.error(host.end(.commit, first)) == .producerFenced)
        #expect(host.error(host.initialize(expected: first)) == .producerFenced)
    }

    @Test func requestsThatMakeNoSenseAreRefused() throws {
        var configuration = TransactionCoordinatorConfiguration()
        configuration.maxTimeout = .seconds(100)
        let host = try TransactionHarness(configuration: configuration)
        #expect(host.error(host.initialize("")) == .invalidRequest)
        let long = TransactionalID(String(repeating: "x", count: 40000))
        #expect(host.error(host.initialize(long)) == .invalidRequest)
        #expect(host.error(host.initialize(timeout: .zero)) == .invalidTransactionTimeout)
        #expect(host.error(host.initialize(timeout: .seconds(-1))) == .invalidTransactionTimeout)
        #expect(host.error(host.initialize(timeout: .seconds(101))) == .invalidTransactionTimeout)
        #expect(host.identity(host.initialize(timeout: .seconds(100))) != nil)
    }

    @Test func identityThatCannotBeFoundLeavesNoTrace() throws {
        let host = try TransactionHarness()
        host.areIdentitiesPrompt = false
        let token = host.initialize()
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        host.findIdentity(.coordinatorNotAvailable)
        #expect(host.error(token) == .coordinatorNotAvailable)
        #expect(host.coordinator.nextDeadline == nil)
        host.areIdentitiesPrompt = true
        #expect(host.identity(host.initialize()) != nil)
    }

    @Test(arguments: [
        (TransactionAppendFailure.unavailable, TransactionError.coordinatorNotAvailable),
        (.notLeader, .notCoordinator), (.tooLarge, .unknownServerError),
    ])
    func recordThatDoesNotBecomeDurableLeavesNoTrace(
        failure: TransactionAppendFailure, error: TransactionError
    ) throws {
        let host = try TransactionHarness()
        host.isLogPrompt = false
        let token = host.initialize()
        host.completeAppend(.failure(failure))
        #expect(host.error(token) == error)
        #expect(host.state() == nil)
        #expect(host.error(host.add([p0], identity(1000, 0))) == .invalidProducerIDMapping)
    }

    // MARK: - Going on with an identity (KIP-360)

    @Test func producerThatGoesOnGetsTheNextEpoch() throws {
        let host = try TransactionHarness()
        let first = try #require(host.identity(host.initialize()))
        let second = host.identity(host.initialize(expected: first))
        #expect(second == identity(1000, 1))
        // Its answer was lost: it asks the same once more, and nothing changes.
        #expect(host.identity(host.initialize(expected: first)) == second)
        #expect(host.identity(host.initialize(expected: second)) == identity(1000, 2))
    }

    @Test func producerThatAnotherHasReplacedCannotGoOn() throws {
        let host = try TransactionHarness()
        let first = try #require(host.identity(host.initialize()))
        _ = host.initialize()
        #expect(host.error(host.initialize(expected: first)) == .producerFenced)
        #expect(host.error(host.initialize(expected: identity(5, 0))) == .producerFenced)
    }

    @Test func producerOfATransactionalIDThatIsGoneGetsANewIdentity() throws {
        let host = try TransactionHarness()
        #expect(host.identity(host.initialize(expected: identity(77, 12))) == identity(1000, 0))
    }

    // MARK: - The last epoch

    @Test func exhaustedEpochsLeadToANewIdentity() throws {
        let host = try host(idle(identity(7, Int16.max - 1)))
        #expect(host.identity(host.initialize()) == identity(1000, 0))
        // Nobody said who it was before: the old one cannot go on.
        #expect(host.error(host.initialize(expected: identity(7, Int16.max - 1))) == .producerFenced)
    }

    @Test func producerThatGoesOnWithExhaustedEpochsIsRecognisedWhenItAsksAgain() throws {
        let host = try host(idle(identity(7, Int16.max - 1), .completeCommit))
        let last = identity(7, Int16.max - 1)
        #expect(host.identity(host.initialize(expected: last)) == identity(1000, 0))
        #expect(host.identity(host.initialize(expected: last)) == identity(1000, 0))
        #expect(host.lastProducerID == 1000)
        #expect(host.error(host.initialize(expected: identity(7, Int16.max - 2))) == .producerFenced)
    }

    @Test func otherEpochOfAnExhaustedIdentityIsFenced() throws {
        let host = try host(idle(identity(7, Int16.max - 1)))
        #expect(host.error(host.initialize(expected: identity(7, 3))) == .producerFenced)
    }

    @Test func veryLastEpochOnlyFences() throws {
        let exhausted = identity(7, Int16.max - 1)
        let last = identity(7, Int16.max)
        let host = try host(idle(exhausted))
        #expect(host.isAdded(host.add([p0], exhausted)))
        // The transaction is aborted under the very last epoch, which no one is told.
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        #expect(host.state() == .completeAbort && host.description()?.producer == last)
        #expect(host.error(host.add([p0], last)) == .producerFenced)
        #expect(host.error(host.end(.abort, last)) == .producerFenced)
        #expect(host.error(host.end(.abort, last, by: .epochPerTransaction)) == .producerFenced)
        #expect(host.identity(host.initialize()) == identity(1000, 0))
    }

    @Test func transactionThatALogHasUnderTheVeryLastEpochEndsAllTheSame() throws {
        var value = idle(identity(7, Int16.max), .ongoing)
        value.partitions = [p0]
        let host = try host(value)
        host.wait(.seconds(120))
        #expect(host.state() == .completeAbort && host.description()?.producer == identity(7, Int16.max))
        #expect(host.identity(host.initialize()) == identity(1000, 0))
    }

    @Test func failedRotationLeavesTheProducerAsItWas() throws {
        let host = try host(idle(identity(7, Int16.max - 1)))
        host.isLogPrompt = false
        let token = host.initialize()
        host.completeAppend(.failure(.unavailable))
        #expect(host.error(token) == .coordinatorNotAvailable)
        #expect(host.description()?.producer == identity(7, Int16.max - 1))
    }

    // MARK: - An open transaction

    @Test func openTransactionIsAbortedBeforeTheNextProducerBegins() throws {
        let host = try TransactionHarness()
        let first = try #require(host.identity(host.initialize()))
        #expect(host.isAdded(host.add([p0], first)))
        host.areMarkersPrompt = false
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        #expect(host.state() == .prepareAbort)
        // The marker has the epoch that fences the first producer in the partition as well.
        #expect(host.requestedMarkers.map(\.producer) == [identity(1000, 1)])
        #expect(host.requestedMarkers[0].outcome == .abort)
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        host.completeMarker()
        #expect(host.state() == .completeAbort)
        #expect(host.identity(host.initialize()) == identity(1000, 2))
        #expect(host.error(host.end(.commit, first)) == .producerFenced)
    }

    @Test func fenceThatDoesNotBecomeDurableIsKeptInMemoryAndNotRaisedAgain() throws {
        let host = try TransactionHarness()
        let first = try #require(host.identity(host.initialize()))
        _ = host.add([p0], first)
        host.isLogPrompt = false
        let token = host.initialize()
        host.completeAppend(.failure(.unavailable))
        #expect(host.error(token) == .coordinatorNotAvailable)
        #expect(host.state() == .ongoing)
        #expect(host.error(host.add([p1], first)) == .producerFenced)
        host.isLogPrompt = true
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        #expect(host.description()?.producer == identity(1000, 1))
        #expect(host.identity(host.initialize()) == identity(1000, 2))
    }

    @Test func fenceOfTheLastEpochLeadsToANewIdentity() throws {
        var value = idle(identity(7, Int16.max - 1))
        value.state = .ongoing
        value.partitions = [p0]
        value.startTimestamp = Timestamp(milliseconds: 1_700_000_000_000)
        let host = try host(value)
        #expect(host.error(host.initialize()) == .concurrentTransactions)
        #expect(host.requestedMarkers.map(\.producer) == [identity(7, Int16.max)])
        #expect(host.identity(host.initialize()) == identity(1000, 0))
    }
}
