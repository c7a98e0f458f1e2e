import ConnectAPI
import RecordFormat

/// What one poll read, and when it began: the clock is asked once for all of them.
struct PollBatch {
    /// What was read, in order per file.
    private(set) var parts: [SourceBatch] = []
    /// Records behind the last part.
    private var records: [SourceRecord] = []
    /// The number of records.
    private(set) var count = 0
    /// The time that the records get.
    let timestamp: Timestamp
    /// The same moment on a clock that nobody sets.
    let instant: ContinuousClock.Instant

    /// Creates an empty batch of this moment.
    init(timestamp: Timestamp = .now, instant: ContinuousClock.Instant = .now) {
        self.timestamp = timestamp
        self.instant = instant
    }

    /// Adds a record.
    mutating func append(_ record: SourceRecord) {
        records.append(record)
        count += 1
    }

    /// Adds lines.
    mutating func append(_ lines: SourceLines) {
        closePart()
        parts.append(.lines(lines))
        count += lines.count
    }

    /// All that was read.
    consuming func finish() -> [SourceBatch] {
        closePart()
        return parts
    }

    private mutating func closePart() {
        guard !records.isEmpty else { return }
        parts.append(.records(records))
        records = []
    }
}
