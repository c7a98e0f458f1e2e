import ServerHarness
import Testing

@testable import ConnectRuntime

@Suite struct BoundedQueueTests {
    @Test func everythingArrivesInOrder() async {
        let queue = BoundedQueue<Int>(limit: 3)
        async let received: [Int] = {
            var received: [Int] = []
            while let next = await queue.pop() { received.append(next) }
            return received
        }()
        for number in 0..<1000 { #expect(await queue.push(number)) }
        queue.finish()
        #expect(await received == Array(0..<1000))
        #expect(await queue.push(1) == false)
    }

    @Test func aFullQueueHoldsItsProducerUntilThereIsRoom() async throws {
        let queue = BoundedQueue<Int>(limit: 2)
        #expect(await queue.push(1))
        let pushed = Task { await queue.push(2) }
        try await wait(for: "the producer to be held") { queue.isProducerHeld }
        #expect(await queue.pop() == 1)
        #expect(await pushed.value)
        #expect(await queue.pop() == 2)
    }

    @Test func finishingReleasesAHeldProducer() async throws {
        let queue = BoundedQueue<Int>(limit: 1)
        let pushed = Task { await queue.push(1) }
        try await wait(for: "the producer to be held") { queue.isProducerHeld }
        queue.finish()
        #expect(await pushed.value == false)
        // What it had pushed is there all the same.
        #expect(await queue.pop() == 1)
        #expect(await queue.pop() == nil)
    }
}
