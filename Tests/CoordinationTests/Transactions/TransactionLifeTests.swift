import RecordFormat
import Testing

@testable import Coordination

@Suite struct TransactionLifeTests {
    private func started(_ partitions: Set<TopicPartition> = [p0]) throws -> (TransactionHarness, ProducerIdentity) {
        let host = try TransactionHarness()
        let producer = try #require(host.identity(host.initialize()))
        if !partitions.isEmpty { #expect(host.isAdded(host.add(partitions, producer))) }
        return (host, producer)
    }

    // MARK: - Partitions

    @Test func firstPartitionBeginsTheTransaction() throws {
        let (host, producer) = try started()
        #expect(host.state() == .ongoing)
        #expect(host.description()?.startTimestamp == host.now.timestamp)
        host.wait(.seconds(5))
        #expect(host.isAdded(host.add([p1], producer)))
        #expect(host.description()?.partitions == [p0, p1])
        #expect(host.description()?.startTimestamp == Timestamp(milliseconds: 1_700_000_000_000))
    }

    @Test func partitionsThatAreThereAlreadyNeedNoRecord() throws {
        let (host, producer) = try started([p0, p1])
        let records = host.log.count
        #expect(host.isAdded(host.add([p0], producer)))
        #expect(host.log.count == records)
    }

    @Test func partitionIsPartOfTheTransactionWhenThatIsDurable() throws {
        let (host, producer) = try started([])
        host.isLogPrompt = false
        let token = host.add([p0], producer)
        #expect(host.answers[token] == nil)
        #expect(host.state() == .empty)
        #expect(host.error(host.add([p1], producer)) == .concurrentTransactions)
        #expect(host.error(host.end(.commit, producer)) == .concurrentTransactions)
        host.completeAppend()
        #expect(host.isAdded(token))
    }

    @Test(arguments: [
        (TransactionAppendFailure.unavailable, TransactionError.coordinatorNotAvailable),
        (.notLeader, .notCoordinator), (.tooLarge, .unknownServerError),
    ])
    func partitionWhoseRecordFailsIsNotAdded(failure: TransactionAppendFailure, error: TransactionError) throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        let token = host.add([p1], producer)
        host.completeAppend(.failure(failure))
        #expect(host.error(token) == error)
        #expect(host.description()?.partitions == [p0])
        #expect(host.state() == .ongoing)
    }

    @Test func additionsOfOthersAreRefused() throws {
        let (host, producer) = try started()
        let other = ProducerIdentity(ProducerID(5), producer.epoch)
        #expect(host.error(host.add([p1], other)) == .invalidProducerIDMapping)
        #expect(host.error(host.add([p1], producer, "unknown")) == .invalidProducerIDMapping)
        #expect(host.error(host.add([p1], producer, "")) == .invalidRequest)
        let later = ProducerIdentity(producer.id, producer.epoch.next)
        #expect(host.error(host.add([p1], later)) == .producerFenced)
    }

    @Test func nothingIsAddedToATransactionThatIsBeingEnded() throws {
        let (host, producer) = try started()
        host.areMarkersPrompt = false
        _ = host.end(.commit, producer)
        #expect(host.error(host.add([p1], producer)) == .concurrentTransactions)
        host.completeMarker()
        #expect(host.isAdded(host.add([p1], producer)))
        #expect(host.description()?.partitions == [p1])
    }

    // MARK: - Verification (KIP-890)

    @Test func verificationSaysWhichPartitionsAreInTheTransaction() throws {
        let (host, producer) = try started()
        func verify(
            _ producer: ProducerIdentity, _ id: TransactionalID = "id"
        ) -> Result<[TopicPartition: TransactionError?], TransactionError> {
            host.coordinator.verifyPartitions(
                PartitionAddition(transactionalID: id, producer: producer, partitions: [p0, p1]))
        }
        #expect(verify(producer) == .success([p0: nil, p1: .transactionAbortable]))
        #expect(verify(producer, "") == .failure(.invalidRequest))
        #expect(verify(producer, "unknown") == .failure(.invalidProducerIDMapping))
        #expect(verify(ProducerIdentity(ProducerID(5), producer.epoch)) == .failure(.invalidProducerIDMapping))
        #expect(verify(ProducerIdentity(producer.id, producer.epoch.next)) == .failure(.producerFenced))
        host.areMarkersPrompt = false
        _ = host.end(.commit, producer)
        #expect(verify(producer) == .failure(.concurrentTransactions))
        host.completeMarker()
        #expect(verify(producer) == .success([p0: .transactionAbortable, p1: .transactionAbortable]))
    }

    // MARK: - The end

