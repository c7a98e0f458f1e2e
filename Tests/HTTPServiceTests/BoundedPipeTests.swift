import ServerHarness
import Synchronization
import Testing

@testable import HTTPService

@Suite(.timeLimit(.minutes(1))) struct BoundedPipeTests {
    private struct Broken: Error {}

    @Test func whatGoesInComesOutInOrder() async throws {
        let pipe = BoundedPipe<Int>(capacity: 1000) {}
        for number in 0..<100 { #expect(pipe.push(number, weight: 1)) }
        pipe.finish()
        #expect(pipe.push(100, weight: 1), "what comes behind the end is dropped")
        var found: [Int] = []
        while let number = try await pipe.next() { found.append(number) }
        #expect(found == Array(0..<100))
        #expect(try await pipe.next() == nil)
    }

    @Test func whoFillsItIsToldAndToldAgain() async throws {
        let rooms = Mutex(0)
        let pipe = BoundedPipe<Int>(capacity: 4) { rooms.withLock { $0 += 1 } }
        #expect(pipe.push(1, weight: 2))
        #expect(!pipe.push(2, weight: 2))
        #expect(!pipe.push(3, weight: 2))
        #expect(try await pipe.next() == 1)
        #expect(rooms.withLock { $0 } == 0)
        #expect(try await pipe.next() == 2)
        #expect(rooms.withLock { $0 } == 1)
        #expect(try await pipe.next() == 3)
        #expect(rooms.withLock { $0 } == 1)
        #expect(!pipe.push(4, weight: 9))
        pipe.abandon()
        #expect(rooms.withLock { $0 } == 2)
        #expect(pipe.push(5, weight: 9))
    }

    @Test func anErrorComesBehindWhatIsThere() async throws {
        let pipe = BoundedPipe<Int>(capacity: 4) {}
        _ = pipe.push(1, weight: 1)
        pipe.finish(throwing: Broken())
        pipe.finish()
        #expect(try await pipe.next() == 1)
        await #expect(throws: Broken.self) { try await pipe.next() }
    }

    @Test func whoWaitsIsWoken() async throws {
        let pipe = BoundedPipe<Int>(capacity: 4) {}
        async let first = pipe.next()
        _ = pipe.push(1, weight: 1)
        #expect(try await first == 1)
        let waiting = Task { try await pipe.next() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        async let last = pipe.next()
        pipe.finish()
        #expect(try await last == nil)
    }
}
