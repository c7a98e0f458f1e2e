import Testing

@testable import EventStore

@Suite final class SyncChoiceTests {
    private var choice = SyncChoice()

    private func shares(_ count: Int) -> Bool { choice.sharesSync(of: count) }

    @Test func fewLogsAreSyncedOneByOne() {
        for count in 0..<SyncChoice.leastLogs { #expect(!shares(count)) }
        #expect(shares(SyncChoice.leastLogs))
    }

    @Test func aSlowFileSystemIsLeftAloneForLongerAndLonger() {
        choice.noteOwnSyncs(of: 4, took: .microseconds(400))
        for pause in [1, 2, 4, 8] {
            #expect(shares(20))
            choice.noteSharedSync(of: 20, took: .milliseconds(50))
            for _ in 0..<pause { #expect(!shares(20)) }
        }
        #expect(shares(20))
        choice.noteSharedSync(of: 20, took: .microseconds(600))
        #expect(shares(20), "it is the faster way again")
        choice.noteSharedSync(of: 20, took: .milliseconds(50))
        #expect(!shares(20))
        #expect(shares(20), "and what was before does not count")
    }

    @Test func thePauseHasABound() {
        choice.noteOwnSyncs(of: 1, took: .microseconds(100))
        var longest = 0
        for _ in 0..<20 {
            var pause = 0
            while !shares(10) { pause += 1 }
            choice.noteSharedSync(of: 10, took: .seconds(1))
            longest = max(longest, pause)
        }
        #expect(longest == 256)
    }

    @Test func withoutSyncsToCompareWithItIsShared() {
        choice.noteSharedSync(of: 10, took: .seconds(1))
        #expect(shares(10))
    }

    @Test func aSyncOfOneMomentMovesTheMeasureByAnEighth() {
        choice.noteOwnSyncs(of: 1, took: .microseconds(100))
        choice.noteOwnSyncs(of: 1, took: .microseconds(900))
        // 200 µs for each log from here on, of which it may take four times as much.
        choice.noteSharedSync(of: 10, took: .microseconds(8_000))
        #expect(shares(10))
        choice.noteSharedSync(of: 10, took: .microseconds(8_001))
        #expect(!shares(10))
    }

    @Test func aRefusalIsForGood() {
        choice.refuse()
        for _ in 0..<1_000 { #expect(!shares(100)) }
    }
}
