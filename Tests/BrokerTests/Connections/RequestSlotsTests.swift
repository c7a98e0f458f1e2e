import StorageHarness
import Synchronization
import Testing

@testable import Broker

@Suite struct RequestSlotsTests {
    private final class Waiter: Abandonable {
        let isAbandoned = Mutex(false)

        func abandon() { isAbandoned.withLock { $0 = true } }
    }

    @Test func answersComeInTheOrderOfTheRequests() {
        var slots = RequestSlots(memory: RequestMemory(limit: 100))
        let numbers = (0..<3).map { slots.begin(size: $0, isPipelined: true, room: nil) }
        func isNext(_ index: Int) -> Bool { slots.complete(numbers[index], .silence) }
        func pop() -> Bool { slots.popEnded() != nil }
        #expect(slots.count == 3 && slots.byteCount == 3 && slots.arePipelined)
        #expect(!isNext(2) && !pop())
        #expect(isNext(0) && pop() && !pop())
        #expect(slots.count == 2 && slots.byteCount == 3)
        // One that has ended is not known any more.
        #expect(!isNext(0))
        #expect(isNext(1) && pop() && pop() && !pop())
        #expect(slots.isEmpty && slots.byteCount == 0)
    }

    @Test func whoWaitsIsToldOfTheEndOnce() {
        var slots = RequestSlots(memory: RequestMemory(limit: 100))
        let (answered, left, late) = (Waiter(), Waiter(), Waiter())
        let numbers = (0..<2).map { _ in slots.begin(size: 1, isPipelined: true, room: nil) }
        slots.hold(answered, for: numbers[0])
        slots.hold(left, for: numbers[1])
        _ = slots.complete(numbers[0], .silence)
        slots.abandonAll()
        slots.hold(late, for: numbers[1])
        #expect([answered, left, late].map { waiter in waiter.isAbandoned.withLock { $0 } } == [false, true, true])
        let isNext = slots.complete(numbers[1], .silence)
        #expect(!isNext && slots.isEmpty)
    }

    /// Whatever happens to requests in whatever order, their memory is counted while it is used and never after.
    @Test func memoryComesBack() throws {
        try Seeds.forEach(500, "request slots") { generator in
            let memory = RequestMemory(limit: 1 << 20)
            var slots = RequestSlots(memory: memory)
            /// The bytes counted for each request by its number: those of its room, or those that are kept.
            var counted: [UInt64: Int] = [:]
            var rooms: Set<UInt64> = []
            var begun: [UInt64] = []
            for _ in 0..<200 {
                let some = begun.randomElement(using: &generator)
                switch Int.random(in: 0..<100, using: &generator) {
                case 0..<35:
                    let size = Int.random(in: 1...1000, using: &generator)
                    let room: RequestMemory.Room? =
                        Bool.random(using: &generator) ? .init(byteCount: size, granted: {}, revoked: {}) : nil
                    if let room { _ = memory.take(room) }
                    let number = slots.begin(size: size, isPipelined: true, room: room)
                    begun.append(number)
                    if Bool.random(using: &generator) {
                        slots.keepMemory(of: number)
                        counted[number] = size
                    } else if room != nil {
                        counted[number] = size
                        rooms.insert(number)
                    }
                case 35..<60:
                    guard let some else { continue }
                    slots.didStart(some)
                    if rooms.remove(some) != nil { counted[some] = nil }
                case 60..<95:
                    guard let some else { continue }
                    _ = slots.complete(some, .silence)
                    while slots.popEnded() != nil {
                        let number = begun.removeFirst()
                        counted[number] = nil
                        rooms.remove(number)
                    }
                default:
                    slots.abandonAll()
                    (counted, rooms, begun) = ([:], [], [])
                }
                try #require(memory.used == counted.values.reduce(0, +))
                try #require(slots.keptByteCount == counted.filter { !rooms.contains($0.key) }.values.reduce(0, +))
            }
            slots.abandonAll()
            try #require(memory.used == 0 && slots.keptByteCount == 0)
        }
    }
}
