import Testing

@testable import millrace_bench

@Suite struct ThroughputCurveTests {
    /// So many records a millisecond, for so many milliseconds.
    private func timeline(_ records: Int, _ milliseconds: Int64) -> Timeline {
        var timeline = Timeline(from: 0)
        for index in 0..<16 * milliseconds { timeline.add(records, at: (index + 1) * 62_500 - 1) }
        return timeline
    }

    @Test func withoutALineThereIsNoChart() { #expect(ThroughputCurve().chart == nil) }

    @Test func aLineWithoutRecordsSaysSo() throws {
        var curve = ThroughputCurve()
        curve.add("none", Timeline(from: 7))
        let line = try #require(curve.chart?.lines.first)
        #expect(line.points == [] && line.figures == "nothing was measured")
    }

    @Test func stepsAreLevel() throws {
        var curve = ThroughputCurve()
        curve.add("ours", timeline(5, 3))
        let line = try #require(curve.chart?.lines.first)
        #expect(line.points.map(\.x) == [0, 0.001, 0.001, 0.002999999])
        #expect(line.points[0].y == 80_000 && line.points[1].y == 80_000)
        #expect(line.points[2].y == line.points[3].y)
        #expect(line.figures == "80k/s on average")
    }

    @Test func theAxesHaveRoomForEveryLine() throws {
        var curve = ThroughputCurve()
        curve.add("long", timeline(2, 90))
        curve.add("none", Timeline(from: 0))
        curve.add("high", timeline(1000, 30))
        let chart = try #require(curve.chart)
        #expect(chart.lines.map(\.name) == ["long", "none", "high"])
        #expect(chart.horizontal.bounds == 0...0.089999999)
        #expect(chart.vertical.ticks.last?.label == "20M")
        let points = chart.lines.flatMap(\.points)
        #expect(points.count > 60)
        #expect(points.allSatisfy { chart.horizontal.bounds.contains($0.x) && chart.vertical.bounds.contains($0.y) })
    }
}
