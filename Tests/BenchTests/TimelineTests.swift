import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct TimelineTests {
    private static let millisecond: Int64 = 1_000_000

    @Test func recordsAreCountedByInterval() {
        var timeline = Timeline(from: 500)
        timeline.add(3, at: 500)
        timeline.add(4, at: 500 + Self.millisecond - 1)
        timeline.add(0, at: 500 + Self.millisecond)
        #expect(timeline.counts == [7])
        timeline.add(5, at: 500 + Self.millisecond)
        timeline.add(6, at: 500 + 3 * Self.millisecond)
        #expect(timeline.counts == [7, 5, 0, 6])
        #expect(timeline.total == 18 && timeline.duration == 0.003)
    }

    @Test func intervalsDoubleWhenThereWouldBeTooMany() {
        var timeline = Timeline(from: 0)
        for index in 0..<Timeline.intervalLimit { timeline.add(index + 1, at: Int64(index) * Self.millisecond) }
        #expect(timeline.interval == Self.millisecond)
        #expect(timeline.counts == Array(1...Timeline.intervalLimit))
        timeline.add(1000, at: Int64(Timeline.intervalLimit) * Self.millisecond)
        #expect(timeline.interval == 2 * Self.millisecond)
        #expect(timeline.counts == (0..<Timeline.intervalLimit / 2).map { 4 * $0 + 3 } + [1000])
    }

    @Test func anHourWithoutRecordsDoublesAsOftenAsItTakes() {
        var timeline = Timeline(from: 0)
        timeline.add(1, at: 0)
        timeline.add(2, at: 2 * Self.millisecond)
        timeline.add(4, at: 3_600_000 * Self.millisecond)
        #expect(timeline.interval == 16_384 * Self.millisecond)
        #expect(timeline.counts == [3] + Array(repeating: 0, count: 218) + [4])
    }

    /// Against records that are kept one by one, in one timeline and in three that are added to each other.
    @Test(arguments: 0..<20 as Range<UInt64>) func countsAreThoseOfAllRecords(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var all = Timeline(from: 10)
        var parts = [Timeline](repeating: Timeline(from: 10), count: 3)
        var records: [(count: Int, time: Int64)] = []
        let length = Int64(1) << Int64.random(in: 10...42, using: &random)
        for _ in 0..<Int.random(in: 1...2000, using: &random) {
            let count = Int.random(in: 1...1000, using: &random)
            let time = Int64.random(in: 10...10 + length, using: &random)
            records.append((count, time))
            all.add(count, at: time)
            parts[Int.random(in: 0..<3, using: &random)].add(count, at: time)
        }
        for timeline in [all, parts.dropFirst().reduce(into: parts[0]) { $0.add($1) }] {
            #expect(timeline.counts.count <= Timeline.intervalLimit)
            var expected = [Int](repeating: 0, count: timeline.counts.count)
            for record in records { expected[Int((record.time - 10) / timeline.interval)] += record.count }
            #expect(timeline.counts == expected)
            // No more coarse than the last record makes it.
            let last = records.map(\.time).max() ?? 0
            #expect(
                timeline.interval == Self.millisecond
                    || (last - 10) / (timeline.interval / 2) >= Timeline.intervalLimit)
            // The steps are of all records, too, and end with the last of them.
            var (start, sum) = (0.0, 0.0)
            for step in timeline.steps {
                #expect(step.end > start)
                sum += step.rate * (step.end - start)
                start = step.end
            }
            #expect(abs(sum - Double(timeline.total)) < 1e-6 * Double(timeline.total))
            #expect(start == Double(last - 10) / 1e9)
        }
    }

    @Test func timelinesOfDifferentIntervalsAreAdded() {
        var fine = Timeline(from: 0)
        for index in 0..<3 { fine.add(1, at: Int64(index) * Self.millisecond) }
        var coarse = Timeline(from: 0)
        coarse.add(5, at: 1000 * Self.millisecond)
        for (one, other) in [(fine, coarse), (coarse, fine)] {
            var sum = one
            sum.add(other)
            #expect(sum.interval == 4 * Self.millisecond)
            #expect(sum.counts == [3] + Array(repeating: 0, count: 249) + [5])
            #expect(sum.duration == 1)
        }
    }

    // MARK: Steps

    @Test func withoutTimeThereIsNoRate() {
        var timeline = Timeline(from: 5)
        #expect(timeline.steps == [] && timeline.duration == 0 && timeline.total == 0)
        timeline.add(3, at: 5)
        #expect(timeline.steps == [])
    }

    @Test func oneAdditionIsOneStep() {
        var timeline = Timeline(from: 0)
        timeline.add(3, at: 300 * Self.millisecond)
        #expect(timeline.steps == [Timeline.Step(end: 0.3, rate: 10)])
    }

    @Test func stepsAreJoinedUntilEachHasEnoughAdditions() throws {
        var timeline = Timeline(from: 0)
        for index in 0..<47 { timeline.add(10, at: Int64(index) * Self.millisecond / 16) }
        // Three intervals, of which the last lacks the sixteenth addition; they become two, and those one step.
        #expect(timeline.counts == [160, 160, 150])
        #expect(timeline.steps.map(\.end) == [timeline.duration])
        timeline.add(10, at: 47 * Self.millisecond / 16)
        // The last interval is not whole, and counts with the one before it.
        try #require(timeline.steps.map(\.end) == [0.001, timeline.duration])
        #expect(timeline.steps[0].rate == 160_000)
        #expect(abs(timeline.steps[1].rate - 320 / 0.0019375) < 1e-6)
    }

    @Test func aStallIsSeen() {
        var timeline = Timeline(from: 0)
        for index in 0..<1000 {
            // Nothing comes in the third of five seconds.
            let time = Int64(index) * 5 * Self.millisecond
            guard !(2000..<3000).contains(time / Self.millisecond) else { continue }
            timeline.add(100, at: time)
        }
        let stalled = timeline.steps.filter { $0.end > 2.2 && $0.end < 3 }
        #expect(!stalled.isEmpty && stalled.allSatisfy { $0.rate == 0 })
        #expect(timeline.steps.filter { $0.end < 2 || $0.end > 3.2 }.allSatisfy { $0.rate > 15_000 })
    }
}
