import Testing

@testable import RESTProxy

@Suite struct RateLimiterTests {
    private let start = ContinuousClock.now

    private func after(_ time: Duration) -> ContinuousClock.Instant { start.advanced(by: time) }

    @Test func aSecondsWorthGoesThroughAtOnce() {
        let limiter = RateLimiter(perSecond: 3, now: start)
        #expect((0..<5).map { _ in limiter.admits(1, now: start) } == [true, true, true, false, false])
        #expect(limiter.admits(1, now: after(.milliseconds(350))))
        // However long it was quiet, no more than a second's worth comes together.
        #expect((0..<5).filter { _ in limiter.admits(1, now: after(.seconds(100))) }.count == 3)
    }

    @Test func whatIsLargerThanASecondsWorthIsPaidForLater() {
        let limiter = RateLimiter(perSecond: 100, now: start)
        #expect(limiter.admits(350, now: start))
        #expect(!limiter.admits(1, now: after(.seconds(2))))
        #expect(limiter.admits(1, now: after(.seconds(3))))
    }

    @Test func timeThatGoesBackGivesNothing() {
        let limiter = RateLimiter(perSecond: 1, now: after(.seconds(5)))
        #expect(limiter.admits(1, now: after(.seconds(5))))
        #expect(!limiter.admits(1, now: start))
    }

    @Test(arguments: [
        ProduceLimits(requests: 2, requestsInAll: 100, bytes: 1000, bytesInAll: 1000),
        ProduceLimits(requests: 100, requestsInAll: 2, bytes: 1000, bytesInAll: 1000),
        ProduceLimits(requests: 100, requestsInAll: 100, bytes: 20, bytesInAll: 1000),
        ProduceLimits(requests: 100, requestsInAll: 100, bytes: 1000, bytesInAll: 20),
    ])
    func eachLimitHolds(limits: ProduceLimits) throws {
        let limiter = ProduceLimiter(limits, now: start)
        try limiter.admit(size: 10, now: start)
        try limiter.admit(size: 10, now: start)
        let error = #expect(throws: RESTError.self) { try limiter.admit(size: 10, now: start) }
        #expect(error?.code == 429)
        #expect(
            error?.message == "Request rate limit exceeded: The rate limit of requests per second has been exceeded.")
    }
}
