import Testing

@testable import ConnectRuntime

@Suite struct WatchdogTests {
    private let start = ContinuousClock.now
    private let part = WatchedPart(connector: "c", task: 0)

    private func call(_ number: UInt64, at seconds: Int) -> CallMonitor.Call {
        CallMonitor.Call(number: number, name: "poll", began: start + .seconds(seconds))
    }

    @Test func aCallIsToldOnceAndOnceMoreWhenItIsBack() {
        var watchdog = Watchdog(timeout: .seconds(10))
        let first = call(1, at: 0)
        #expect(watchdog.look([part: first], at: start + .seconds(9)) == [])
        #expect(
            watchdog.look([part: first], at: start + .seconds(10)) == [.hangs(part, call: "poll", for: .seconds(10))])
        #expect(watchdog.look([part: first], at: start + .seconds(20)) == [])
        let second = call(2, at: 21)
        #expect(watchdog.look([part: second], at: start + .seconds(22)) == [.goesOn(part, call: "poll")])
        #expect(
            watchdog.look([part: second], at: start + .seconds(40)) == [.hangs(part, call: "poll", for: .seconds(19))])
        #expect(watchdog.count == 1)
        #expect(watchdog.look([:], at: start + .seconds(41)) == [.goesOn(part, call: "poll")])
        #expect(watchdog.count == 0)
    }

    @Test func aMonitorKnowsTheCallThatBeganFirst() async throws {
        let calls = CallMonitor()
        let (inner, _) = await calls.during("poll") {
            await calls.during("commit") { calls.oldest?.name }.result
        }
        #expect(inner == "poll")
        #expect(calls.oldest == nil)
    }
}
