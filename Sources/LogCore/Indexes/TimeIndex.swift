internal import RecordFormat
internal import Synchronization

/// A sparse map from timestamps to offsets, memory-mapped; entries never go backwards (KIP-33).
///
/// Thread rule as for ``OffsetIndex``.
///
/// - SeeAlso: docs/format/time-index.md
final class TimeIndex: Sendable {
    /// One entry: a timestamp in milliseconds, eight bytes, and an offset relative to the segment's base, four.
    static let entrySize = 12

    struct Entry: Equatable {
        /// The latest timestamp up to ``offset``.
        var timestamp: Timestamp
        /// Offset of the last record of the batch that has it.
        var offset: LogOffset
    }

    let baseOffset: LogOffset
    private let file: IndexFile
    private let entryCount: Atomic<Int>

    /// Opens or creates the index of the segment at `baseOffset`; parameters and errors as for ``OffsetIndex``.
    init(
        in directory: LogDirectory, baseOffset: LogOffset, maxBytes: Int?, fileSuffix: String = ""
    ) throws(LogError) {
        self.baseOffset = baseOffset
        let name = FileNames.segment(baseOffset, FileNames.Suffix.timeIndex) + fileSuffix
        file = try IndexFile(name, in: directory, entrySize: Self.entrySize, maxBytes: maxBytes)
        guard file.size % Self.entrySize == 0 else {
            throw LogError(
                .corruptIndex,
                "\(file.path) has \(file.size) bytes, not a whole number of \(Self.entrySize)-byte entries")
        }
        entryCount = Atomic(file.size / Self.entrySize)
    }

    var path: String { file.path }
    /// Whether entries were lost while the file was mapped; lookups refuse from then on, and nothing is worth adding.
    var hasFaulted: Bool { file.hasFaulted }
    var count: Int { entryCount.load(ordering: .acquiring) }
    var capacity: Int { file.capacity / Self.entrySize }
    /// One entry is kept free for the one that sealing the segment adds.
    var isFull: Bool { count >= capacity - 1 }
    var last: Entry? { count == 0 ? nil : entry(at: count - 1) }

    func entry(at index: Int) -> Entry {
        Entry(
            timestamp: Timestamp(milliseconds: file.load(at: index * Self.entrySize, as: Int64.self)),
            offset: baseOffset + Int64(file.load(at: index * Self.entrySize + 8, as: Int32.self)))
    }

    /// Finds the last entry whose timestamp is not above `target`.
    ///
    /// - Returns: The entry's place in the index; `nil` when none qualifies.
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped.
    /// - Complexity: O(log *n*); no system calls.
    func lookup(_ target: Timestamp) throws(LogError) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle).timestamp <= target { low = middle + 1 } else { high = middle }
        }
        try file.checkIntact()
        return low == 0 ? nil : low - 1
    }

    /// Makes sure that the next `count` entries, and the one that sealing adds, can be stored.
    ///
    /// - Throws: ``LogError`` with code `.storageFull`.
    func reserve(_ count: Int) throws(LogError) {
        try file.reserve(upTo: min(self.count + count + 1, capacity) * Self.entrySize)
    }

    /// Adds an entry unless time has not moved on since the last.
    ///
    /// - Precondition: room was reserved.
    func append(_ timestamp: Timestamp, offset: LogOffset) {
        let index = count
        guard index < capacity, (0...Int64(Int32.max)).contains(offset - baseOffset),
            last.map({ $0.timestamp < timestamp && $0.offset <= offset }) ?? (timestamp > .none)
        else { return }
        file.store(timestamp.milliseconds, at: index * Self.entrySize)
        file.store(Int32(offset - baseOffset), at: index * Self.entrySize + 8)
        entryCount.store(index + 1, ordering: .releasing)
    }

    /// The number of entries from the first on that rise and lie below `offset`; behind them may be room not used yet.
    func risingPrefix(below offset: LogOffset) -> Int {
        var previous: Entry?
        let count = count
        for index in 0..<count {
            let entry = entry(at: index)
            let rises =
                previous.map { $0.timestamp < entry.timestamp && $0.offset <= entry.offset } ?? isPossibleFirst(entry)
            guard rises, entry.offset >= baseOffset, entry.offset < offset else { return index }
            previous = entry
        }
        return count
    }

    /// Zeros are unused room, not an entry for 1970: a first entry has a time, or an offset behind the segment's first.
    private func isPossibleFirst(_ entry: Entry) -> Bool {
        entry.timestamp.milliseconds > 0 || (entry.timestamp.milliseconds == 0 && entry.offset > baseOffset)
    }

    /// Keeps the first `count` entries. Only for an index that no reader has: others may hold the old count.
    func keep(_ count: Int) throws(LogError) {
        entryCount.store(count, ordering: .releasing)
        try file.trim(to: count * Self.entrySize)
    }

    /// Cuts the file to the entries it has, as a sealed segment's is.
    func trimFile() throws(LogError) { try file.trim(to: count * Self.entrySize) }

    func sync() throws(LogError) { try file.sync() }

    /// Vouches for what was read so far.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped.
    func checkIntact() throws(LogError) { try file.checkIntact() }
}
