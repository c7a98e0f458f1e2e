import ConnectAPI
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Where connectors' code runs.
@Suite(.timeLimit(.minutes(1))) struct TaskThreadTests {
    /// Counts who is within at the same time.
    private final class Room: Sendable {
        private let state = Mutex((inside: 0, most: 0, visits: 0))

        var most: Int { state.withLock(\.most) }
        var visits: Int { state.withLock(\.visits) }

        func visit() {
            state.withLock { state in
                state.inside += 1
                state.visits += 1
                state.most = max(state.most, state.inside)
            }
            // Long enough for another thread to come in, if there is one.
            for _ in 0..<1_000 where most > 1 { break }
            state.withLock { $0.inside -= 1 }
        }
    }

    @Test func piecesOfWorkComeOneAfterTheOther() async {
        let thread = TaskThread()
        let room = Room()
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask(executorPreference: thread) {
                    for _ in 0..<20 {
                        room.visit()
                        await Task.yield()
                    }
                }
            }
        }
        #expect(room.most == 1)
        #expect(room.visits == 1_000)
    }

    @Test func whatWaitsHasNoThread() async throws {
        let reserve = ThreadReserve()
        let gates = (0..<100).map { _ in Gate() }
        let waiting = gates.map { gate in
            Task(executorPreference: TaskThread(reserve)) { await gate.pass() }
        }
        for gate in gates { await gate.waitForArrival() }
        try await wait(for: "the threads to come back") { reserve.counts.lent == 0 }
        reserve.endThreads(idleSince: .now)
        #expect(reserve.counts == (lent: 0, idle: 0))
        for gate in gates { gate.open() }
        for task in waiting { await task.value }
    }

    @Test func anOperationRunsHereAndIsWaitedFor() async throws {
        let reserve = ThreadReserve()
        let thread = TaskThread(reserve)
        let lent = await thread.run { reserve.counts.lent }
        #expect(lent == 1)
        await #expect(throws: ConnectError.self) {
            try await thread.run { throw ConnectError(.failed, "it went wrong") }
        }
    }
}
