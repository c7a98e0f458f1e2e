/// Records over time, counted by interval: what a throughput curve is drawn from.
///
/// Takes the same room however long a run is: when there would be too many intervals, each becomes twice as long. An
/// addition costs a division and a place in an array, so it is made for each poll or batch and not for each record.
struct Timeline: Sendable {
    /// Records a second, from where the step before ended.
    struct Step: Equatable {
        /// Seconds from the start of the timeline.
        var end: Double
        var rate: Double
    }

    /// How many intervals there are at most: steps in a chart are three pixels wide or wider.
    static let intervalLimit = 256
    /// How many additions a step has at least, on average: that one more falls into it changes it by 6 %.
    static let additionsPerStep = 16

    /// Nanoseconds on ``MonotonicClock``.
    let start: Int64
    /// Nanoseconds.
    private(set) var interval: Int64 = 1_000_000
    /// Records of each interval.
    private(set) var counts: [Int] = []
    private var additions = 0
    /// When the last records came.
    private var end: Int64

    /// A timeline without records.
    ///
    /// - Parameter start: Nanoseconds on ``MonotonicClock``.
    init(from start: Int64) {
        self.start = start
        end = start
        counts.reserveCapacity(Self.intervalLimit)
    }

    /// The records of all intervals.
    var total: Int { counts.reduce(0, +) }

    /// Seconds from the start to the last records.
    var duration: Double { Double(end - start) / 1e9 }

    /// Counts records.
    ///
    /// - Parameter nanoseconds: When they came, on ``MonotonicClock``; not before the start.
    mutating func add(_ count: Int, at nanoseconds: Int64) {
        guard count > 0 else { return }
        precondition(nanoseconds >= start, "records from before the start")
        var index = Int((nanoseconds - start) / interval)
        while index >= Self.intervalLimit {
            coarsen()
            index /= 2
        }
        add(count, toInterval: index)
        additions += 1
        end = max(end, nanoseconds)
    }

    /// Counts what another timeline has counted.
    ///
    /// - Precondition: Both have the same start.
    mutating func add(_ other: Timeline) {
        precondition(start == other.start, "timelines of different runs")
        var other = other
        while interval < other.interval { coarsen() }
        while other.interval < interval { other.coarsen() }
        for (index, count) in other.counts.enumerated() { add(count, toInterval: index) }
        additions += other.additions
        end = max(end, other.end)
    }

    private mutating func add(_ count: Int, toInterval index: Int) {
        while counts.count <= index { counts.append(0) }
        counts[index] += count
    }

    private mutating func coarsen() {
        interval *= 2
        for index in 0..<(counts.count + 1) / 2 {
            counts[index] = counts[2 * index] + (2 * index + 1 < counts.count ? counts[2 * index + 1] : 0)
        }
        counts.removeLast(counts.count / 2)
    }

    /// The rates of all intervals, which are joined until they say more of the rate than of how records are bundled.
    ///
    /// - Returns: Nothing when no time has passed, since there is no rate then.
    var steps: [Step] {
        guard end > start else { return [] }
        var joined = self
        while joined.counts.count > 1, joined.additions < Self.additionsPerStep * joined.counts.count {
            joined.coarsen()
        }
        let interval = Double(joined.interval) / 1e9
        // The last interval is not whole and may be next to nothing: it counts with the one before it.
        let wholes = max(0, joined.counts.count - 2)
        let steps = (0..<wholes).map {
            Step(end: Double($0 + 1) * interval, rate: Double(joined.counts[$0]) / interval)
        }
        let rest = joined.counts[wholes...].reduce(0, +)
        return steps + [Step(end: duration, rate: Double(rest) / (duration - Double(wholes) * interval))]
    }
}
