import RecordFormat
import Testing

@testable import EventStore
@testable import LogCore

@Suite struct CleanerScheduleTests {
    private let start = ContinuousClock.now

    private func log(_ name: String) -> CleanerSchedule.LogIdentity {
        CleanerSchedule.LogIdentity(partition: TopicPartition(name, 0), topicID: TopicID(high: 1, low: 2))
    }

    private func candidate(
        _ name: String, ratio: Double, isOverdue: Bool = false, isDue: Bool = true
    ) -> CleanerSchedule.Candidate {
        CleanerSchedule.Candidate(
            log: log(name),
            need: CompactionNeed(
                firstDirtyOffset: .zero, firstUncleanableOffset: LogOffset(9), dirtyRatio: ratio, dirtyBytes: 1,
                isOverdue: isOverdue, isDue: isDue))
    }

    private func next(
        _ schedule: inout CleanerSchedule, _ candidates: [CleanerSchedule.Candidate], after delay: Duration = .zero
    ) -> CleanerSchedule.Action {
        schedule.next(candidates, present: Set(candidates.map(\.log)), at: start + delay)
    }

    @Test func theDirtiestLogThatIsDueGoesFirst() {
        var schedule = CleanerSchedule(backoff: .seconds(15))
        #expect(next(&schedule, []) == .rest(.seconds(15)))
        #expect(next(&schedule, [candidate("a", ratio: 0.9, isDue: false)]) == .rest(.seconds(15)))
        let both = [candidate("a", ratio: 0.6), candidate("b", ratio: 0.8), candidate("c", ratio: 0.8)]
        #expect(next(&schedule, both) == .clean(log("b")))
        #expect(next(&schedule, both + [candidate("z", ratio: 0.1, isOverdue: true)]) == .clean(log("z")))
    }

    @Test func aLogWithDamageIsLeftAloneAndAFullDiskIsTriedAgain() {
        var schedule = CleanerSchedule(backoff: .seconds(15))
        let logs = [candidate("a", ratio: 0.9), candidate("b", ratio: 0.8), candidate("c", ratio: 0.7)]
        schedule.noteFailure(LogError(.corruptBatch, "damage"), of: log("a"), at: start)
        schedule.noteFailure(LogError(.storageFull, "full"), of: log("b"), at: start)
        #expect(next(&schedule, logs) == .clean(log("c")))
        #expect(schedule.uncleanable == [TopicPartition("a", 0)])
        #expect(next(&schedule, logs, after: CleanerSchedule.retryPause) == .clean(log("b")))
        #expect(next(&schedule, [logs[0]], after: .seconds(100_000)) == .rest(.seconds(15)))
        // Another log of the same name is another log.
        _ = next(&schedule, [])
        #expect(next(&schedule, [logs[0]]) == .clean(log("a")))
    }

    @Test func aCompactionThatDidNothingIsNotRepeatedAtOnce() {
        var schedule = CleanerSchedule(backoff: .seconds(15))
        schedule.noteNothingDone(log("a"), at: start)
        #expect(next(&schedule, [candidate("a", ratio: 1)]) == .rest(.seconds(15)))
        #expect(next(&schedule, [candidate("a", ratio: 1)], after: .seconds(15)) == .clean(log("a")))
    }

    @Test func bytesAreSpreadOverTime() {
        var pacer = Pacer(bytesPerSecond: 1000)
        #expect(pacer.rest(after: 100, at: start) == .milliseconds(100))
        // A long rest is taken in parts, what is owed is carried over.
        #expect(pacer.rest(after: 1000, at: start + .milliseconds(100)) == Pacer.longestRest)
        #expect(pacer.rest(after: 0, at: start + .milliseconds(1000)) == .milliseconds(100))
        // Idle time is no credit.
        #expect(pacer.rest(after: 50, at: start + .seconds(60)) == .milliseconds(50))
        var unlimited = Pacer(bytesPerSecond: nil)
        #expect(unlimited.rest(after: 1 << 40, at: start) == .zero)
    }
}
