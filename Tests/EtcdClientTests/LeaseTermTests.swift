import Testing

@testable import EtcdClient

/// The holder's side of a lease, with instants handed in.
struct LeaseTermTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func itCountsFromWhenARequestWasSentNotAnswered() {
        var term = LeaseTerm(timeToLive: .seconds(9), sent: at(0))
        #expect(term.nextKeepAlive == at(3))
        term.answered(.seconds(9), sent: at(3), at: at(8))
        #expect(term.validUntil == at(12))
        #expect(term.end(at: at(11.9)) == nil)
        #expect(term.end(at: at(12)) == .unheard)
    }

    @Test func anAnswerThatComesTooLateDoesNotBringItBack() {
        var term = LeaseTerm(timeToLive: .seconds(9), sent: at(0))
        term.answered(.seconds(9), sent: at(8), at: at(9.5))
        #expect(term.end(at: at(9.5)) == .unheard)
        #expect(term.end(at: at(1)) == .unheard)
    }

    @Test func anAnswerToAnEarlierRequestTellsNothing() {
        var term = LeaseTerm(timeToLive: .seconds(9), sent: at(0))
        term.answered(.seconds(9), sent: at(4), at: at(5))
        term.answered(.seconds(9), sent: at(3), at: at(6))
        #expect(term.validUntil == at(13))
    }

    @Test func theFirstEndStands() {
        var term = LeaseTerm(timeToLive: .seconds(9), sent: at(0))
        term.answered(.zero, sent: at(3), at: at(3))
        #expect(term.end(at: at(4)) == .gone)
        term.close(.revoked)
        #expect(term.end(at: at(100)) == .gone)
    }

    @Test func aShorterTimeToLiveIsBelieved() {
        var term = LeaseTerm(timeToLive: .seconds(9), sent: at(0))
        term.answered(.seconds(2), sent: at(1), at: at(1))
        #expect(term.validUntil == at(3))
    }
}