    @Test(arguments: [TransactionOutcome.commit, .abort])
    func decisionIsDurableThenAnsweredThenToldToThePartitions(outcome: TransactionOutcome) throws {
        let (host, producer) = try started([p0, p1])
        host.isLogPrompt = false
        host.areMarkersPrompt = false
        let token = host.end(outcome, producer)
        #expect(host.answers[token] == nil)
        #expect(host.markers.isEmpty)
        #expect(host.state() == .ongoing)
        host.completeAppend()
        #expect(host.identity(token) == producer)
        #expect(host.state() == outcome.prepared)
        #expect(host.markers.map(\.partition) == [p0, p1])
        #expect(host.requestedMarkers.map(\.outcome) == [outcome])
        #expect(host.requestedMarkers.map(\.producer) == [producer])
        host.completeMarker()
        #expect(host.appends.isEmpty)
        host.completeMarker()
        #expect(host.state() == outcome.prepared)
        host.completeAppend()
        #expect(host.state() == outcome.completed)
        #expect(host.description()?.partitions == [])
    }

    @Test func repeatedEndIsAnsweredOnceItIsCarriedOut() throws {
        let (host, producer) = try started()
        host.areMarkersPrompt = false
        _ = host.end(.commit, producer)
        #expect(host.error(host.end(.commit, producer)) == .concurrentTransactions)
        host.completeMarker()
        #expect(host.identity(host.end(.commit, producer)) == producer)
        #expect(host.error(host.end(.abort, producer)) == .invalidTxnState)
    }

    @Test func abortThatIsRepeatedIsAnsweredAndACommitIsRefused() throws {
        let (host, producer) = try started()
        _ = host.end(.abort, producer)
        #expect(host.identity(host.end(.abort, producer)) == producer)
        #expect(host.error(host.end(.commit, producer)) == .invalidTxnState)
    }

    @Test func endsThatMakeNoSenseAreRefused() throws {
        let (host, producer) = try started([])
        #expect(host.error(host.end(.commit, producer)) == .invalidTxnState)
        #expect(host.error(host.end(.abort, producer)) == .invalidTxnState)
        #expect(host.error(host.end(.commit, producer, "")) == .invalidRequest)
        #expect(host.error(host.end(.commit, producer, "unknown")) == .invalidProducerIDMapping)
        let other = ProducerIdentity(ProducerID(5), producer.epoch)
        #expect(host.error(host.end(.commit, other)) == .invalidProducerIDMapping)
        let later = ProducerIdentity(producer.id, producer.epoch.next)
        #expect(host.error(host.end(.commit, later)) == .producerFenced)
    }

