import ConnectAPI
import RecordFormat

/// The records of one poll, and when it began: the clock is asked once for all of them.
struct PollBatch {
    /// The records in order per file.
    var records: [SourceRecord] = []
    /// The time that the records get.
    let timestamp: Timestamp
    /// The same moment on a clock that nobody sets.
    let instant: ContinuousClock.Instant

    /// Creates an empty batch of this moment.
    init(timestamp: Timestamp = .now, instant: ContinuousClock.Instant = .now) {
        self.timestamp = timestamp
        self.instant = instant
    }
}
