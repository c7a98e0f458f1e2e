import RecordFormat
import Testing

@testable import LogCore

@Suite struct CompactionPlanTests {
    private func segment(
        _ base: Int64, size: Int = 100, indexSize: Int = 10, latest: Int64 = 0
    ) -> CompactionPlan.Segment {
        CompactionPlan.Segment(
            baseOffset: LogOffset(base), size: size, indexSize: indexSize,
            largestTimestamp: Timestamp(milliseconds: latest), firstTimestamp: Timestamp(milliseconds: latest))
    }

    private func plan(
        _ segments: [CompactionPlan.Segment], start: Int64 = 0, stable: Int64 = 1 << 40, cleaned: Int64 = 0,
        now: Int64 = 0, _ change: (inout LogConfiguration) -> Void = { _ in }
    ) -> CompactionPlan {
        var configuration = LogConfiguration()
        change(&configuration)
        return CompactionPlan(
            segments: segments, logStartOffset: LogOffset(start), stableOffset: LogOffset(stable),
            cleanedOffset: LogOffset(cleaned), configuration: configuration, now: Timestamp(milliseconds: now))
    }

    @Test func theDirtyPartReachesFromTheLastCompactionToTheActiveSegment() {
        let segments = [segment(0), segment(10), segment(20), segment(30)]
        #expect(plan(segments).dirtyRange == LogOffset(0)..<LogOffset(30))
        #expect(plan(segments).dirtyRatio == 1)
        let later = plan(segments, cleaned: 20)
        #expect(later.dirtyRange == LogOffset(20)..<LogOffset(30))
        #expect(later.cleanBytes == 200 && later.dirtyBytes == 100)
        // A segment that is clean in part counts as dirty.
        #expect(plan(segments, cleaned: 15).dirtyBytes == 200)
        #expect(!plan(segments, cleaned: 30).isNeeded)
        #expect(!plan([segment(0)]).isNeeded)
    }

    @Test func theStableOffsetAndTheLogStartAreBounds() {
        let segments = [segment(0), segment(10), segment(20), segment(30)]
        #expect(plan(segments, stable: 15).dirtyRange == LogOffset(0)..<LogOffset(15))
        #expect(plan(segments, start: 5, cleaned: 2).firstDirtyOffset == LogOffset(5))
        #expect(plan(segments, stable: 5, cleaned: 10).dirtyRange.isEmpty)
        #expect(!plan(segments, stable: 0).isNeeded)
    }

    @Test func theFirstYoungDirtySegmentEndsIt() {
        let segments = [segment(0, latest: 90), segment(10, latest: 50), segment(20, latest: 95), segment(30)]
        let lagging = plan(segments, now: 100) { $0.minCompactionLag = .milliseconds(20) }
        #expect(lagging.dirtyRange.isEmpty)
        // What is clean already does not count, however young it is.
        let clean = plan(segments, cleaned: 10, now: 100) { $0.minCompactionLag = .milliseconds(20) }
        #expect(clean.dirtyRange == LogOffset(10)..<LogOffset(20))
    }

    @Test func anOldDirtySegmentIsOverdue() {
        let segments = [segment(0, latest: 10), segment(10, latest: 80), segment(20)]
        func isOverdue(cleaned: Int64) -> Bool {
            plan(segments, cleaned: cleaned, now: 100) { $0.maxCompactionLag = .milliseconds(50) }.isOverdue
        }
        #expect(isOverdue(cleaned: 0) && !isOverdue(cleaned: 10))
        #expect(!plan(segments, now: 100).isOverdue)
    }

    @Test func groupsFitOneSegment() {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 250
        let small = [segment(0), segment(10), segment(20), segment(30), segment(40), segment(50)]
        let plan = plan(small)
        #expect(plan.groups(below: LogOffset(50), configuration: configuration) == [0..<2, 2..<4, 4..<5])
        #expect(plan.groups(below: LogOffset(21), configuration: configuration) == [0..<2, 2..<3])
        #expect(plan.groups(below: LogOffset(20), configuration: configuration) == [0..<2])
        configuration.indexMaxBytes = 10
        #expect(plan.groups(below: LogOffset(30), configuration: configuration) == [0..<1, 1..<2, 2..<3])
        configuration.segmentBytes = 14
        configuration.indexMaxBytes = 1000
        #expect(plan.groups(below: LogOffset(30), configuration: configuration) == [0..<1, 1..<2, 2..<3])
    }

    @Test func groupsStayWithinTheReachOfRelativeOffsets() {
        let far = Int64(Int32.max)
        let segments = [segment(0), segment(10), segment(far), segment(far + 10), segment(far + 20)]
        let groups = plan(segments, stable: .max).groups(
            below: LogOffset(far + 20), configuration: LogConfiguration())
        // The third one would hold offsets up to far + 9, too far from 0.
        #expect(groups == [0..<2, 2..<4])
    }
}
