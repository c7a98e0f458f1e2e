public import RecordFormat

/// Which leader epoch began at which offset; followers truncate by it (KIP-101, KIP-279).
///
/// - SeeAlso: docs/format/checkpoints.md
public struct LeaderEpochHistory: Sendable, Hashable {
    /// One epoch and the first offset appended in it.
    public struct Entry: Sendable, Hashable {
        /// The epoch.
        public var epoch: LeaderEpoch
        /// The offset of the first record of that epoch.
        public var startOffset: LogOffset

        /// Creates an entry.
        public init(epoch: LeaderEpoch, startOffset: LogOffset) {
            self.epoch = epoch
            self.startOffset = startOffset
        }
    }

    /// The entries; epochs and start offsets rise.
    public private(set) var entries: [Entry]

    /// Creates a history, keeping of `entries` what is in order.
    public init(entries: [Entry] = []) {
        self.entries = []
        for entry in entries { _ = assign(entry.epoch, startOffset: entry.startOffset) }
    }

    /// The newest epoch, or `nil` before the first.
    public var latest: LeaderEpoch? { entries.last?.epoch }

    /// Notes that `epoch` begins at `startOffset`; returns whether that was news.
    ///
    /// Entries that begin at or after `startOffset` are dropped: no record of theirs is left.
    public mutating func assign(_ epoch: LeaderEpoch, startOffset: LogOffset) -> Bool {
        guard epoch.rawValue >= 0, latest.map({ $0 < epoch }) ?? true else { return false }
        while let last = entries.last, last.startOffset >= startOffset { entries.removeLast() }
        entries.append(Entry(epoch: epoch, startOffset: startOffset))
        return true
    }

    /// The epoch in which the record at `offset` was appended.
    public func epoch(at offset: LogOffset) -> LeaderEpoch? { entries.last { $0.startOffset <= offset }?.epoch }

    /// The largest epoch not above `epoch`, and the offset at which it ended (OffsetForLeaderEpoch).
    ///
    /// - Parameter logEndOffset: Where the newest epoch ends.
    /// - Returns: `nil` if `epoch` is newer than all, or the history is empty. For an epoch older than all, that
    ///   epoch with the first start.
    public func endOffset(of epoch: LeaderEpoch, logEndOffset: LogOffset) -> Entry? {
        guard let latest, epoch.rawValue >= 0 else { return nil }
        if epoch == latest { return Entry(epoch: epoch, startOffset: logEndOffset) }
        guard epoch < latest, let next = entries.firstIndex(where: { $0.epoch > epoch }) else { return nil }
        return Entry(epoch: next == 0 ? epoch : entries[next - 1].epoch, startOffset: entries[next].startOffset)
    }

    /// Drops what begins at or above `offset`, as the log does when truncated; returns whether anything changed.
    public mutating func truncate(to offset: LogOffset) -> Bool {
        let before = entries.count
        entries.removeAll { $0.startOffset >= offset }
        return entries.count != before
    }

    /// Forgets epochs that ended before `offset`; the one that covers it now begins there.
    public mutating func removePrefix(before offset: LogOffset) -> Bool {
        let before = entries
        let covering = entries.lastIndex { $0.startOffset <= offset }
        if let covering {
            entries.removeFirst(covering)
            entries[0].startOffset = offset
        }
        return entries != before
    }

    /// The checkpoint file's text: a version line, a count and a line for each entry, as Kafka writes it.
    public var checkpointText: String {
        entries.reduce("0\n\(entries.count)\n") { $0 + "\($1.epoch) \($1.startOffset)\n" }
    }

    /// Reads a checkpoint file's text.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat`, naming `path` and the line.
    public init(checkpointText text: String, path: String) throws(LogError) {
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0] == "0", let count = Int(lines[1]), count == lines.count - 2 else {
            throw LogError(.unsupportedFormat, "\(path): not a version 0 checkpoint with as many lines as it says")
        }
        self.init()
        for line in lines.dropFirst(2) {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let epoch = Int32(fields[0]), let offset = Int64(fields[1]), offset >= 0,
                entries.last.map({ $0.startOffset.rawValue < offset }) ?? true,
                assign(LeaderEpoch(epoch), startOffset: LogOffset(offset))
            else {
                throw LogError(
                    .unsupportedFormat, "\(path): '\(line)' is no epoch with its start offset, or out of order")
            }
        }
    }

    #if LOGCORE_INTERNAL_CHECKS
    /// Proves that epochs and start offsets rise.
    func checkInvariants() {
        precondition(
            zip(entries, entries.dropFirst()).allSatisfy { $0.epoch < $1.epoch && $0.startOffset < $1.startOffset },
            "epochs out of order: \(checkpointText)")
        precondition(entries.allSatisfy { $0.epoch.rawValue >= 0 }, "an entry without an epoch")
    }
    #endif
}
