/// How many records a second there were while a run went on: a line for each of those that are held beside each other.
struct ThroughputCurve {
    private var series: [(name: String, timeline: Timeline)] = []

    /// Adds a line.
    mutating func add(_ name: String, _ timeline: Timeline) { series.append((name, timeline)) }

    /// The chart; `nil` if nothing was added.
    var chart: Chart? {
        guard !series.isEmpty else { return nil }
        let steps = series.map(\.timeline.steps)
        return Chart(
            title: "Records a second over time",
            horizontal: .seconds(upTo: steps.joined().map(\.end).max() ?? 0),
            horizontalTitle: "seconds since the start",
            vertical: .rates(upTo: steps.joined().map(\.rate).max() ?? 0),
            lines: zip(series, steps).map { series, steps in
                Chart.Line(
                    name: series.name, figures: Self.figures(series.timeline), points: Self.points(steps))
            })
    }

    /// Each step is level: what happened within it is not known.
    private static func points(_ steps: [Timeline.Step]) -> [Chart.Point] {
        var start = 0.0
        var points: [Chart.Point] = []
        for step in steps {
            points += [Chart.Point(x: start, y: step.rate), Chart.Point(x: step.end, y: step.rate)]
            start = step.end
        }
        return points
    }

    private static func figures(_ timeline: Timeline) -> String {
        guard timeline.duration > 0 else { return "nothing was measured" }
        return "\((Double(timeline.total) / timeline.duration).magnitudeText)/s on average"
    }
}
