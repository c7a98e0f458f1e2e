internal import RecordFormat
internal import Synchronization

/// A sparse map from offsets to positions in the segment's log file, memory-mapped.
///
/// One writer (the append lane) adds entries while any number of readers look up: an entry is complete before the count
/// that makes it visible moves. An entry is a hint: who follows one checks the batch header that it leads to.
///
/// - SeeAlso: docs/format/offset-index.md
final class OffsetIndex: Sendable {
    /// One entry: an offset relative to the segment's base and a position in its log file, four bytes each.
    static let entrySize = 8

    struct Entry: Equatable {
        /// Offset of the last record of the batch that stands at ``position``.
        var offset: LogOffset
        var position: Int
    }

    let baseOffset: LogOffset
    private let file: IndexFile
    private let entryCount: Atomic<Int>

    /// Opens or creates the index of the segment at `baseOffset`.
    ///
    /// - Parameters:
    ///   - maxBytes: Room for the entries of an active segment; `nil` opens a sealed one at its size.
    ///   - fileSuffix: What the file's name ends with beyond the usual.
    /// - Throws: ``LogError`` with code `.corruptIndex` if the length is not a whole number of entries, `.io`
    ///   otherwise.
    init(
        in directory: LogDirectory, baseOffset: LogOffset, maxBytes: Int?, fileSuffix: String = ""
    ) throws(LogError) {
        self.baseOffset = baseOffset
        let name = FileNames.segment(baseOffset, FileNames.Suffix.offsetIndex) + fileSuffix
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
    var isFull: Bool { count >= capacity }
    var last: Entry? { count == 0 ? nil : entry(at: count - 1) }

    func entry(at index: Int) -> Entry {
        Entry(
            offset: baseOffset + Int64(file.load(at: index * Self.entrySize, as: Int32.self)),
            position: Int(file.load(at: index * Self.entrySize + 4, as: Int32.self)))
    }

    /// Whether the index can name `offset`: relative offsets have 32 bits.
    func canHold(_ offset: LogOffset) -> Bool { (0...Int64(Int32.max)).contains(offset - baseOffset) }

    /// Finds the greatest indexed offset that is not above `target`.
    ///
    /// - Returns: The entry's place in the index, or `nil` when none qualifies: the scan starts at position 0.
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped.
    /// - Complexity: O(log *n*); no system calls.
    func lookup(_ target: LogOffset) throws(LogError) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle).offset <= target { low = middle + 1 } else { high = middle }
        }
        try file.checkIntact()
        return low == 0 ? nil : low - 1
    }

    /// Finds the last entry whose position is not above `position`; `nil` when none qualifies.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped.
    /// - Complexity: O(log *n*); no system calls.
    func lookup(position: Int) throws(LogError) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle).position <= position { low = middle + 1 } else { high = middle }
        }
        try file.checkIntact()
        return low == 0 ? nil : low - 1
    }

    /// Makes sure that the next `count` entries can be added.
    ///
    /// - Throws: ``LogError`` with code `.storageFull`.
    func reserve(_ count: Int) throws(LogError) {
        try file.reserve(upTo: min(self.count + count, capacity) * Self.entrySize)
    }

    /// Adds an entry; a full index or one that already reaches `offset` is left as it is.
    ///
    /// - Precondition: room was reserved.
    func append(_ offset: LogOffset, position: Int) {
        let index = count
        guard index < capacity, canHold(offset), last.map({ $0.offset < offset }) ?? true else { return }
        file.store(Int32(offset - baseOffset), at: index * Self.entrySize)
        file.store(Int32(position), at: index * Self.entrySize + 4)
        entryCount.store(index + 1, ordering: .releasing)
    }

    /// The number of entries from the first on that rise and lie below `offset` and `size`; behind them may be room not
    /// used yet.
    func risingPrefix(below offset: LogOffset, within size: Int) -> Int {
        var previous: Entry?
        let count = count
        for index in 0..<count {
            let entry = entry(at: index)
            let rises =
                previous.map { $0.offset < entry.offset && $0.position < entry.position } ?? (entry.position > 0)
            guard rises, entry.offset >= baseOffset, entry.offset < offset, entry.position < size else { return index }
            previous = entry
        }
        return count
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
