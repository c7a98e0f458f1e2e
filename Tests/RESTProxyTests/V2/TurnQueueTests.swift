import ServerHarness
import Synchronization
import Testing

@testable import RESTProxy

@Suite struct TurnQueueTests {
    @Test func turnsComeInOrder() async throws {
        let queue = TurnQueue(limit: 10)
        try await queue.take()
        let order = OrderLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<3 {
                group.addTask {
                    try await queue.take()
                    order.add(index)
                    queue.give()
                }
                // The next one comes only after this one waits.
                try await wait(for: "waiter \(index)") { queue.waiterCount == index + 1 }
            }
            queue.give()
            try await group.waitForAll()
        }
        #expect(order.values == [0, 1, 2])
        #expect(queue.takeIfFree())
        #expect(!queue.takeIfFree())
    }

    @Test func tooManyAreRefused() async throws {
        let queue = TurnQueue(limit: 0)
        try await queue.take()
        let error = await #expect(throws: RESTError.self) { try await queue.take() }
        #expect(error?.code == 40903)
    }

    @Test func whoIsCancelledWaitsNoLonger() async throws {
        let queue = TurnQueue(limit: 10)
        try await queue.take()
        let waiting = Task { try await queue.take() }
        try await wait(for: "the waiter") { queue.waiterCount == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        queue.give()
        #expect(queue.takeIfFree())
    }
}

private final class OrderLog: Sendable {
    private let list = Mutex<[Int]>([])
    var values: [Int] { list.withLock { $0 } }
    func add(_ value: Int) { list.withLock { $0.append(value) } }
}
