import RecordFormat
import Synchronization
import Testing

@testable import LogCore

/// A crash anywhere in a swap leaves the log as it was or as it is to be, and nothing else.
@Suite struct SegmentSwapCrashTests {
    private static let segments = [["a=1 b=1", "c=1"], ["a=2", "b", "d=1 c=2"], ["e=1"]]
    private static let before = "0:a=1 1:b=1 2:c=1 3:a=2 4:b 5:d=1 6:c=2 7:e=1"
    private static let after = "3:a=2 4:b 5:d=1 6:c=2 7:e=1"

    private struct Failure: Error {}

    /// What a crash leaves, checked by opening it: its text, and that nothing else lies about.
    private static func check(_ directory: TestDirectory, _ expected: [String], _ note: String) throws {
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            directory.log, configuration: CompactedLog.configuration,
            known: .init(recoveryPoint: LogOffset(8), highWatermark: LogOffset(8)), observer: observer)
        let text = try log.text()
        #expect(expected.contains(text), "\(note): \(text)")
        for offset in 0..<8 as Range<Int64> {
            let read = try log.text(from: LogOffset(offset))
            #expect(text.hasSuffix(read) && !read.isEmpty, "\(note): from \(offset): \(read)")
        }
        let strangers = try directory.names().filter { name in
            !["log", "index", "timeindex", "snapshot"].contains { name.hasSuffix(".\($0)") }
                && name != FileNames.leaderEpochCheckpoint && name != FileNames.offsetGaps
        }
        #expect(strangers.isEmpty, "\(note): \(strangers)")
        #expect(observer.damage.isEmpty, "\(note)")
        // It goes on from there.
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.append(keyed: "e=2")
        try log.compactAll()
        #expect(try log.text() == after + " 8:e=2", "\(note): compacted again")
        try log.close()
    }

    /// The directory at each step of a compaction.
    private static func states() throws -> [(step: SegmentSwap.Step, directory: TestDirectory)] {
        let directory = try TestDirectory(inMemory: true)
        let log = try CompactedLog.make(directory, segments)
        try log.flush()
        var states: [(step: SegmentSwap.Step, directory: TestDirectory)] = []
        var failure: (any Error)?
        let report = try log.compact(now: CompactedLog.now, budget: CompactionBudget()) { step in
            do { states.append((step, try directory.snapshot(inMemory: true))) } catch { failure = error }
        }
        if let failure { throw failure }
        #expect(report?.segmentsReplaced == 2 && report?.segmentsWritten == 1)
        #expect(try log.text() == after)
        try log.close()
        return states
    }

    @Test func everyStepLeavesTheOldOrTheNew() throws {
        let states = try Self.states()
        #expect(Set(states.map(\.step)).count == SegmentSwap.Step.allCases.count)
        var isCommitted = false
        for (index, state) in states.enumerated() {
            // Once all files have the name that counts the swap will happen; the sync only makes it last.
            let names = try state.directory.names()
            isCommitted = isCommitted || !names.contains { $0.hasSuffix(FileNames.Suffix.cleaned) }
            try Self.check(
                state.directory, [isCommitted ? Self.after : Self.before], "\(index), \(state.step)")
        }
        #expect(isCommitted)
    }

    /// Between two syncs of the directory a power cut may keep any of the renames and lose any.
    @Test func renamesMayReachTheDeviceInAnyOrder() throws {
        let states = try Self.states()
        let synced = try [SegmentSwap.Step.committed, .retired, .placed, .removed].map { step in
            try #require(states.first { $0.step == step }).directory
        }
        let start = try synced[0].snapshot(inMemory: true)
        for name in try start.names() where name.hasSuffix(FileNames.Suffix.swap) {
            try start.rename(name, to: name.dropLast(5) + FileNames.Suffix.cleaned)
        }
        for (index, pair) in zip([start] + synced, synced).enumerated() {
            let changes = try Self.changes(from: pair.0, to: pair.1)
            // With the last old files goes the producer snapshot of the second segment.
            #expect(changes.count == [3, 6, 3, 7][index])
            for subset in 0..<1 << changes.count {
                let crashed = try pair.0.snapshot(inMemory: true)
                for (bit, change) in changes.enumerated() where subset & 1 << bit != 0 {
                    if let new = change.new {
                        try crashed.rename(change.old, to: new)
                    } else {
                        try crashed.remove(change.old)
                    }
                }
                try Self.check(
                    crashed, index == 0 ? [Self.before, Self.after] : [Self.after], "\(index), subset \(subset)")
            }
        }
    }

    private static func changes(
        from old: TestDirectory, to new: TestDirectory
    ) throws -> [(old: String, new: String?)] {
        let (before, after) = (Set(try old.names()), Set(try new.names()))
        return before.subtracting(after).sorted().map { name in
            let bare = name.split(separator: ".").prefix(2).joined(separator: ".")
            return (name, after.subtracting(before).first { $0.hasPrefix(bare) && $0 != bare || $0 == bare })
        }
    }

    /// A failure in the middle of the swap leaves a log that can be read and takes no more appends until it is opened.
    @Test(arguments: SegmentSwap.Step.allCases) func aFailedSwapMakesTheLogReadOnly(step: SegmentSwap.Step) throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let log = try CompactedLog.make(directory, Self.segments, observer: observer)
        try log.flush()
        let error = #expect(throws: LogError.self) {
            try log.compact(now: CompactedLog.now, budget: CompactionBudget()) { current throws(LogError) in
                if current == step { throw LogError(.io, "this rename failed") }
            }
        }
        #expect(error?.code == .io && observer.failures.count == 1)
        #expect(try log.text() == Self.before)
        #expect(throws: LogError.self) { try log.append(keyed: "f=1") }
        try? log.close()
        try Self.check(
            directory.snapshot(inMemory: true), step == .naming ? [Self.before] : [Self.after], "failed at \(step)")
    }
}
