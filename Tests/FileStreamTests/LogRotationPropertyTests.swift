import ConnectAPI
import Foundation
import Testing

@testable import FileStream

/// Random lines, rotations, reads and restarts beside the list of all lines.
@Suite struct LogRotationPropertyTests {
    private static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? (0..<12).map { _ in .random(in: 1000...UInt64.max) }

    @Test(arguments: seeds)
    func everyLineComesOnceAndInOrder(seed: UInt64) throws {
        var model = Model(seed: seed)
        try model.start()
        for _ in 0..<150 { try model.step() }
        try model.finish()
        #expect(model.rotations > 0 && model.restarts > 0, "seed \(seed)")
    }
}

private struct Model {
    private let seed: UInt64
    private let log: RotatingLog
    private var random: Randomness
    private var reader: FileReader
    private var lineCount = 0
    /// The number of the line that is to come next.
    private var next = 0
    /// The records since the one that was stored last, that one first.
    private var uncommitted: [(line: Int, record: SourceRecord)] = []
    private(set) var restarts = 0
    var rotations: Int { log.rotations }

    init(seed: UInt64) {
        self.seed = seed
        random = Randomness(state: seed)
        log = RotatingLog(RotatingLog.Style.allCases[Int(seed % 4)])
        reader = log.reader()
    }

    /// A log that nothing is stored of is read from the file that has the name.
    mutating func start() throws {
        append()
        try read(limit: 100)
    }

    mutating func step() throws {
        switch random.below(10) {
        case 0...3: for _ in 0..<random.below(4) { append() }
        case 4...5: rotate()
        case 6...8: try read(limit: 1 + random.below(5))
        default: restart()
        }
    }

    mutating func finish() throws {
        while next < lineCount { try read(limit: 100) }
        try read(limit: 100)
        reader.close()
    }

    private mutating func append(end: String = "\n") {
        log.write("line \(lineCount)\(String(repeating: "x", count: random.below(30)))\(end)")
        lineCount += 1
    }

    private mutating func rotate() {
        // A writer that is stopped does not always end its last line.
        if random.below(4) == 0 { append(end: "") }
        log.rotate()
    }

    /// Polls some times; the last line of the log may come with a later one.
    private mutating func read(limit: Int) throws {
        var batch = PollBatch()
        for _ in 0...random.below(4) where batch.count < limit { _ = try reader.read(into: &batch, limit: limit) }
        for record in batch.finish().flatMap(\.records) {
            let text = try #require(record.value.string)
            try #require(
                text.hasPrefix("line \(next)") && text.drop { $0 != "x" }.allSatisfy { $0 == "x" }, "seed \(seed)")
            try #require(text.prefix { $0 != "x" } == "line \(next)", "seed \(seed): \(text) instead of line \(next)")
            uncommitted.append((next, record))
            next += 1
        }
    }

    /// Offsets may lag behind what was read.
    private mutating func restart() {
        restarts += 1
        reader.close()
        uncommitted.removeFirst(random.below(uncommitted.count))
        reader = log.reader(after: uncommitted.first?.record)
        next = (uncommitted.first?.line ?? -1) + 1
        uncommitted.removeLast(uncommitted.count - 1)
    }
}

private struct Randomness {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
