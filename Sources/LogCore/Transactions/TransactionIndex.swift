internal import RecordFormat
internal import Synchronization

/// The aborted transactions whose end markers lie in one segment, in the order of the markers.
///
/// A plain file that is written at its end and read with `pread`: aborts are rare, and a mapping for each segment is
/// not. The file does not exist before the first entry. One writer (the append lane); any thread may read. An entry is
/// written before the batch with its marker becomes visible, and synced before the recovery point passes the marker.
///
/// - SeeAlso: docs/format/transaction-index.md
final class TransactionIndex: Sendable {
    static let entrySize = 34
    private static let version: Int16 = 0
    /// Entries that are read at once.
    private static let chunkEntries = 1024

    let baseOffset: LogOffset
    private let directory: LogDirectory
    private let name: String

    private struct State {
        /// Whether there is a file.
        var exists = false
        var count = 0
        /// Whether the file holds bytes behind the last whole entry.
        var hasPartialEntry = false
        var needsSync = false
    }

    private let state: Mutex<State>
    private let file: Resident<LogFile>

    /// Opens the index `name` in `directory` if there is one.
    ///
    /// - Throws: ``LogError`` with code `.io`.
    init(_ name: String, in directory: LogDirectory, baseOffset: LogOffset) throws(LogError) {
        self.name = name
        self.directory = directory
        self.baseOffset = baseOffset
        file = Resident(in: directory.residency.descriptors) { () throws(LogError) in
            try directory.open(name, .readWrite)
        }
        var state = State()
        if try directory.exists(name) {
            let size = try file.use().size()
            state.count = size / Self.entrySize
            state.hasPartialEntry = size % Self.entrySize != 0
            state.exists = true
        }
        self.state = Mutex(state)
    }

    deinit { file.close() }

    var path: String { directory.path(of: name) }
    /// Whether there is a file.
    var exists: Bool { state.withLock { $0.exists } }
    /// The number of whole entries.
    var count: Int { state.withLock { $0.count } }

