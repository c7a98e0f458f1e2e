import Testing

@testable import millrace_bench

@Suite struct TimedCallsTests {
    @Test(arguments: [false, true]) func eachCallIsMadeAndTimedIfWanted(isEachTimed: Bool) {
        var numbers: [Int] = []
        let calls = TimedCalls(100, isEachTimed: isEachTimed) { numbers.append($0) }
        #expect(numbers == Array(0..<100))
        #expect(calls.seconds > 0)
        #expect(calls.latencies.count == (isEachTimed ? 100 : 0))
        #expect(calls.latencies.nanoseconds(at: 100) <= 1.001 * calls.seconds * 1e9)
    }

    @Test func whatACallThrowsEndsThem() {
        var made = 0
        #expect(throws: BenchFailure.self) {
            _ = try TimedCalls(100, isEachTimed: true) { _ in
                made += 1
                if made == 3 { throw BenchFailure(description: "the third") }
            }
        }
        #expect(made == 3)
    }
}
