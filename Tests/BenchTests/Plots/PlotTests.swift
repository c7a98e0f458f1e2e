import Testing

@testable import millrace_bench

@Suite struct PlotTests {
    /// A run with both charts.
    private func report(name: String = "Millrace", parameters: [String: String] = ["rate": "1000"]) -> Report {
        var report = Report("e2e", parameters)
        for (name, factor) in [(name, Int64(1)), ("the null server", 2)] {
            var (latencies, timeline) = (LatencyRecorder(), Timeline(from: 0))
            for index in 1...2000 as ClosedRange<Int64> {
                latencies.record(nanoseconds: factor * index * index)
                timeline.add(1, at: index * factor * 1_000_000)
            }
            report.percentiles.add(name, latencies)
            report.throughput.add(name, timeline)
        }
        return report
    }

    @Test func aRunWithBothHasBothChartsBelowEachOther() throws {
        let picture = PictureReader(report().plot.svg)
        #expect(picture.problem == nil)
        for text in ["e2e", "rate=1000", "Latency by percentile", "99.9", "Records a second over time"] {
            #expect(picture.texts.contains(text), "\(text)")
        }
        #expect(picture.texts.contains { $0.hasPrefix("Millrace: p50 1 ms") })
        #expect(picture.texts.contains("the null server: 500/s on average"))
        // Two lines in each chart, all of the first above all of the second.
        let lines = picture.lines
        try #require(lines.count == 4)
        let lowest = try #require(lines[..<2].joined().map(\.y).max())
        let highest = try #require(lines[2...].joined().map(\.y).min())
        #expect(lowest < highest)
    }

    @Test func everythingLiesWithinThePicture() throws {
        let picture = PictureReader(report().plot.svg)
        let svg = try #require(picture.elements("svg").first)
        let (width, height) = (try #require(svg["width"]), try #require(svg["height"]))
        #expect(picture.lines.joined().allSatisfy { (0...width).contains($0.x) && (0...height).contains($0.y) })
        #expect(picture.lines.joined().count > 200)
        for text in picture.elements("text") {
            let (x, y) = (try #require(text["x"]), try #require(text["y"]))
            #expect((0...width).contains(x) && (0...height).contains(y))
        }
    }

    @Test func linesHaveColoursOfTheirOwn() {
        let colours = PictureReader(report().plot.svg).elements("polyline").compactMap { $0.attributes["stroke"] }
        #expect(colours.count == 4 && Set(colours).count == 2)
    }

    @Test func aRunWithOneChartHasThatOne() {
        var report = report()
        report.throughput = ThroughputCurve()
        let picture = PictureReader(report.plot.svg)
        #expect(picture.lines.count == 2 && !picture.texts.contains("Records a second over time"))
    }

    @Test func roundsStandBelowTheOthers() {
        var report = report()
        report.rounds.add("Millrace", seconds: [0.5, 0.25])
        let picture = PictureReader(report.plot.svg)
        #expect(picture.problem == nil && picture.lines.count == 5)
        #expect(picture.texts.contains("Time by round"))
        #expect(picture.texts.contains("Millrace: median 500 ms, from 250 ms to 500 ms"))
    }

    @Test func aRunWithoutSamplesIsAPictureToo() {
        var report = Report("e2e", [:])
        report.percentiles.add("none", LatencyRecorder())
        report.throughput.add("none", Timeline(from: 0))
        let picture = PictureReader(report.plot.svg)
        #expect(picture.problem == nil && picture.lines.isEmpty)
        #expect(picture.texts.count { $0 == "none: nothing was measured" } == 2)
    }

    @Test func namesAreEscaped() {
        let name = #"a<b>&amp;"c" 'd' é 🦅"#
        let picture = PictureReader(report(name: name + "\u{1}", parameters: [name: "<!--"]).plot.svg)
        #expect(picture.problem == nil)
        #expect(picture.texts.contains { $0.hasPrefix("\(name)\u{FFFD}: p50") })
        #expect(picture.texts.contains("\(name)=<!--"))
        #expect(SVGText.escaped("a\t\u{FFFF}\u{7F}") == "a\u{FFFD}\u{FFFD}\u{7F}")
    }

    @Test func manyParametersTakeSeveralLines() {
        let parameters = Dictionary(uniqueKeysWithValues: (0..<40).map { ("parameter-\($0)", "value") })
        let plot = report(parameters: parameters).plot
        let picture = PictureReader(plot.svg)
        let lines = picture.texts.filter { $0.hasPrefix("parameter-") }
        #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 130 })
        #expect(lines.joined(separator: " ") == plot.settings)
    }

    @Test func theSameRunHasTheSamePicture() { #expect(report().plot.svg == report().plot.svg) }
}
