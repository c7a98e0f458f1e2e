import ServerHarness
import Testing

import enum StorageHarness.Seeds

@testable import Broker

@Suite struct SlidingRateTests {
    private let layout = SlidingRate.Windows(count: 11, milliseconds: 1000)

    @Test func fewSecondsCountAsIfAllWindowsHadPassed() {
        var rate = SlidingRate()
        rate.record(100, at: 5_000, layout)
        // 100 in ten windows of a second, that is 10 a second.
        #expect(rate.delay(over: 10, at: 5_000, layout) == 0)
        #expect(rate.delay(over: 5, at: 5_000, layout) == 10_000)
        #expect(rate.delay(over: 8, at: 5_000, layout) == 2_500)
    }

    @Test func whoPausesAsToldStaysWithinTheLimit() {
        var rate = SlidingRate()
        var (now, total) = (Int64(0), 0.0)
        while now < 300_000 {
            rate.record(50, at: now, layout)
            total += 50
            now += 20 + Int64(rate.delay(over: 150, at: now, layout).rounded(.up))
        }
        // 2,500 a second without pauses; the first windows may go above the limit, which the pauses make up for.
        #expect(total / (Double(now) / 1000) < 165)
        #expect(total / (Double(now) / 1000) > 75)
    }

    @Test func whatWasTakenBackDoesNotCount() {
        var rate = SlidingRate()
        rate.record(100, at: 0, layout)
        rate.record(1000, at: 10, layout)
        rate.record(-1000, at: 10, layout)
        #expect(rate.delay(over: 10, at: 10, layout) == 0)
    }

    @Test func idleAfterAllWindows() {
        var rate = SlidingRate()
        #expect(rate.isIdle(at: 0, layout))
        rate.record(1, at: 0, layout)
        #expect(!rate.isIdle(at: 10_999, layout) && rate.isIdle(at: 11_000, layout))
        #expect(rate.delay(over: 0.0001, at: 11_000, layout) == 0)
    }

    /// All events, and the definition of the rate over them.
    private struct Model {
        var windows: [(start: Int64, amount: Double)] = []

        mutating func record(_ amount: Double, at now: Int64, _ layout: SlidingRate.Windows) {
            windows.removeAll { now - $0.start >= layout.span }
            if windows.isEmpty || now - windows.last!.start >= layout.milliseconds { windows.append((now, 0)) }
            windows[windows.count - 1].amount += amount
        }

        func delay(over limit: Double, at now: Int64, _ layout: SlidingRate.Windows) -> Double {
            let present = windows.filter { now - $0.start < layout.span }
            guard let first = present.first else { return 0 }
            var elapsed = now - first.start
            while elapsed / layout.milliseconds < Int64(layout.count - 1) { elapsed += layout.milliseconds }
            let rate = present.map(\.amount).reduce(0, +) / (Double(max(1, elapsed)) / 1000)
            return rate > limit ? (rate / limit - 1) * Double(elapsed) : 0
        }
    }

    @Test(arguments: 0..<20) func agreesWithAModel(_ round: Int) {
        let seed = Seeds.chosen ?? .random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let layout = SlidingRate.Windows(
            count: Int.random(in: 1...12, using: &random), milliseconds: Int64.random(in: 1...2000, using: &random))
        var (rate, model, now) = (SlidingRate(), Model(), Int64(0))
        for step in 0..<500 {
            now += Int64.random(in: 0...(layout.milliseconds * 2), using: &random)
            if Bool.random(using: &random) { now += Int64.random(in: 0...(layout.span / 2), using: &random) }
            let amount = Double(Int.random(in: -5...100, using: &random))
            rate.record(amount, at: now, layout)
            model.record(amount, at: now, layout)
            let limit = Double(Int.random(in: 1...100, using: &random))
            let (found, expected) = (
                rate.delay(over: limit, at: now, layout), model.delay(over: limit, at: now, layout)
            )
            #expect(abs(found - expected) < 1e-6 * max(1, expected), "seed \(seed), step \(step)")
        }
    }

    @Test func bucketsLetDebtBePaidOff() {
        let layout = SlidingRate.Windows(count: 10, milliseconds: 1000)
        var bucket = TokenBucket(rate: 2, at: 0, layout)
        bucket.take(20)
        #expect(bucket.delay(rate: 2) == 0)
        bucket.take(6)
        #expect(bucket.delay(rate: 2) == 3000)
        bucket.refill(rate: 2, at: 2000, layout)
        #expect(bucket.delay(rate: 2) == 1000 && !bucket.isIdle(at: 20_000, layout))
        bucket.refill(rate: 2, at: 60_000, layout)
        #expect(bucket.delay(rate: 2) == 0 && bucket.isIdle(at: 70_000, layout))
        // No more than ten seconds' worth is saved up.
        bucket.take(22)
        #expect(bucket.delay(rate: 2) == 1000)
    }
}
