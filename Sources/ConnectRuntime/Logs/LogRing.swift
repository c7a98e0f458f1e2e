import DequeModule

/// The last lines of one connector's log: a value that holds a stated number of lines and bytes, and drops the oldest.
struct LogRing: Sendable {
    /// The most lines.
    static let entryLimit = 1_000
    /// The most bytes.
    static let byteLimit = 1 << 20
    /// The longest message or field, in bytes: one line must not drive out all others.
    static let textLimit = 16_384

    private(set) var entries: Deque<LogEntry> = []
    private(set) var size = 0
    private(set) var lastNumber: Int64 = 0

    /// Adds a line; its number is given here.
    mutating func append(_ entry: LogEntry) {
        var entry = entry
        entry.message = Self.shortened(entry.message)
        entry.fields = entry.fields.mapValues(Self.shortened)
        lastNumber += 1
        entry.number = lastNumber
        entries.append(entry)
        size += entry.size
        // The newest line stays, however many fields it has.
        while entries.count > Self.entryLimit || (size > Self.byteLimit && entries.count > 1) {
            size -= entries.removeFirst().size
        }
    }

    /// The last lines that a filter takes, the oldest of them first.
    func last(_ limit: Int, _ filter: LogFilter) -> [LogEntry] {
        var found: [LogEntry] = []
        for entry in entries.reversed() where filter.takes(entry) {
            guard found.count < limit else { break }
            found.append(entry)
        }
        return found.reversed()
    }

    /// The lines after one of this number that a filter takes, the oldest first.
    func entries(after number: Int64, _ filter: LogFilter) -> [LogEntry] {
        guard number < lastNumber else { return [] }
        // Numbers are without gaps, so that the place is known.
        let new = min(entries.count, Int(clamping: lastNumber - number))
        return entries.suffix(new).filter(filter.takes)
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        // At a character's boundary, as cutting bytes could leave half of one.
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self) + "…"
    }
}
