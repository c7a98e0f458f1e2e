import Testing

@testable import millrace_bench

@Suite(.timeLimit(.minutes(1))) struct StayingThreadTests {
    @Test func aThreadWaitsForTasks() async throws {
        let sum = try await StayingThread.run {
            try (1...3).map { number in
                try StayingThread.wait {
                    await Task.yield()
                    return number
                }
            }.reduce(0, +)
        }
        #expect(sum == 6)
    }

    @Test func whatATaskThrowsIsThrownToTheThread() async {
        await #expect(throws: BenchFailure.self) {
            try await StayingThread.run {
                try StayingThread.wait { () async throws -> Void in throw BenchFailure(description: "no") }
            }
        }
    }
}
