import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Random appends, changes of leader, truncations and deletions; the history has to agree with the epoch of each record.
@Suite struct LeaderEpochPropertyTests {
    /// A log as nothing but the epoch of each record that it has.
    private struct Model {
        var start: Int64 = 0
        var epochs: [Int32] = []
        var history = LeaderEpochHistory()

        var end: Int64 { start + Int64(epochs.count) }

        mutating func step(_ generator: inout SeededGenerator) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0..<4: append(Int.random(in: 0...3, using: &generator), &generator)
            case 4, 5:
                let target = Int64.random(in: start...end, using: &generator)
                _ = history.truncate(to: LogOffset(target))
                epochs.removeLast(Int(end - target))
            case 6:
                let target = Int64.random(in: start...end, using: &generator)
                _ = history.removePrefix(before: LogOffset(target))
                epochs.removeFirst(Int(target - start))
                start = target
            default:
                let text = history.checkpointText
                let read = try? LeaderEpochHistory(checkpointText: text, path: "text")
                #expect(read == history, "\(text)")
            }
        }

        /// Appends in the epoch there was last or in a later one; a leader may come and go without a record.
        private mutating func append(_ count: Int, _ generator: inout SeededGenerator) {
            let latest = max(history.latest?.rawValue ?? 0, epochs.last ?? 0)
            let epoch = latest + [0, 0, 1, 2].randomElement(using: &generator)!
            _ = history.assign(LeaderEpoch(epoch), startOffset: LogOffset(end))
            epochs += Array(repeating: epoch, count: count)
        }

        func check() throws {
            for offset in start..<end {
                let found = history.epoch(at: LogOffset(offset))
                try #require(found?.rawValue == epochs[Int(offset - start)], "epoch at \(offset): \(history.entries)")
            }
            try #require(history.entries.allSatisfy { $0.startOffset.rawValue >= start || epochs.isEmpty })
            guard let last = epochs.last else { return }
            for asked in 0...last {
                let found = history.endOffset(of: LeaderEpoch(asked), logEndOffset: LogOffset(end))
                let below = epochs.last { $0 <= asked }
                let index = epochs.firstIndex { $0 > asked } ?? epochs.count
                // A leader without records, the latest, ends the one before where the log ends.
                try #require(found?.startOffset.rawValue == start + Int64(index), "end of \(asked): \(history.entries)")
                try #require(found?.epoch.rawValue == below ?? asked, "epoch for \(asked): \(history.entries)")
            }
        }
    }

    @Test func theHistoryAgreesWithTheEpochOfEachRecord() throws {
        try Seeds.forEach(1_000, "leader epochs") { generator in
            var model = Model()
            for _ in 0..<30 {
                model.step(&generator)
                try model.check()
            }
        }
    }
}
