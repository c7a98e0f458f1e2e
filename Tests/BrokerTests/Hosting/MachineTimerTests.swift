import Coordination
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Broker

@Suite struct MachineTimerTests {
    /// A machine's deadlines and how often it was told that one has passed, on a loop whose time the test moves.
    private final class Host: Sendable {
        let loop = NIOAsyncTestingEventLoop()
        let timer: MachineTimer
        private let fired = Mutex(0)

        init() { timer = MachineTimer(loop: loop) }

        var count: Int { fired.withLock { $0 } }

        /// Sets the timer as if `now` seconds had passed since the start.
        func set(_ seconds: Int?, now: Int = 0) {
            let deadline = seconds.map { CoordinationInstant(sinceStart: .seconds($0)) }
            timer.set(deadline, now: CoordinationInstant(sinceStart: .seconds(now))) { [weak self] in
                self?.fired.withLock { $0 += 1 }
            }
        }
    }

    @Test func firesOnceBehindItsDeadline() async {
        let host = Host()
        host.set(nil)
        host.set(5)
        await host.loop.advanceTime(by: .seconds(5))
        #expect(host.count == 0)
        await host.loop.advanceTime(by: .nanoseconds(1))
        #expect(host.count == 1)
        await host.loop.advanceTime(by: .hours(1))
        #expect(host.count == 1)
    }

    @Test func earlierDeadlineTakesThePlaceOfALaterOne() async {
        let host = Host()
        host.set(60)
        host.set(5)
        // The one that is set comes first; who is called sets the timer anew.
        host.set(30)
        await host.loop.advanceTime(by: .seconds(6))
        #expect(host.count == 1)
        await host.loop.advanceTime(by: .hours(1))
        #expect(host.count == 1)
        host.set(7200, now: 3606)
        await host.loop.advanceTime(by: .seconds(3595))
        #expect(host.count == 2)
    }

    @Test func deadlineThatHasPassedFiresAtOnce() async {
        let host = Host()
        host.set(5, now: 9)
        await host.loop.advanceTime(by: .nanoseconds(1))
        #expect(host.count == 1)
    }
}
