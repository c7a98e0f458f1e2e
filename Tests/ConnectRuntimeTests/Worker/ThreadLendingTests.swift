import Testing

@testable import ConnectRuntime

/// Which work gets a thread, and when.
@Suite struct ThreadLendingTests {
    /// A lending of numbered threads, with times in milliseconds.
    private final class Desk {
        typealias Lending = ThreadLending<Int, String>

        private var lending: Lending
        private let start = ContinuousClock.now

        init(limit: Int = 2) { lending = Lending(limit: limit, patience: .milliseconds(1)) }

        var lentCount: Int { lending.lentCount }
        var idleCount: Int { lending.idleCount }
        var hasWaiting: Bool { lending.hasWaiting }

        func add(_ work: String, isSlow: Bool = false, at time: Int = 0) -> Lending.Start? {
            lending.add(work, isSlow: isSlow, at: start + .milliseconds(time))
        }

        func finish(_ loan: Lending.Loan, on thread: Int, at time: Int = 0) -> Lending.Loan? {
            lending.finish(loan, on: thread, at: start + .milliseconds(time))
        }

        /// The work that may begin.
        func look(at time: Int) -> [String] {
            lending.look(at: start + .milliseconds(time)).map(\.loan.work)
        }

        func takeIdle(since time: Int) -> [Int] { lending.takeIdle(since: start + .milliseconds(time)) }
    }

    @Test func quickWorkSharesThreadsInTheOrderInWhichItComes() throws {
        let desk = Desk()
        let first = try #require(desk.add("a"))
        let second = try #require(desk.add("b"))
        #expect([first.thread, second.thread] == [nil, nil])
        for work in ["c", "d"] { #expect(desk.add(work) == nil) }
        #expect(desk.hasWaiting)

        let third = try #require(desk.finish(second.loan, on: 2))
        #expect(third.work == "c")
        let fourth = try #require(desk.finish(third, on: 2))
        #expect(fourth.work == "d")
        #expect(!desk.hasWaiting)
        #expect(desk.finish(fourth, on: 2) == nil)
        #expect(desk.lentCount == 1)
        #expect(desk.idleCount == 1)
    }

    @Test func slowWorkBeginsAtOnceAndCountsForNothing() {
        let desk = Desk(limit: 1)
        for work in ["a", "b", "c"] { #expect(desk.add(work, isSlow: true)?.loan.work == work) }
        #expect(desk.lentCount == 3)
        #expect(desk.add("quick") != nil)
        #expect(desk.add("next") == nil)
    }

    @Test func slowWorkThatEndsTakesNoneThatWaits() throws {
        let desk = Desk(limit: 1)
        let slow = try #require(desk.add("slow", isSlow: true))
        let quick = try #require(desk.add("quick"))
        #expect(desk.add("next") == nil)
        // Those that share would be more than the limit.
        #expect(desk.finish(slow.loan, on: 1) == nil)
        #expect(desk.finish(quick.loan, on: 2)?.work == "next")
    }

    @Test func workThatTakesLongHoldsUpOthersNoLongerThanThePatience() {
        let desk = Desk()
        #expect(desk.add("a", at: 0) != nil)
        #expect(desk.add("b", at: 1) != nil)
        for work in ["c", "d", "e"] { #expect(desk.add(work, at: 1) == nil) }
        #expect(desk.look(at: 1) == ["c"])
        #expect(desk.look(at: 2) == ["d", "e"])
        #expect(desk.lentCount == 5)
        #expect(!desk.hasWaiting)
    }

    @Test func everyWorkBeginsThoughAllBlocks() {
        let desk = Desk()
        var begun = (0..<100).compactMap { desk.add("\($0)")?.loan.work }
        var now = 0
        while desk.hasWaiting, now < 1_000 {
            now += 1
            begun += desk.look(at: now)
        }
        #expect(begun == (0..<100).map(String.init))
        // Two each millisecond, after the first two.
        #expect(now == 49)
    }

    @Test func theThreadThatCameBackLastIsTakenFirst() throws {
        let desk = Desk()
        let first = try #require(desk.add("a"))
        let second = try #require(desk.add("b"))
        #expect(desk.finish(first.loan, on: 1, at: 1) == nil)
        #expect(desk.finish(second.loan, on: 2, at: 2) == nil)
        #expect(desk.add("c", at: 3)?.thread == 2)
        #expect(desk.takeIdle(since: 0).isEmpty)
        #expect(desk.takeIdle(since: 1) == [1])
        #expect(desk.idleCount == 0)
    }
}
