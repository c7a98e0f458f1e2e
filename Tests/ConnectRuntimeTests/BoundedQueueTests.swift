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

    @Test func aFullQueueHoldsItsProducerUntilThereIsRoom() async {
        let queue = BoundedQueue<Int>(limit: 1)
        let pushed = Task { await queue.push(1) }
        #expect(await queue.pop() == 1)
        #expect(await pushed.value)
    }

    @Test func finishingReleasesAHeldProducer() async {
        let queue = BoundedQueue<Int>(limit: 1)
        let pushed = Task {
            _ = await queue.push(1)
            return await queue.push(2)
        }
        queue.finish()
        #expect(await pushed.value == false)
    }
}
