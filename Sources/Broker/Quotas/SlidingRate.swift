/// How much of something there was a second, over the last windows: the measure that quotas are held against.
///
/// A window begins with the first amount behind the one before it, as in Kafka, so that an idle client has no windows. A
/// value; the caller brings the time, in milliseconds of a clock that never goes back.
struct SlidingRate: Sendable {
    /// The windows that a rate is measured over.
    struct Windows: Sendable, Hashable {
        /// Their number, at least 1 (`quota.window.num`).
        var count: Int
        /// The length of one, in milliseconds (`quota.window.size.seconds`).
        var milliseconds: Int64

        /// The milliseconds of all of them.
        var span: Int64 { Int64(count) * milliseconds }
    }

    private struct Window: Sendable {
        var start: Int64
        var amount: Double
    }

    /// Oldest first; never more than there are windows, and one of them never empty.
    private var windows: [Window] = []

    /// Whether nothing is left of what was recorded.
    func isIdle(at now: Int64, _ layout: Windows) -> Bool {
        windows.last.map { now - $0.start >= layout.span } ?? true
    }

    /// Takes `amount` into account; a negative one takes back what should not have counted.
    mutating func record(_ amount: Double, at now: Int64, _ layout: Windows) {
        drop(before: now, layout)
        if let last = windows.last, now - last.start < layout.milliseconds {
            windows[windows.count - 1].amount += amount
        } else {
            windows.append(Window(start: now, amount: amount))
            if windows.count > layout.count { windows.removeFirst() }
        }
    }

    /// How many milliseconds to pause so that what was recorded comes down to `limit` a second; 0 if it is not above.
    mutating func delay(over limit: Double, at now: Int64, _ layout: Windows) -> Double {
        drop(before: now, layout)
        guard let oldest = windows.first else { return 0 }
        let elapsed = measured(since: oldest.start, at: now, layout)
        // One window that has just begun is no second to divide by.
        let seconds = Double(max(elapsed, 1)) / 1000
        let rate = windows.reduce(0) { $0 + $1.amount } / seconds
        return rate > limit ? (rate - limit) / limit * Double(elapsed) : 0
    }

    /// What there was a second since the oldest window began, or in a whole window if that is longer.
    mutating func perSecond(at now: Int64, _ layout: Windows) -> Double {
        drop(before: now, layout)
        guard let oldest = windows.first else { return 0 }
        return windows.reduce(0) { $0 + $1.amount } * 1000 / Double(max(now - oldest.start, layout.milliseconds))
    }

    /// The milliseconds that the amounts are spread over: those since the oldest window began, counted as if all
    /// windows but the present one had passed. A client that has just come would seem to race otherwise.
    private func measured(since start: Int64, at now: Int64, _ layout: Windows) -> Int64 {
        let elapsed = now - start
        let missing = Int64(layout.count - 1) - elapsed / layout.milliseconds
        return missing > 0 ? elapsed + missing * layout.milliseconds : elapsed
    }

    private mutating func drop(before now: Int64, _ layout: Windows) {
        while let first = windows.first, now - first.start >= layout.span { windows.removeFirst() }
    }
}

/// Permits that are given back at a steady rate and can be saved up to a bound; what quotas of rare, large changes are
/// held against (KIP-599).
///
/// A change is let through as long as any permit is left, however many it takes: the debt is paid off before the next. A
/// value; the caller brings the time, in milliseconds of a clock that never goes back.
struct TokenBucket: Sendable {
    private var tokens: Double
    private var updated: Int64

    /// Creates a full bucket.
    init(rate: Double, at now: Int64, _ layout: SlidingRate.Windows) {
        tokens = rate * Double(layout.span) / 1000
        updated = now
    }

    /// Gives back what `rate` a second comes to since the last call.
    mutating func refill(rate: Double, at now: Int64, _ layout: SlidingRate.Windows) {
        let most = rate * Double(layout.span) / 1000
        tokens = min(most, tokens + rate * Double(max(0, now - updated)) / 1000)
        updated = now
    }

    /// How many milliseconds it takes to pay off the debt.
    func delay(rate: Double) -> Double { tokens < 0 ? -tokens / rate * 1000 : 0 }

    /// Takes `permits`, into debt if need be.
    mutating func take(_ permits: Double) { tokens -= permits }

    /// Whether nothing was taken for as long as it takes to fill up from empty.
    func isIdle(at now: Int64, _ layout: SlidingRate.Windows) -> Bool { tokens >= 0 && now - updated >= layout.span }
}
