import LogCore
import RecordFormat
import Testing

/// The cases of KIP-101 and KIP-279: which offset an epoch ended at decides what a follower cuts off.
@Suite struct LeaderEpochHistoryTests {
    static func history(_ entries: [(Int32, Int64)]) -> LeaderEpochHistory {
        LeaderEpochHistory(entries: entries.map { .init(epoch: LeaderEpoch($0.0), startOffset: LogOffset($0.1)) })
    }

    static func plain(_ history: LeaderEpochHistory) -> [[Int64]] {
        history.entries.map { [Int64($0.epoch.rawValue), $0.startOffset.rawValue] }
    }

    @Test func anEpochEndsWhereTheNextBegins() {
        let history = Self.history([(1, 0), (3, 10), (4, 20)])
        func end(_ epoch: Int32) -> [Int64]? {
            history.endOffset(of: LeaderEpoch(epoch), logEndOffset: LogOffset(35)).map {
                [Int64($0.epoch.rawValue), $0.startOffset.rawValue]
            }
        }
        #expect(end(1) == [1, 10])
        #expect(end(2) == [1, 10], "an epoch without records here ends where the one before did")
        #expect(end(3) == [3, 20])
        #expect(end(4) == [4, 35])
        #expect(end(5) == nil, "a newer epoch than all is unknown")
        #expect(end(0) == [0, 0], "an older epoch than all ended before the log began")
        #expect(end(-1) == nil)
        #expect(LeaderEpochHistory().endOffset(of: LeaderEpoch(0), logEndOffset: .zero) == nil)
    }

    @Test func theEpochOfAnOffsetIsTheOneThatCoversIt() {
        let history = Self.history([(1, 5), (3, 10)])
        #expect(history.epoch(at: LogOffset(4)) == nil)
        #expect(history.epoch(at: LogOffset(5))?.rawValue == 1)
        #expect(history.epoch(at: LogOffset(9))?.rawValue == 1)
        #expect(history.epoch(at: LogOffset(10))?.rawValue == 3)
        #expect(history.epoch(at: LogOffset(1000))?.rawValue == 3)
    }

    @Test func assigningKeepsEpochsAndOffsetsRising() {
        var history = Self.history([(1, 0), (2, 10)])
        let news1 = history.assign(LeaderEpoch(2), startOffset: LogOffset(15))
        #expect(news1 == false)
        let news2 = history.assign(LeaderEpoch(1), startOffset: LogOffset(15))
        #expect(news2 == false)
        let news3 = history.assign(.none, startOffset: LogOffset(15))
        #expect(news3 == false)
        let news4 = history.assign(LeaderEpoch(4), startOffset: LogOffset(10))
        #expect(news4 == true)
        #expect(Self.plain(history) == [[1, 0], [4, 10]], "an epoch without a record is no part of the history")
    }

    @Test func cuttingEitherEndKeepsTheRest() {
        var history = Self.history([(1, 0), (2, 10), (3, 20)])
        let news5 = history.truncate(to: LogOffset(21))
        #expect(news5 == false)
        let news6 = history.truncate(to: LogOffset(20))
        #expect(news6 == true)
        #expect(Self.plain(history) == [[1, 0], [2, 10]])
        let news7 = history.removePrefix(before: LogOffset(12))
        #expect(news7 == true)
        #expect(Self.plain(history) == [[2, 12]])
        let news8 = history.removePrefix(before: LogOffset(12))
        #expect(news8 == false)
    }

    @Test func theCheckpointIsKafkasText() throws {
        let history = Self.history([(0, 0), (7, 123_456_789_012)])
        #expect(history.checkpointText == "0\n2\n0 0\n7 123456789012\n")
        #expect(try LeaderEpochHistory(checkpointText: history.checkpointText, path: "f") == history)
        #expect(try LeaderEpochHistory(checkpointText: "0\n0\n", path: "f").entries.isEmpty)
    }

    @Test(arguments: [
        "", "0\n", "1\n1\n0 0\n", "0\n2\n0 0\n", "0\n1\n0\n", "0\n1\n0 0 0\n", "0\n1\nx 0\n", "0\n1\n0 -1\n",
        "0\n2\n1 0\n1 5\n", "0\n2\n1 5\n2 5\n",
        "0\n2\n2 0\n1 5\n", "0\n1\n-1 0\n", "0\n1\n99999999999 0\n",
    ]) func aDamagedCheckpointIsRefusedByName(text: String) {
        let error = #expect(throws: LogError.self) { try LeaderEpochHistory(checkpointText: text, path: "the/file") }
        #expect(error?.code == .unsupportedFormat)
        #expect(error?.message.contains("the/file") == true)
    }
}
