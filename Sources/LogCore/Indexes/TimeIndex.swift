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

    /// The last entry.
    ///
    /// - Throws: as ``entry(at:)``.
    func last() throws(LogError) -> Entry? { count == 0 ? nil : try entry(at: count - 1) }

    /// The entry at `index`, below ``count``; errors as for ``OffsetIndex``.
    func entry(at index: Int) throws(LogError) -> Entry {
        let mapping = try file.mapped()
        defer { try? file.checkIntact(mapping) }
        return entry(at: index, in: mapping)
    }

    private func entry(at index: Int, in mapping: IndexMapping) -> Entry {
        Entry(
            timestamp: Timestamp(milliseconds: mapping.load(at: index * Self.entrySize, as: Int64.self)),
            offset: baseOffset + Int64(mapping.load(at: index * Self.entrySize + 8, as: Int32.self)))
    }

    /// Finds the last entry whose timestamp is not above `target`.
    ///
    /// - Returns: The entry's place in the index; `nil` when none qualifies.
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped, or as
    ///   ``entry(at:)``.
    /// - Complexity: O(log *n*); no system calls while the file is mapped.
    func lookup(_ target: Timestamp) throws(LogError) -> Int? {
        var low = 0
        var high = count
        guard high > 0 else { return nil }
        try file.checkIntact()
        let mapping = try file.mapped()
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle, in: mapping).timestamp <= target { low = middle + 1 } else { high = middle }
        }
        try file.checkIntact(mapping)
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
    /// - Throws: ``LogError`` with code `.corruptIndex` if entries were lost while the file was mapped, or as
    ///   ``entry(at:)``; nothing is added.
    func append(_ timestamp: Timestamp, offset: LogOffset) throws(LogError) {
        let index = count
        guard timestamp > .none, index < capacity, (0...Int64(Int32.max)).contains(offset - baseOffset) else { return }
        let mapping = try file.mapped()
        if index > 0 {
            let last = entry(at: index - 1, in: mapping)
            guard last.timestamp < timestamp, last.offset <= offset else { return }
        }
        precondition((index + 1) * Self.entrySize <= file.size, "an index entry outside of its file")
        mapping.store(timestamp.milliseconds, at: index * Self.entrySize)
        mapping.store(Int32(offset - baseOffset), at: index * Self.entrySize + 8)
        try file.checkIntact(mapping)
        entryCount.store(index + 1, ordering: .releasing)
    }

    /// The number of entries from the first on that rise and lie below `offset`; behind them may be room not used yet.
    ///
    /// - Throws: as ``entry(at:)``.
    func risingPrefix(below offset: LogOffset) throws(LogError) -> Int {
        var previous: Entry?
        let count = count
        guard count > 0 else { return 0 }
        let mapping = try file.mapped()
        defer { try? file.checkIntact(mapping) }
        for index in 0..<count {
            let entry = entry(at: index, in: mapping)
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
