import Testing

@testable import KafkaClient

@Suite struct BrokerThrottleTests {
    @Test func theLongestTimeThatABrokerSaidCounts() {
        let throttle = BrokerThrottle()
        let now = ContinuousClock.now
        #expect(throttle.remaining(at: now) == nil)
        throttle.note(milliseconds: 0, at: now)
        #expect(throttle.remaining(at: now) == nil)
        throttle.note(milliseconds: 500, at: now)
        throttle.note(milliseconds: 200, at: now)
        #expect(throttle.remaining(at: now) == .milliseconds(500))
        #expect(throttle.remaining(at: now.advanced(by: .milliseconds(400))) == .milliseconds(100))
        #expect(throttle.remaining(at: now.advanced(by: .milliseconds(500))) == nil)
    }
}
