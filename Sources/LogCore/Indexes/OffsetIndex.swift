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

    /// The last entry.
    ///
    /// - Throws: as ``entry(at:)``.
    func last() throws(LogError) -> Entry? { count == 0 ? nil : try entry(at: count - 1) }

    /// The entry at `index`, below ``count``.
    ///
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` or `.io` if the file cannot be mapped, `.cancelled` if the
    ///   index is no longer the log's.
    func entry(at index: Int) throws(LogError) -> Entry {
        let mapping = try file.mapped()
        defer { try? file.checkIntact(mapping) }
        return entry(at: index, in: mapping)
    }

    private func entry(at index: Int, in mapping: IndexMapping) -> Entry {
        Entry(
            offset: baseOffset + Int64(mapping.load(at: index * Self.entrySize, as: Int32.self)),
            position: Int(mapping.load(at: index * Self.entrySize + 4, as: Int32.self)))
    }

    /// Whether the index can name `offset`: relative offsets have 32 bits.
    func canHold(_ offset: LogOffset) -> Bool { (0...Int64(Int32.max)).contains(offset - baseOffset) }

    /// Finds the greatest indexed offset that is not above `target`.
    ///
    /// - Returns: The entry's place in the index, or `nil` when none qualifies: the scan starts at position 0.
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped, or as
    ///   ``entry(at:)``.
    /// - Complexity: O(log *n*); no system calls while the file is mapped.
    func lookup(_ target: LogOffset) throws(LogError) -> Int? { try last { $0.offset <= target } }

    /// Finds the last entry whose position is not above `position`; `nil` when none qualifies.
    ///
    /// - Throws: as ``lookup(_:)``.
    /// - Complexity: O(log *n*); no system calls while the file is mapped.
    func lookup(position: Int) throws(LogError) -> Int? { try last { $0.position <= position } }

    /// The place of the last entry for which `isBelow` holds, as it does for all before that.
    private func last(where isBelow: (Entry) -> Bool) throws(LogError) -> Int? {
        var low = 0
        var high = count
        guard high > 0 else { return nil }
        try file.checkIntact()
        let mapping = try file.mapped()
        while low < high {
            let middle = (low + high) / 2
            if isBelow(entry(at: middle, in: mapping)) { low = middle + 1 } else { high = middle }
        }
        try file.checkIntact(mapping)
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
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped, or as
    ///   ``entry(at:)``; nothing is added.
    func append(_ offset: LogOffset, position: Int) throws(LogError) {
        let index = count
        guard index < capacity, canHold(offset) else { return }
        let mapping = try file.mapped()
        if index > 0, entry(at: index - 1, in: mapping).offset >= offset { return }
        precondition((index + 1) * Self.entrySize <= file.size, "an index entry outside of its file")
        mapping.store(Int32(offset - baseOffset), at: index * Self.entrySize)
        mapping.store(Int32(position), at: index * Self.entrySize + 4)
        try file.checkIntact(mapping)
        entryCount.store(index + 1, ordering: .releasing)
    }

    /// The number of entries from the first on that rise and lie below `offset` and `size`; behind them may be room not
    /// used yet.
    ///
    /// - Throws: as ``entry(at:)``.
    func risingPrefix(below offset: LogOffset, within size: Int) throws(LogError) -> Int {
        var previous: Entry?
        let count = count
        guard count > 0 else { return 0 }
        let mapping = try file.mapped()
        defer { try? file.checkIntact(mapping) }
        for index in 0..<count {
            let entry = entry(at: index, in: mapping)
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

    /// Says that the name is about to be another file's, or no one's.
    func retire() { file.retire() }

    /// As ``retire()``, and lets go of the mapping.
    func close() { file.close() }

    /// The mapping; none of an index without entries, in which nothing is looked up.
    func mapped() throws(LogError) -> IndexMapping? { count > 0 ? try file.mapped() : nil }

    /// As ``retire()``, for an index that readers go on looking things up in.
    func retire(keeping mapping: IndexMapping?) {
        if let mapping { file.retire(keeping: mapping) } else { file.retire() }
    }

    /// Vouches for what was read so far.
    ///
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped.
    func checkIntact() throws(LogError) { try file.checkIntact() }
}
