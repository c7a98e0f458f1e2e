/// A connector, or one of its tasks, whose calls are watched.
struct WatchedPart: Sendable, Hashable {
    var connector: String
    var task: Int?
}

/// Says which calls of connectors' code take too long: a value without I/O that is shown the calls now and then.
///
/// Each call is told once, and once more when it is over, or when there is a new task in place of the one that hangs.
struct Watchdog: Sendable {
    /// What is to be told.
    enum Finding: Sendable, Hashable {
        case hangs(WatchedPart, call: String, for: Duration)
        case goesOn(WatchedPart, call: String)
    }

    let timeout: Duration
    private var told: [WatchedPart: CallMonitor.Call] = [:]

    init(timeout: Duration) { self.timeout = timeout }

    /// Looks at the calls that are under way, the oldest of each part.
    mutating func look(_ calls: [WatchedPart: CallMonitor.Call], at now: ContinuousClock.Instant) -> [Finding] {
        var findings: [Finding] = []
        for (part, call) in told where calls[part] != call {
            findings.append(.goesOn(part, call: call.name))
            told[part] = nil
        }
        for (part, call) in calls where told[part] == nil && call.began.duration(to: now) >= timeout {
            findings.append(.hangs(part, call: call.name, for: call.began.duration(to: now)))
            told[part] = call
        }
        return findings
    }

    /// How many parts hang as of the last look.
    var count: Int { told.count }
}
