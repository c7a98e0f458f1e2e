internal import RecordFormat
internal import Synchronization

/// A sparse map from timestamps to offsets, memory-mapped; entries never go backwards (KIP-33).
///
/// Thread rule as for ``OffsetIndex``.
///
/// - SeeAlso: docs/format/time-index.md
final class TimeIndex: @unchecked Sendable {
    // Sendable: the mapping is written by the append lane only, behind `entryCount`'s release and acquire.

    /// One entry: a timestamp in milliseconds, eight bytes, and an offset relative to the segment's base, four.
    static let entrySize = 12

    struct Entry: Equatable {
        var timestamp: Timestamp
        var offset: LogOffset
    }

    let baseOffset: LogOffset
    let capacity: Int
    private let file: LogFile
    private let map: MappedFile
    private let entryCount: Atomic<Int>

    /// Opens or creates the index at `path`; parameters and errors as for ``OffsetIndex``.
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
    /// One entry is kept free for the one that sealing the segment adds.
    var isFull: Bool { count >= capacity - 1 }
    var last: Entry? { count == 0 ? nil : entry(at: count - 1) }

    func entry(at index: Int) -> Entry {
        Entry(
            timestamp: Timestamp(milliseconds: map.bigEndian(at: index * Self.entrySize, as: Int64.self)),
            offset: baseOffset + Int64(map.bigEndian(at: index * Self.entrySize + 8, as: Int32.self)))
    }

    /// Finds the last entry whose timestamp is not above `target`; `nil` when none qualifies.
    ///
    /// - Complexity: O(log *n*); no system calls.
    func lookup(_ target: Timestamp) -> Entry? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if entry(at: middle).timestamp <= target { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : entry(at: low - 1)
    }

    /// Adds an entry unless time has not moved on since the last.
    func append(_ timestamp: Timestamp, offset: LogOffset) {
        let index = count
        guard index < capacity, last.map({ $0.timestamp < timestamp && $0.offset <= offset }) ?? (timestamp > .none)
        else { return }
        unsafe map.memory.storeBigEndian(timestamp.milliseconds, at: index * Self.entrySize)
        unsafe map.memory.storeBigEndian(Int32(offset - baseOffset), at: index * Self.entrySize + 8)
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
            let rises = previous.map { $0.timestamp < entry.timestamp && $0.offset <= entry.offset } ?? (entry.timestamp.milliseconds > 0)
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
