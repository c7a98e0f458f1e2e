import NIOPosix
import ServerHarness
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(1))) struct PollSignalTests {
    private let signal = PollSignal(
        scheduler: ClientScheduler(eventLoop: MultiThreadedEventLoopGroup.singleton.next()))

    @Test func aSignalBeforeTheWaitEndsIt() async {
        signal.set()
        await signal.wait(until: .now + .seconds(3600))
    }

    /// A wait that has begun, with its timer, and is ended by a signal.
    private func waitInVain(until deadline: ContinuousClock.Instant) async throws {
        let waiting = Task { await signal.wait(until: deadline) }
        try await wait(for: "somebody waits") { signal.isAwaited }
        signal.set()
        await waiting.value
    }

    @Test func aSignalWakesWhoWaits() async throws { try await waitInVain(until: .now + .seconds(3600)) }

    @Test func aWaitEndsAtItsTimeAlsoBehindALongerOne() async throws {
        // Leaves the timer for an hour from now.
        try await waitInVain(until: .now + .seconds(3600))
        for delay in [30, 10, 20] {
            let deadline = ContinuousClock.now + .milliseconds(delay)
            await signal.wait(until: deadline)
            #expect(ContinuousClock.now >= deadline)
        }
    }

    @Test func aTimerThatServedAnEarlierWaitIsSetAgain() async throws {
        // Leaves a timer that fires in the middle of the next wait, which it must not end.
        try await waitInVain(until: .now + .milliseconds(300))
        let deadline = ContinuousClock.now + .milliseconds(600)
        await signal.wait(until: deadline)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func cancellationEndsAWait() async throws {
        let task = Task { await signal.wait(until: .now + .seconds(3600)) }
        try await wait(for: "it waits") { signal.isAwaited }
        task.cancel()
        await task.value
    }
}
