internal import RecordFormat
internal import Synchronization

/// A sparse map from offsets to positions in the segment's log file, memory-mapped.
///
/// One writer (the append lane) adds entries while any number of readers look up: an entry is complete before the count that
/// makes it visible moves. Truncation moves the count back; readers that were ahead find a position that the log file no longer
/// vouches for, which every reader checks.
///
/// - SeeAlso: docs/format/offset-index.md
final class OffsetIndex: @unchecked Sendable {
    // Sendable: the mapping is written by the append lane only, behind `entryCount`'s release and acquire.

    /// One entry: an offset relative to the segment's base and a position in its log file, four bytes each.
    static let entrySize = 8

    struct Entry: Equatable {
        var offset: LogOffset
        var position: Int
    }

    let baseOffset: LogOffset
    let capacity: Int
    private let file: LogFile
    private let map: MappedFile
    private let entryCount: Atomic<Int>

    /// Opens or creates the index at `path`.
    ///
    /// - Parameter maxBytes: Room for the entries of an active segment; `nil` opens a sealed one at its size.
    /// - Throws: ``LogError`` with code `.corruptIndex` if the length is not a whole number of entries, `.io` otherwise.
    init(path: String, baseOffset: LogOffset, maxBytes: Int?) throws(LogError) {
        self.baseOffset = baseOffset
        file = try LogFile.open(path, maxBytes == nil ? .readOnly : .create)
        let size = try file.size()
        guard size % Self.entrySize == 0 else {
            throw LogError(.corruptIndex, "\(path) has \(size) bytes, not a whole number of \(Self.entrySize)-byte entries")
        }
        let mapped = maxBytes.map { max($0 / Self.entrySize * Self.entrySize, size) } ?? size
        if mapped > size { try file.truncate(to: mapped) }
        map = try MappedFile(file, size: mapped, isWritable: maxBytes != nil)
        capacity = mapped / Self.entrySize
        entryCount = Atomic(size / Self.entrySize)
    }

    var count: Int { entryCount.load(ordering: .acquiring) }
    var isFull: Bool { count >= capacity }
    var last: Entry? { count == 0 ? nil : entry(at: count - 1) }

    func entry(at index: Int) -> Entry {
        Entry(
            offset: baseOffset + Int64(map.bigEndian(at: index * Self.entrySize, as: Int32.self)),
            position: Int(map.bigEndian(at: index * Self.entrySize + 4, as: Int32.self)))
    }

    /// Whether the index can name `offset`: relative offsets have 32 bits.
    func canHold(_ offset: LogOffset) -> Bool { (0...Int64(Int32.max)).contains(offset - baseOffset) }

    /// Finds the greatest indexed offset that is not above `target`.
    ///
    /// The answer is a starting point for a scan, not a match.
    ///
    /// - Returns: The entry found, or the segment's base offset at position 0 when none qualifies.
    /// - Complexity: O(log *n*); no system calls.
    func lookup(_ target: LogOffset) -> Entry {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle).offset <= target { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? Entry(offset: baseOffset, position: 0) : entry(at: low - 1)
    }

    /// Adds an entry; a full index or one that already reaches `offset` is left as it is.
    func append(_ offset: LogOffset, position: Int) {
        let index = count
        guard index < capacity, canHold(offset), last.map({ $0.offset < offset }) ?? true else { return }
        unsafe map.memory.storeBigEndian(Int32(offset - baseOffset), at: index * Self.entrySize)
        unsafe map.memory.storeBigEndian(Int32(position), at: index * Self.entrySize + 4)
        entryCount.store(index + 1, ordering: .releasing)
    }

    /// Drops the entries at or above `offset`.
    func truncate(to offset: LogOffset) {
        var kept = count
        while kept > 0, entry(at: kept - 1).offset >= offset { kept -= 1 }
        entryCount.store(kept, ordering: .releasing)
    }

    /// Keeps the entries from the first on that rise and lie below `offset`; what follows may be preallocated zeros.
    func keepRisingPrefix(below offset: LogOffset) {
        var kept = 0
        var previous: Entry?
        while kept < capacity {
            let entry = entry(at: kept)
            let rises = previous.map { $0.offset < entry.offset && $0.position < entry.position } ?? (entry.position > 0)
            guard rises, entry.offset >= baseOffset, entry.offset < offset else { break }
            previous = entry
            kept += 1
        }
        entryCount.store(kept, ordering: .releasing)
    }

    /// Cuts the file to the entries it has, as a sealed segment's is.
    func trimFile() throws(LogError) { try file.truncate(to: count * Self.entrySize) }

    func sync() throws(LogError) { try file.sync() }

}
