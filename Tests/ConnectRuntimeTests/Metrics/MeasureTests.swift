import Testing

@testable import ConnectRuntime

@Suite struct MeasureTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func ratesAndAveragesForgetWhatIsLongAgo() {
        var measure = Measure(window: .seconds(30), limit: 2)
        measure.add(60, at: at(0))
        #expect(measure.rate(at: at(1)) == 2)
        measure.add(30, at: at(30))
        #expect(measure.rate(at: at(45)) == 2)
        #expect(measure.average(at: at(45)) == 45 && measure.maximum(at: at(45)) == 60)
        #expect(measure.minimum(at: at(45)) == 30)
        measure.add(50, at: at(46))
        #expect(measure.minimum(at: at(46)) == 30 && measure.minimum(at: at(61)) == 30)
        #expect(measure.average(at: at(61)) == 40 && measure.maximum(at: at(61)) == 50)
        #expect(measure.rate(at: at(91)) == 0 && measure.average(at: at(91)) == 0)
        #expect(measure.minimum(at: at(91)) == 0)
        #expect(measure.total == 140)
    }

    /// Against a model that keeps every value: what is younger than one window less than all of them counts in any
    /// case, what is older than all of them in none.
    @Test(arguments: [1, 2, 3] as [UInt64]) func whatCountsLiesWithinTheWindows(seed: UInt64) {
        var random = SplitMix(seed)
        let limit = 1 + Int(random.next() % 4)
        var measure = Measure(window: .seconds(10), limit: limit)
        var values: [(time: Double, value: Int)] = []
        var time = 0.0
        for _ in 0..<2_000 {
            time += Double(random.next() % 50) / 10
            let value = Int(random.next() % 1_000)
            values.append((time, value))
            measure.add(value, at: at(time))
            let certain = values.filter { time - $0.time < Double(limit - 1) * 10 }.map(\.value)
            let possible = values.filter { time - $0.time < Double(limit) * 10 }.map(\.value)
            let maximum = Int(measure.maximum(at: at(time)))
            #expect(maximum >= certain.max() ?? 0 && maximum <= possible.max() ?? 0)
            let minimum = Int(measure.minimum(at: at(time)))
            #expect(minimum <= certain.min() ?? minimum && minimum >= possible.min() ?? 0)
            #expect(measure.total == Int64(values.reduce(0) { $0 + $1.value }))
        }
    }
}
