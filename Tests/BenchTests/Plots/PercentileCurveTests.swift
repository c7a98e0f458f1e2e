import Testing

@testable import millrace_bench

@Suite struct PercentileCurveTests {
    private func curve(of latencies: [[Int64]]) -> Chart? {
        var curve = PercentileCurve()
        for (index, latencies) in latencies.enumerated() {
            var recorder = LatencyRecorder()
            for latency in latencies { recorder.record(nanoseconds: latency) }
            curve.add("series \(index)", recorder)
        }
        return curve.chart
    }

    @Test func withoutALineThereIsNoChart() { #expect(curve(of: []) == nil) }

    @Test func aLineWithoutSamplesSaysSo() throws {
        let line = try #require(curve(of: [[]])?.lines.first)
        #expect(line.points == [] && line.name == "series 0" && line.figures == "nothing was measured")
    }

    @Test func oneSampleIsAPoint() throws {
        let chart = try #require(curve(of: [[405_000]]))
        #expect(chart.lines.map(\.points.count) == [1])
        #expect(chart.lines[0].points[0].x == 0 && chart.vertical.bounds.contains(chart.lines[0].points[0].y))
        #expect(chart.lines[0].figures == "max 405 µs")
    }

    @Test func samplesThatAreAllEqualAreALevelLine() throws {
        let chart = try #require(curve(of: [[Int64](repeating: 1_000_000, count: 500)]))
        let points = chart.lines[0].points
        #expect(Set(points.map(\.y)).count == 1 && points.count > 100)
        #expect(points.last?.x == Axis.position(ofLastOf: 500))
        #expect(chart.lines[0].figures == "p50 1 ms, p99 1 ms, max 1 ms")
    }

    @Test func aLineRisesToTheHighestLatency() throws {
        let chart = try #require(curve(of: [(1...1000).map { $0 * 1000 }.shuffled()]))
        let points = chart.lines[0].points
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x && $0.y <= $1.y })
        #expect(points.last?.x == 3)
        // Three digits of each latency are kept.
        for (percentile, latency) in [(0.0, 1000.0), (0.5, 500_000), (0.9, 900_000), (0.99, 990_000)] {
            let point = try #require(
                points.min {
                    abs($0.x - Axis.position(ofFraction: percentile))
                        < abs($1.x - Axis.position(ofFraction: percentile))
                })
            #expect(abs(point.y - Axis.position(ofLatency: latency)) < 0.03)
        }
        #expect(abs((points.last?.y ?? 0) - Axis.position(ofLatency: 1_000_000)) < 0.001)
        #expect(chart.lines[0].figures == "p50 500 µs, p99 990 µs, p99.9 999 µs, max 1 ms")
    }

    @Test func allLinesHavePlaceFromNanosecondsToAMinute() throws {
        let chart = try #require(curve(of: [[100], [], [60_000_000_000], [100, 60_000_000_000], [0, 1000]]))
        let points = chart.lines.flatMap(\.points)
        #expect(points.count > 4)
        #expect(points.allSatisfy { chart.horizontal.bounds.contains($0.x) && chart.vertical.bounds.contains($0.y) })
        #expect(chart.vertical.ticks.last?.label == "100 s")
    }
}