    @Test func decisionThatDoesNotBecomeDurableLeavesTheTransactionOpen() throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        let token = host.end(.commit, producer)
        host.completeAppend(.failure(.unavailable))
        #expect(host.error(token) == .coordinatorNotAvailable)
        #expect(host.state() == .ongoing)
        #expect(host.requestedMarkers.isEmpty)
        host.isLogPrompt = true
        #expect(host.identity(host.end(.commit, producer)) == producer)
        #expect(host.state() == .completeCommit)
    }

    @Test func markerThatIsRefusedIsTriedAgain() throws {
        let (host, producer) = try started([p0, p1])
        host.areMarkersPrompt = false
        _ = host.end(.commit, producer)
        host.completeMarker(false)
        #expect(host.requestedMarkers.count == 1)
        host.completeMarker()
        host.wait(.milliseconds(99))
        #expect(host.requestedMarkers.count == 1)
        host.wait(.milliseconds(1))
        #expect(host.requestedMarkers.map(\.partitions) == [[p0, p1], [p0]])
        // The next wait is longer.
        host.completeMarker(false)
        host.wait(.milliseconds(150))
        #expect(host.requestedMarkers.count == 2)
        host.wait(.milliseconds(50))
        host.completeMarker()
        #expect(host.state() == .completeCommit)
    }

    @Test func recordOfTheCompletionIsTriedAgain() throws {
        let (host, producer) = try started()
        host.isLogPrompt = false
        _ = host.end(.commit, producer)
        host.completeAppend()
        host.completeAppend(.failure(.unavailable))
        #expect(host.state() == .prepareCommit)
        host.wait(.milliseconds(100))
        host.completeAppend(.failure(.unavailable))
        host.wait(.milliseconds(199))
        #expect(host.appends.isEmpty)
        host.wait(.milliseconds(1))
        host.completeAppend()
        #expect(host.state() == .completeCommit)
        // The markers were written once.
        #expect(host.requestedMarkers.count == 1)
    }

    // MARK: - An epoch for each transaction (KIP-890)

    @Test func endBringsTheNextEpoch() throws {
        let (host, producer) = try started()
        let next = ProducerIdentity(producer.id, producer.epoch.next)
        #expect(host.identity(host.end(.commit, producer, by: .epochPerTransaction)) == next)
        #expect(host.requestedMarkers.map(\.producer) == [next])
        #expect(host.state() == .completeCommit)
        #expect(host.error(host.add([p0], producer)) == .producerFenced)
        // The answer was lost: the client asks the same once more, and gets the same.
        #expect(host.identity(host.end(.commit, producer, by: .epochPerTransaction)) == next)
        #expect(host.error(host.end(.abort, producer, by: .epochPerTransaction)) == .invalidTxnState)
        #expect(host.isAdded(host.add([p0], next)))
        let third = ProducerIdentity(producer.id, next.epoch.next)
        #expect(host.identity(host.end(.abort, next, by: .epochPerTransaction)) == third)
        #expect(host.identity(host.end(.abort, next, by: .epochPerTransaction)) == third)
        #expect(host.error(host.end(.commit, next, by: .epochPerTransaction)) == .invalidTxnState)
        #expect(host.error(host.end(.abort, producer, by: .epochPerTransaction)) == .producerFenced)
    }

    @Test func repeatedEndWaitsForTheMarkers() throws {
        let (host, producer) = try started()
        host.areMarkersPrompt = false
        _ = host.end(.commit, producer, by: .epochPerTransaction)
        #expect(host.error(host.end(.commit, producer, by: .epochPerTransaction)) == .concurrentTransactions)
    }

    @Test func abortBeforeTheFirstPartitionBringsTheNextEpoch() throws {
        let (host, producer) = try started([])
        var current = producer
        for _ in 0..<3 {
            let next = host.identity(host.end(.abort, current, by: .epochPerTransaction))
            #expect(next == ProducerIdentity(producer.id, current.epoch.next))
            #expect(host.state() == .completeAbort)
            #expect(host.error(host.end(.commit, try #require(next), by: .epochPerTransaction)) == .invalidTxnState)
            current = try #require(next)
        }
        #expect(host.isAdded(host.add([p0], current)))
        _ = host.end(.commit, current, by: .epochPerTransaction)
        let next = ProducerIdentity(current.id, current.epoch.next)
        #expect(host.identity(host.end(.abort, next, by: .epochPerTransaction))?.epoch == next.epoch.next)
        #expect(host.requestedMarkers.count == 1)
    }

    @Test func lastEpochEndsWithANewIdentity() throws {
        let last = ProducerIdentity(ProducerID(7), ProducerEpoch(Int16.max - 1))
        let value = TransactionValue(
            producer: last, timeoutMs: 60000, state: .ongoing, partitions: [p0],
            updateTimestamp: Timestamp(milliseconds: 1_700_000_000_000),
            startTimestamp: Timestamp(milliseconds: 1_700_000_000_000))
        let host = try TransactionHarness(replaying: [TransactionRecord("id", value)])
        host.areMarkersPrompt = false
        let next = ProducerIdentity(ProducerID(1000), ProducerEpoch(0))
        #expect(host.identity(host.end(.commit, last, by: .epochPerTransaction)) == next)
        // The markers still speak of the old identity, with the epoch that nobody gets.
        #expect(host.requestedMarkers.map(\.producer) == [ProducerIdentity(ProducerID(7), ProducerEpoch(.max))])
        #expect(host.error(host.add([p0], next)) == .concurrentTransactions)
        try host.restart()
        host.completeMarker()
        #expect(host.state() == .completeCommit)
        #expect(host.description()?.producer == next)
        #expect(host.identity(host.end(.commit, last, by: .epochPerTransaction)) == next)
        #expect(host.error(host.end(.abort, last, by: .epochPerTransaction)) == .invalidTxnState)
        #expect(host.isAdded(host.add([p0], next)))
        #expect(host.error(host.end(.commit, last, by: .epochPerTransaction)) == .invalidProducerIDMapping)
    }

    @Test func lastEpochWithoutANewIdentityStaysOpen() throws {
        let last = ProducerIdentity(ProducerID(7), ProducerEpoch(Int16.max - 1))
        let value = TransactionValue(
            producer: last, timeoutMs: 60000, state: .ongoing, partitions: [p0],
            updateTimestamp: Timestamp(milliseconds: 1_700_000_000_000),
            startTimestamp: Timestamp(milliseconds: 1_700_000_000_000))
        let host = try TransactionHarness(replaying: [TransactionRecord("id", value)])
        host.areIdentitiesPrompt = false
        let token = host.end(.commit, last, by: .epochPerTransaction)
        host.findIdentity(.coordinatorNotAvailable)
        #expect(host.error(token) == .coordinatorNotAvailable)
        #expect(host.state() == .ongoing)
    }

    @Test func endsByThePairOfProtocolsDoNotMix() throws {
        let (host, producer) = try started()
        _ = host.end(.commit, producer)
        // A client that went over to the new protocol is at its next transaction, not at a repetition.
        #expect(host.error(host.end(.commit, producer, by: .epochPerTransaction)) == .invalidTxnState)
        let other = ProducerIdentity(ProducerID(5), producer.epoch)
        #expect(host.error(host.end(.commit, other, by: .epochPerTransaction)) == .invalidProducerIDMapping)
    }
}
