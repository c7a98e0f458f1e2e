/// Which part of all operations took how long: a line for each of those that are held beside each other.
struct PercentileCurve {
    /// What stands above the lines.
    private let title: String
    private var series: [(name: String, latencies: LatencyRecorder)] = []
    /// How far the points of a line are from each other; a nine is 1.
    private static let resolution = 0.02

    init(title: String = "Latency by percentile") { self.title = title }

    /// Adds a line.
    mutating func add(_ name: String, _ latencies: LatencyRecorder) { series.append((name, latencies)) }

    /// The chart; `nil` if nothing was added.
    var chart: Chart? {
        guard !series.isEmpty else { return nil }
        let recorded = series.map(\.latencies).filter { $0.count > 0 }
        let lowest = recorded.map { $0.nanoseconds(at: 0) }.min()
        let highest = recorded.map { $0.nanoseconds(at: 100) }.max()
        let range = lowest.flatMap { lowest in highest.map { lowest...$0 } }
        return Chart(
            title: title,
            horizontal: .percentiles(samples: recorded.map(\.count).max() ?? 0), horizontalTitle: "percentile",
            vertical: .latencies(range),
            lines: series.map { name, latencies in
                Chart.Line(name: name, figures: Self.figures(latencies), points: Self.points(latencies))
            })
    }

    /// The line ends with the highest latency, at the last percentile that the number of samples tells of.
    private static func points(_ latencies: LatencyRecorder) -> [Chart.Point] {
        guard latencies.count > 0 else { return [] }
        let end = Axis.position(ofLastOf: latencies.count)
        let inner = stride(from: 0, to: end, by: resolution).map { x in
            Chart.Point(
                x: x, y: Axis.position(ofLatency: latencies.nanoseconds(at: Axis.percentile(at: x))))
        }
        return inner + [Chart.Point(x: end, y: Axis.position(ofLatency: latencies.nanoseconds(at: 100)))]
    }

    private static func figures(_ latencies: LatencyRecorder) -> String {
        guard latencies.count > 0 else { return "nothing was measured" }
        let percentiles = [(50.0, 2), (99, 100), (99.9, 1000)].filter { latencies.count >= $0.1 }.map(\.0)
        let figures = percentiles.map { "p\($0.text(fractionDigits: 1)) \(latencies.nanoseconds(at: $0).durationText)" }
        return (figures + ["max \(latencies.nanoseconds(at: 100).durationText)"]).joined(separator: ", ")
    }
}
