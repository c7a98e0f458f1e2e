/// Makes records of several lines each.
///
/// A pure state machine: lines go in, records come out. A record is cut where it would have more lines or bytes than
/// it may; what follows is a record of its own, so that no line is lost.
struct LineAssembler: Sendable {
    /// Where a line belongs that continues a record.
    enum Match: String, Sendable {
        /// After the line before it.
        case after
        /// Before the line after it.
        case before
    }

    /// What records are made by.
    struct Settings: Sendable {
        /// Tells lines that continue a record.
        var pattern: LinePattern
        /// Whether the lines that do *not* match continue a record.
        var isNegated = false
        /// Where they belong.
        var match = Match.after
        /// The most lines of a record.
        var maximumLines = 500
        /// The most bytes of a record, unless a single line has more.
        var maximumBytes = 1_048_576
        /// How long a record waits for a further line.
        var timeout = Duration.seconds(5)
    }

    private let settings: Settings
    /// The lines of the record that is being made.
    private var text = ""
    private var lineCount = 0
    private var end: Int64 = 0
    private var lastAdded: ContinuousClock.Instant?
    /// Records that nobody took yet: two at most.
    private var complete: [(text: String, end: Int64)] = []

    /// Creates an assembler without lines.
    init(_ settings: Settings) { self.settings = settings }

    /// Adds a line.
    ///
    /// - Parameter end: The position after it.
    mutating func add(_ line: String, endingAt end: Int64, now: ContinuousClock.Instant) {
        let isContinuation = settings.pattern.matches(line) != settings.isNegated
        let isBeyond = text.utf8.count + 1 + line.utf8.count > settings.maximumBytes
        if lineCount > 0, isBeyond || (settings.match == .after && !isContinuation) { completeRecord() }
        if lineCount > 0 { text += "\n" }
        text += line
        lineCount += 1
        self.end = end
        lastAdded = now
        if lineCount >= settings.maximumLines || (settings.match == .before && !isContinuation) { completeRecord() }
    }

    /// Completes the record whose next line does not come.
    ///
    /// - Parameter isLast: Whether none can come. The record's end is then 0, the beginning of what follows.
    mutating func complete(now: ContinuousClock.Instant, isLast: Bool) {
        guard lineCount > 0, let lastAdded else { return }
        guard isLast || lastAdded.duration(to: now) >= settings.timeout else { return }
        if isLast { end = 0 }
        completeRecord()
    }

    /// Takes the next complete record, and the position after it.
    mutating func next() -> (text: String, end: Int64)? { complete.isEmpty ? nil : complete.removeFirst() }

    /// Forgets all lines.
    mutating func removeAll() { self = LineAssembler(settings) }

    private mutating func completeRecord() {
        complete.append((text, end))
        text = ""
        lineCount = 0
    }
}
