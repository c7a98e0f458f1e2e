/// What took how long in each round: a line for each of those that are held beside each other.
struct RoundCurve {
    private var series: [(name: String, nanoseconds: [Double])] = []

    /// Adds a line.
    ///
    /// - Parameter seconds: What each round took, in the order in which they were measured.
    mutating func add(_ name: String, seconds: [Double]) {
        // Less than a nanosecond has no place on the axis.
        series.append((name, seconds.map { max(1, $0 * 1e9) }))
    }

    /// The chart; `nil` if nothing was added.
    var chart: Chart? {
        guard !series.isEmpty else { return nil }
        let all = series.flatMap(\.nanoseconds)
        let range = all.min().flatMap { lowest in all.max().map { lowest...$0 } }
        return Chart(
            title: "Time by round", horizontal: .rounds(series.map(\.nanoseconds.count).max() ?? 0),
            horizontalTitle: "round", vertical: .latencies(range),
            lines: series.map { name, nanoseconds in
                Chart.Line(name: name, figures: Self.figures(nanoseconds), points: Self.points(nanoseconds))
            })
    }

    private static func points(_ nanoseconds: [Double]) -> [Chart.Point] {
        nanoseconds.enumerated().map { index, time in
            Chart.Point(x: Double(index + 1), y: Axis.position(ofLatency: time))
        }
    }

    private static func figures(_ nanoseconds: [Double]) -> String {
        let sorted = nanoseconds.sorted()
        guard let first = sorted.first, let last = sorted.last else { return "nothing was measured" }
        let median = sorted[sorted.count / 2].durationText
        return sorted.count == 1 ? median : "median \(median), from \(first.durationText) to \(last.durationText)"
    }
}