    /// Writes `entries` behind those there are; returns whether that created the file.
    ///
    /// After an error none of them counts.
    ///
    /// - Precondition: last offsets rise.
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`.
    func append(_ entries: [AbortedTransaction]) throws(LogError) -> Bool {
        guard !entries.isEmpty else { return false }
        let known = state.withLock { (exists: $0.exists, count: $0.count) }
        if !known.exists { file.adopt(try directory.open(name, .create)) }
        let file = try file.use()
        var bytes = ByteAccumulator(capacity: entries.count * Self.entrySize)
        for entry in entries { Self.encode(entry, into: &bytes) }
        try unsafe bytes.finish().withUnsafeBytes { content throws(LogError) in
            try unsafe file.write(content, at: known.count * Self.entrySize)
        }
        state.withLock { state in
            state.exists = true
            state.count = known.count + entries.count
            state.hasPartialEntry = false
            state.needsSync = true
        }
        return !known.exists
    }

    /// Keeps the first `count` entries.
    func keep(_ count: Int) throws(LogError) {
        let (exists, before, isPartial) = state.withLock { state in
            let before = state.count
            state.count = min(count, before)
            defer { state.hasPartialEntry = false }
            return (state.exists, before, state.hasPartialEntry)
        }
        guard exists, count < before || isPartial else { return }
        try file.use().truncate(to: count * Self.entrySize)
        state.withLock { $0.needsSync = true }
    }

    /// Drops the entries whose markers lie at or above `offset`, as the log does when truncated.
    func truncate(to offset: LogOffset) throws(LogError) { try keep(firstEntry(endingFrom: offset)) }

    /// The aborted transactions with records in `range`.
    ///
    /// - Returns: The entries, and whether no later segment can have more: an entry says that everything below its last
    ///   stable offset had ended by then.
    /// - Throws: ``LogError`` with code `.corruptIndex` or `.io`.
    /// - Complexity: O(log *n*) reads of one entry, and O(*k*) in the entries from the range's start on.
    func entries(
        overlapping range: Range<LogOffset>
    ) throws(LogError) -> (entries: [AbortedTransaction], isComplete: Bool) {
        var found: [AbortedTransaction] = []
        let count = count
        var index = count == 0 ? 0 : try firstEntry(endingFrom: range.lowerBound)
        while index < count {
            for entry in try read(index..<min(index + Self.chunkEntries, count)) {
                guard let entry else { throw corrupt(at: index) }
                if entry.overlaps(range) { found.append(entry) }
                if entry.lastStableOffset >= range.upperBound { return (found, true) }
                index += 1
            }
        }
        return (found, false)
    }

    /// Whether every entry is whole, possible, and has its marker below `limit`, which is the next segment's base.
    func isConsistent(below limit: LogOffset) throws(LogError) -> Bool {
        if state.withLock({ $0.hasPartialEntry }) { return false }
        return try risingPrefix(below: limit) == count
    }

    /// Keeps the entries with markers below `offset`, for a segment whose markers from there on are looked at anew.
    ///
    /// - Returns: Whether what went can have been about those: a good entry at or above `offset` comes first.
    func keepEntries(below offset: LogOffset) throws(LogError) -> Bool {
        let isPartial = state.withLock { $0.hasPartialEntry }
        let count = count
        let kept = try risingPrefix(below: offset)
        let isInOrder =
            if kept < count {
                try read(kept..<kept + 1)[0].map { $0.lastOffset >= offset } ?? false
            } else {
                !isPartial
            }
        try keep(isInOrder ? kept : 0)
        return isInOrder
    }

    /// The number of entries from the first on that are possible and have markers, in order, below `limit`.
    func risingPrefix(below limit: LogOffset) throws(LogError) -> Int {
        let count = count
        var index = 0
        var last = baseOffset + -1
        while index < count {
            for entry in try read(index..<min(index + Self.chunkEntries, count)) {
                guard let entry, entry.lastOffset > last, entry.lastOffset < limit else { return index }
                last = entry.lastOffset
                index += 1
            }
        }
        return count
    }

    /// Whether entries were written that no sync has reached.
    var needsSync: Bool { state.withLock { $0.needsSync } }

    /// Makes what was written durable.
    ///
    /// - Parameter evenIfClean: Syncs what another process has written, too.
    func sync(evenIfClean: Bool = false) throws(LogError) {
        let needsSync = state.withLock { state in
            defer { state.needsSync = false }
            return state.needsSync || evenIfClean && state.exists
        }
        guard needsSync else { return }
        do throws(LogError) { try file.use().sync() } catch {
            // Nothing was tried yet.
            if error.code == .tooManyOpenFiles { state.withLock { $0.needsSync = true } }
            // The segment was deleted meanwhile.
            guard error.code != .cancelled else { return }
            throw error
        }
    }

    /// Says that the name is about to be another file's, or no one's.
    func retire() { file.retire() }

    /// As ``retire()``, and lets go of the file.
    func close() { file.close() }

    /// The file, if there is one.
    func openFile() throws(LogError) -> LogFile? { exists ? try file.use() : nil }

    /// As ``retire()``, for an index that readers go on looking things up in.
    func retire(keeping open: LogFile?) {
        if let open { file.retire(keeping: open) } else { file.retire() }
    }

    /// The first entry whose marker is at or above `offset`.
    private func firstEntry(endingFrom offset: LogOffset) throws(LogError) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            guard let entry = try read(middle..<middle + 1).first ?? nil else { throw corrupt(at: middle) }
            if entry.lastOffset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The entries in `range`, with `nil` for what is none.
    private func read(_ range: Range<Int>) throws(LogError) -> [AbortedTransaction?] {
        guard exists, !range.isEmpty else { return [] }
        let bytes = try file.use().read(at: range.lowerBound * Self.entrySize, count: range.count * Self.entrySize)
        return range.indices.map { index in
            let start = (index - range.lowerBound) * Self.entrySize
            return start + Self.entrySize <= bytes.count ? Self.decode(bytes.bytes, at: start) : nil
        }
    }

    private func corrupt(at index: Int) -> LogError {
        LogError(
            .corruptIndex,
            "\(path): entry \(index) is no aborted transaction; delete it and the segment's .index to have both rebuilt at the next start"
        )
    }

    // MARK: - One entry

    static func encode(_ entry: AbortedTransaction, into bytes: inout ByteAccumulator) {
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: entry.producerID.rawValue)
        bytes.append(bigEndian: entry.firstOffset.rawValue)
        bytes.append(bigEndian: entry.lastOffset.rawValue)
        bytes.append(bigEndian: entry.lastStableOffset.rawValue)
    }

    /// The entry at `start`; `nil` for another version or offsets that no transaction has.
    static func decode(_ bytes: RawSpan, at start: Int) -> AbortedTransaction? {
        guard bytes.bigEndian(at: start, as: Int16.self) == version else { return nil }
        let entry = AbortedTransaction(
            producerID: ProducerID(bytes.bigEndian(at: start + 2)),
            firstOffset: LogOffset(bytes.bigEndian(at: start + 10)),
            lastOffset: LogOffset(bytes.bigEndian(at: start + 18)),
            lastStableOffset: LogOffset(bytes.bigEndian(at: start + 26)))
        let isPossible =
            entry.producerID.rawValue >= 0 && entry.firstOffset >= .zero && entry.firstOffset < entry.lastOffset
            && entry.lastOffset.rawValue < Int64.max && entry.lastStableOffset >= .zero
            && entry.lastStableOffset <= entry.lastOffset + 1
        return isPossible ? entry : nil
    }
}
