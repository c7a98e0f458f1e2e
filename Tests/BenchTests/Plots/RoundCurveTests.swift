import Testing

@testable import millrace_bench

@Suite struct RoundCurveTests {
    @Test func withoutALineThereIsNoChart() { #expect(RoundCurve().chart == nil) }

    @Test func aLineHasAPointForEachRound() throws {
        var curve = RoundCurve()
        curve.add("ours", seconds: [0.003, 0.001, 0.002])
        curve.add("bare", seconds: [0.001])
        curve.add("none", seconds: [])
        let chart = try #require(curve.chart)
        #expect(chart.lines.map(\.name) == ["ours", "bare", "none"])
        #expect(chart.lines.map { $0.points.map(\.x) } == [[1, 2, 3], [1], []])
        let expected = [3e6, 1e6, 2e6].map { Axis.position(ofLatency: $0) }
        #expect(zip(chart.lines[0].points.map(\.y), expected).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(
            chart.lines.map(\.figures) == ["median 2 ms, from 1 ms to 3 ms", "1 ms", "nothing was measured"])
        #expect(chart.horizontal.ticks.map(\.label) == ["1", "2", "3"])
        let points = chart.lines.flatMap(\.points)
        #expect(points.allSatisfy { chart.horizontal.bounds.contains($0.x) && chart.vertical.bounds.contains($0.y) })
    }

    @Test func noTimeAtAllHasAPlaceToo() throws {
        var curve = RoundCurve()
        curve.add("nothing to do", seconds: [0])
        let chart = try #require(curve.chart)
        #expect(chart.vertical.bounds.contains(chart.lines[0].points[0].y))
    }

    @Test(arguments: [(0, 1), (1, 1), (3, 3), (20, 20), (21, 11), (1000, 20)])
    func manyRoundsHaveFewTicks(count: Int, ticks: Int) {
        let axis = Axis.rounds(count)
        #expect(axis.ticks.count == ticks)
        #expect(axis.ticks.allSatisfy { axis.bounds.contains($0.position) } && axis.ticks.first?.label == "1")
    }
}
