import RecordFormat
import Testing

@testable import Coordination

/// A producer waits no longer for its transaction's record than the transaction may be open; the record stays on its way.
@Suite struct TransactionPatienceTests {
    /// A producer that may keep its transaction open for a minute, and a log that is slow from now on.
    private func started(_ partitions: Set<TopicPartition> = []) throws -> (TransactionHarness, ProducerIdentity) {
        let host = try TransactionHarness()
        let producer = try #require(host.identity(host.initialize()))
        if !partitions.isEmpty { #expect(host.isAdded(host.add(partitions, producer))) }
        host.isLogPrompt = false
        return (host, producer)
    }

    @Test func additionIsAnsweredWhenItsTimeIsOver() throws {
        let (host, producer) = try started()
        let token = host.add([p0], producer)
        host.wait(.milliseconds(59_999))
        #expect(host.answers[token] == nil)
        host.wait(.milliseconds(1))
        #expect(host.error(token) == .coordinatorNotAvailable && host.state() == .empty)
        // Nothing else begins before its end is known, and then the partition is part of the transaction.
        #expect(host.error(host.add([p0], producer)) == .concurrentTransactions && host.appends.count == 1)
        host.completeAppend()
        #expect(host.state() == .ongoing && host.isAdded(host.add([p0], producer)) && host.appends.isEmpty)
    }

    @Test func endIsAnsweredAndHappensAllTheSame() throws {
        let (host, producer) = try started([p0])
        let token = host.end(.commit, producer)
        host.wait(.seconds(60))
        #expect(host.error(token) == .coordinatorNotAvailable && host.requestedMarkers.isEmpty)
        #expect(host.error(host.end(.abort, producer)) == .concurrentTransactions)
        host.isLogPrompt = true
        host.completeAppend()
        #expect(host.requestedMarkers.map(\.outcome) == [.commit] && host.state() == .completeCommit)
        #expect(host.identity(host.end(.commit, producer)) == producer)
    }

    @Test func identityThatWasNotGivenIsGivenToNobody() throws {
        let host = try TransactionHarness()
        host.isLogPrompt = false
        let token = host.initialize(timeout: .seconds(10))
        host.wait(.seconds(10))
        #expect(host.error(token) == .coordinatorNotAvailable)
        host.completeAppend()
        let unknown = try #require(host.description()?.producer)
        host.isLogPrompt = true
        let producer = try #require(host.identity(host.initialize(timeout: .seconds(10))))
        #expect(producer.id == unknown.id && producer.epoch == unknown.epoch.next)
    }

    @Test func recordThatFailsLateIsNotAnsweredAgain() throws {
        let (host, producer) = try started()
        let token = host.add([p0], producer)
        host.wait(.seconds(60))
        #expect(host.error(token) == .coordinatorNotAvailable)
        host.completeAppend(.failure(.unavailable))
        #expect(host.state() == .empty)
        host.isLogPrompt = true
        #expect(host.isAdded(host.add([p0], producer)))
    }

    @Test func transactionThatNobodyWaitsForIsStillAborted() throws {
        let (host, producer) = try started([p0])
        // It adds another partition, dies, and its record takes longer than the transaction may.
        _ = host.add([p1], producer)
        host.wait(.seconds(90))
        host.isLogPrompt = true
        host.completeAppend()
        host.wait(.seconds(1))
        #expect(host.requestedMarkers.map(\.outcome) == [.abort] && host.state() == .completeAbort)
        #expect(host.requestedMarkers.first?.partitions == [p0, p1])
    }
}
