import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct AxisTests {
    @Test func aFractionIsBetweenTheEnds() {
        let axis = Axis(bounds: 2...6, ticks: [])
        #expect(axis.fraction(2) == 0 && axis.fraction(3) == 0.25 && axis.fraction(6) == 1)
    }

    // MARK: Percentiles

    @Test(
        arguments: [
            (0, ["0"]), (1, ["0"]), (2, ["0", "50"]), (9, ["0", "50"]), (10, ["0", "50", "90"]),
            (99, ["0", "50", "90"]), (100, ["0", "50", "90", "99"]), (999, ["0", "50", "90", "99"]),
            (1000, ["0", "50", "90", "99", "99.9"]), (99_999, ["0", "50", "90", "99", "99.9", "99.99"]),
            (100_000, ["0", "50", "90", "99", "99.9", "99.99", "99.999"]),
        ] as [(UInt64, [String])]) func percentilesAreThoseThatTheSamplesTellOf(samples: UInt64, labels: [String])
    {
        let axis = Axis.percentiles(samples: samples)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.bounds.upperBound > 0)
        #expect(axis.ticks.allSatisfy { axis.bounds.contains($0.position) })
    }

    @Test func eachNineIsAsFarAsTheOneBefore() {
        #expect(Axis.position(ofFraction: 0) == 0)
        for (fraction, position) in [(0.9, 1.0), (0.99, 2), (0.999, 3), (0.9999, 4), (0.99999, 5)] {
            #expect(abs(Axis.position(ofFraction: fraction) - position) < 1e-9)
            #expect(abs(Axis.percentile(at: position) - 100 * fraction) < 1e-9)
        }
        #expect(Axis.percentile(at: Axis.position(ofFraction: 0.5)) == 50)
        // The highest of a thousand lies above 99.9 % of them.
        #expect(Axis.position(ofLastOf: 1000) == 3 && Axis.position(ofLastOf: 1) == 0)
    }

    // MARK: Latencies

    @Test(arguments: [
        (100, 60e9, ["100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"]),
        (405e3, 405e3, ["200 µs", "500 µs"]), (1e6, 1e6, ["1 ms", "2 ms"]), (1, 1, ["1 ns", "2 ns"]),
        (350e3, 4e6, ["200 µs", "500 µs", "1 ms", "2 ms", "5 ms"]), (2e6, 5e6, ["2 ms", "5 ms"]),
        (1, 1000, ["1 ns", "2 ns", "5 ns", "10 ns", "20 ns", "50 ns", "100 ns", "200 ns", "500 ns", "1 µs"]),
        (1, 1001, ["1 ns", "10 ns", "100 ns", "1 µs", "10 µs"]),
    ]) func latenciesLieBetweenRoundOnes(lowest: Double, highest: Double, labels: [String]) {
        #expect(Axis.latencies(lowest...highest).ticks.map(\.label) == labels)
    }

    @Test func withoutLatenciesThereIsAnAxisAllTheSame() {
        let axis = Axis.latencies(nil)
        #expect(axis.ticks.count > 1 && axis.bounds.upperBound > axis.bounds.lowerBound)
    }

    @Test func everyLatencyHasAPlace() {
        var random = SeededGenerator(seed: 7)
        func latency() -> Double { Double(UInt64(1) << UInt64.random(in: 0...35, using: &random)) * 1.7 }
        for _ in 0..<1000 {
            let (one, other) = (latency(), latency())
            let axis = Axis.latencies(min(one, other)...max(one, other))
            #expect(axis.bounds.contains(Axis.position(ofLatency: one)))
            #expect(axis.bounds.contains(Axis.position(ofLatency: other)))
            #expect((2...13).contains(axis.ticks.count))
            #expect(axis.ticks.first?.position == axis.bounds.lowerBound)
            #expect(axis.ticks.last?.position == axis.bounds.upperBound)
        }
    }

    // MARK: From 0

    @Test(
        arguments: [
            (0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (0.44, ["0", "0.1", "0.2", "0.3", "0.4"]),
            (5, ["0", "1", "2", "3", "4", "5"]),
            (0.6, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]), (0.0061, ["0", "0.002", "0.004", "0.006"]),
            (6, ["0", "1", "2", "3", "4", "5", "6"]), (6.1, ["0", "2", "4", "6"]),
            (3600, ["0", "1000", "2000", "3000"]),
            (1e-9, ["0", "0.0000000002", "0.0000000004", "0.0000000006", "0.0000000008", "0.000000001"]),
        ] as [(Double, [String])]) func secondsEndWithTheLast(end: Double, labels: [String])
    {
        let axis = Axis.seconds(upTo: end)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.bounds == 0...(end > 0 ? end : 1))
    }

    @Test(
        arguments: [
            (0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (999, ["0", "200", "400", "600", "800", "1k"]),
            (1001, ["0", "200", "400", "600", "800", "1k", "1.2k"]),
            (2_850_000, ["0", "500k", "1M", "1.5M", "2M", "2.5M", "3M"]),
            (19.9e6, ["0", "5M", "10M", "15M", "20M"]),
        ] as [(Double, [String])]) func ratesEndWithATick(highest: Double, labels: [String])
    {
        let axis = Axis.rates(upTo: highest)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.bounds.lowerBound == 0 && axis.bounds.upperBound >= highest)
        #expect(axis.ticks.last.map { axis.fraction($0.position) } == 1)
    }

    @Test func axesFromNothingHaveAFewTicks() {
        var value = 1e-6
        while value < 1e12 {
            #expect((3...8).contains(Axis.rates(upTo: value).ticks.count), "\(value)")
            #expect((3...8).contains(Axis.seconds(upTo: value).ticks.count), "\(value)")
            value *= 1.1
        }
    }
}
