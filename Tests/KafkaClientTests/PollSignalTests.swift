import NIOPosix
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(1))) struct PollSignalTests {
    private let signal = PollSignal(
        scheduler: ClientScheduler(eventLoop: MultiThreadedEventLoopGroup.singleton.next()))

    @Test func aSignalBeforeTheWaitEndsIt() async {
        signal.set()
        await signal.wait(until: .now + .seconds(3600))
    }

    @Test func aSignalWakesWhoWaits() async {
        async let waiting: Void = signal.wait(until: .now + .seconds(3600))
        signal.set()
        await waiting
    }

    @Test func aWaitEndsAtItsTimeAlsoBehindALongerOne() async {
        // Leaves the timer for an hour from now.
        signal.set()
        await signal.wait(until: .now + .seconds(3600))
        async let long: Void = signal.wait(until: .now + .seconds(3600))
        signal.set()
        await long
        for delay in [30, 10, 20] {
            let deadline = ContinuousClock.now + .milliseconds(delay)
            await signal.wait(until: deadline)
            #expect(ContinuousClock.now >= deadline)
        }
    }

    @Test func aTimerThatServedAnEarlierWaitIsSetAgain() async {
        async let first: Void = signal.wait(until: .now + .milliseconds(10))
        signal.set()
        await first
        let deadline = ContinuousClock.now + .milliseconds(40)
        await signal.wait(until: deadline)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func cancellationEndsAWait() async {
        let task = Task { await signal.wait(until: .now + .seconds(3600)) }
        task.cancel()
        await task.value
    }
}
