import Dispatch
import ServerHarness
import Testing

@testable import ConnectRuntime

/// Threads that are lent.
@Suite(.timeLimit(.minutes(1))) struct ThreadReserveTests {
    /// Lets somebody wait who holds up a thread with that.
    private final class Barrier: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        func block() {
            semaphore.wait()
            semaphore.signal()
        }

        func open() { semaphore.signal() }
    }

    private func waitUntilIdle(_ reserve: ThreadReserve) async throws {
        try await wait(for: "the threads to come back") { reserve.counts.lent == 0 }
    }

    @Test func workIsDoneByAThreadThatIsThere() async throws {
        let reserve = ThreadReserve()
        for _ in 0..<20 {
            let isDone = Completion()
            reserve.run { isDone.complete() }
            await isDone.wait()
            try await waitUntilIdle(reserve)
        }
        #expect(reserve.counts == (lent: 0, idle: 1))
    }

    @Test(arguments: [false, true]) func workThatBlocksHoldsUpNoOther(isSlow: Bool) async throws {
        let reserve = ThreadReserve()
        let barrier = Barrier()
        let blocked = ThreadReserve.limit + 8
        for _ in 0..<blocked { reserve.run(isSlow: isSlow) { barrier.block() } }
        let isDone = Completion()
        reserve.run { isDone.complete() }
        await isDone.wait()
        #expect(reserve.counts.lent >= blocked)
        barrier.open()
        try await waitUntilIdle(reserve)
        reserve.endThreads(idleSince: .now)
        #expect(reserve.counts == (lent: 0, idle: 0))
    }

    @Test func threadsThatNobodyTakesEnd() async throws {
        let reserve = ThreadReserve()
        let barrier = Barrier()
        for _ in 0..<3 { reserve.run { barrier.block() } }
        barrier.open()
        try await waitUntilIdle(reserve)
        let between = ContinuousClock.now
        let isDone = Completion()
        reserve.run { isDone.complete() }
        await isDone.wait()
        try await waitUntilIdle(reserve)

        reserve.endThreads(idleSince: between)
        #expect(reserve.counts == (lent: 0, idle: 1))
        reserve.endThreads(idleSince: .now)
        #expect(reserve.counts == (lent: 0, idle: 0))
    }

    @Test func aThreadThatIsLentDoesNotEnd() async throws {
        let reserve = ThreadReserve()
        let barrier = Barrier()
        let isDone = Completion()
        reserve.run {
            barrier.block()
            isDone.complete()
        }
        reserve.endThreads(idleSince: .now)
        #expect(reserve.counts == (lent: 1, idle: 0))
        barrier.open()
        await isDone.wait()
    }
}
