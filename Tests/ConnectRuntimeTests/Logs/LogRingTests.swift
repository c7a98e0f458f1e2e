import Logging
import Testing

@testable import ConnectRuntime

@Suite struct LogRingTests {
    private func entry(_ message: String, level: Logger.Level = .info, task: Int? = nil) -> LogEntry {
        LogEntry(number: 0, time: 1, level: level, task: task, message: message, fields: [:])
    }

    /// Against a model that keeps everything.
    @Test(arguments: [1, 2, 3] as [UInt64]) func theLastLinesAreKeptWithinBothBounds(seed: UInt64) {
        var random = SplitMix(seed)
        var ring = LogRing()
        var all: [LogEntry] = []
        for number in 1...3_000 {
            let length = random.next() % 8 == 0 ? Int(random.next() % 20_000) : Int(random.next() % 100)
            let level = Logger.Level.allCases[Int(random.next() % 7)]
            let task: Int? = random.next() % 3 == 0 ? nil : Int(random.next() % 2)
            ring.append(entry(String(repeating: "x", count: length), level: level, task: task))
            var kept = entry("", level: level, task: task)
            kept.number = Int64(number)
            all.append(kept)
            #expect(ring.entries.count <= LogRing.entryLimit && ring.size <= LogRing.byteLimit)
            #expect(ring.entries.last?.number == Int64(number))
            guard number % 100 == 0 else { continue }
            #expect(ring.size == ring.entries.reduce(0) { $0 + $1.size })
            let filter = LogFilter(level: .warning, task: 1)
            let model = all.suffix(ring.entries.count).filter { $0.level >= .warning && $0.task == 1 }
            #expect(ring.last(.max, filter).map(\.number) == model.map(\.number))
            #expect(ring.last(3, filter).map(\.number) == model.suffix(3).map(\.number))
            let after = Int64(random.next() % UInt64(number))
            let newer = model.filter { $0.number > after }
            #expect(ring.entries(after: after, filter).map(\.number) == newer.map(\.number))
        }
    }

    @Test func aLineThatIsTooLongIsCut() {
        var ring = LogRing()
        ring.append(entry(String(repeating: "é", count: LogRing.textLimit)))
        let kept = ring.last(1, LogFilter())[0].message
        #expect(kept.utf8.count <= LogRing.textLimit + 3 && kept.hasPrefix("éé") && kept.hasSuffix("…"))
    }
}
