import RecordFormat
import StorageHarness
import Testing

@testable import LogCore

/// Both indexes against a sorted array, with random entries, cuts and reopenings.
@Suite struct IndexPropertyTests {
    @Test func offsetLookupsAgreeWithASortedArray() throws {
        let directory = try TestDirectory(inMemory: true)
        let files = try LogDirectory.open(directory.path, in: KernelFileSystem())
        try Seeds.forEach(1_000, "offset index") { generator in
            let base = LogOffset(Int64.random(in: 0...1 << 40, using: &generator))
            let capacity = Int.random(in: 1...30, using: &generator)
            var index = try OffsetIndex(in: files, baseOffset: base, maxBytes: capacity * OffsetIndex.entrySize)
            var model: [OffsetIndex.Entry] = []
            for _ in 0..<20 {
                switch Int.random(in: 0..<8, using: &generator) {
                case 0:
                    try index.trimFile()
                    index = try OffsetIndex(in: files, baseOffset: base, maxBytes: capacity * OffsetIndex.entrySize)
                case 1:
                    let kept = Int.random(in: 0...model.count, using: &generator)
                    try index.keep(kept)
                    model.removeLast(model.count - kept)
                default:
                    let last = model.last ?? .init(offset: base + -1, position: 0)
                    // Some go backwards, and must leave the index as it is.
                    let entry = OffsetIndex.Entry(
                        offset: last.offset + Int64.random(in: -2...40, using: &generator),
                        position: last.position + Int.random(in: 1...5_000, using: &generator))
                    try index.reserve(1)
                    try index.append(entry.offset, position: entry.position)
                    if model.count < capacity, entry.offset > last.offset { model.append(entry) }
                }
                let last = try index.last()
                try #require(index.count == model.count && last == model.last)
                try check(index, model, &generator)
            }
        }
    }

    private func check(
        _ index: OffsetIndex, _ model: [OffsetIndex.Entry], _ generator: inout SeededGenerator
    ) throws {
        let end = model.last ?? .init(offset: index.baseOffset, position: 0)
        for _ in 0..<10 {
            let offset = index.baseOffset + Int64.random(in: 0...(end.offset - index.baseOffset) + 2, using: &generator)
            try #require(index.lookup(offset) == model.lastIndex { $0.offset <= offset })
            let position = Int.random(in: 0...end.position + 2, using: &generator)
            try #require(index.lookup(position: position) == model.lastIndex { $0.position <= position })
            let rising = try index.risingPrefix(below: offset, within: position)
            try #require(rising == model.prefix { $0.offset < offset && $0.position < position }.count)
        }
    }

    @Test func timeLookupsAgreeWithASortedArray() throws {
        let directory = try TestDirectory(inMemory: true)
        let files = try LogDirectory.open(directory.path, in: KernelFileSystem())
        try Seeds.forEach(1_000, "time index") { generator in
            let base = LogOffset(Int64.random(in: 0...1 << 40, using: &generator))
            let capacity = Int.random(in: 1...30, using: &generator)
            var index = try TimeIndex(in: files, baseOffset: base, maxBytes: capacity * TimeIndex.entrySize)
            var model: [TimeIndex.Entry] = []
            for _ in 0..<20 {
                switch Int.random(in: 0..<8, using: &generator) {
                case 0:
                    try index.trimFile()
                    index = try TimeIndex(in: files, baseOffset: base, maxBytes: capacity * TimeIndex.entrySize)
                case 1:
                    let kept = Int.random(in: 0...model.count, using: &generator)
                    try index.keep(kept)
                    model.removeLast(model.count - kept)
                default:
                    let last = model.last ?? .init(timestamp: Timestamp(milliseconds: 0), offset: base)
                    let step = Int64.random(in: -2...50, using: &generator)
                    let entry = TimeIndex.Entry(
                        timestamp: Timestamp(milliseconds: last.timestamp.milliseconds + step),
                        offset: last.offset + Int64.random(in: 0...9, using: &generator))
                    try index.reserve(1)
                    try index.append(entry.timestamp, offset: entry.offset)
                    let rises = model.isEmpty ? entry.timestamp > .none : step > 0
                    if model.count < capacity, rises { model.append(entry) }
                }
                let last = try index.last()
                try #require(index.count == model.count && last == model.last)
                for _ in 0..<10 {
                    let end = model.last?.timestamp.milliseconds ?? 0
                    let time = Timestamp(milliseconds: Int64.random(in: -1...end + 2, using: &generator))
                    try #require(index.lookup(time) == model.lastIndex { $0.timestamp <= time })
                }
            }
        }
    }

    @Test func transactionIndexesAgreeWithAnArray() throws {
        let directory = try TestDirectory(inMemory: true)
        let files = try LogDirectory.open(directory.path, in: KernelFileSystem())
        try Seeds.forEach(1_000, "transaction index") { generator in
            let name = "a.txnindex"
            try files.removeFile(name)
            var index = try TransactionIndex(name, in: files, baseOffset: .zero)
            var model: [AbortedTransaction] = []
            for _ in 0..<12 {
                let end = model.last?.lastOffset.rawValue ?? 0
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: index = try TransactionIndex(name, in: files, baseOffset: .zero)
                case 1:
                    let target = LogOffset(Int64.random(in: 0...end + 1, using: &generator))
                    try index.truncate(to: target)
                    model.removeAll { $0.lastOffset >= target }
                default:
                    let entries = Self.entries(behind: end, &generator)
                    let created = try index.append(entries)
                    try #require(!created || model.isEmpty)
                    model += entries
                }
                let low = Int64.random(in: 0...end + 5, using: &generator)
                let range = LogOffset(low)..<LogOffset(low + Int64.random(in: 0...20, using: &generator))
                let found = try index.entries(overlapping: range)
                let stop = model.firstIndex {
                    $0.lastOffset >= range.lowerBound && $0.lastStableOffset >= range.upperBound
                }
                try #require(found.isComplete == (stop != nil))
                let seen = stop.map { model[...$0] } ?? model[...]
                try #require(found.entries == seen.filter { $0.overlaps(range) })
                try #require(try index.isConsistent(below: LogOffset(end + 100)))
                try #require(index.count == model.count)
            }
        }
    }

    private static func entries(behind end: Int64, _ generator: inout SeededGenerator) -> [AbortedTransaction] {
        var last = end
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            last += Int64.random(in: 1...6, using: &generator)
            return AbortedTransaction(
                producerID: ProducerID(Int64.random(in: 0...3, using: &generator)),
                firstOffset: LogOffset(Int64.random(in: 0..<last, using: &generator)), lastOffset: LogOffset(last),
                lastStableOffset: LogOffset(Int64.random(in: 0...last + 1, using: &generator)))
        }
    }
}
