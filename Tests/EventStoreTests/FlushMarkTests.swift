import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Synchronization
import Testing

@testable import EventStore

/// What a flush leaves in the file of flush marks, and what the next start makes of it.
@Suite struct FlushMarkTests {
    private let partition = TopicPartition("events", 0)
    private let topicID = TopicID.random()
    private let files = CrashFileSystem(seed: 1)
    private let path = "/data/flush-marks"
    private let log = "/data/events-0/00000000000000000000.log"

    private func open(
        _ files: CrashFileSystem, topicID: TopicID? = nil, observer: RecordingObserver = RecordingObserver(),
        _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> (store: EventStore, log: StoredLog) {
        var configuration = LogConfiguration()
        change(&configuration)
        let store = try EventStore(
            EventStore.Options(
                directory: "/data", checkpointInterval: .seconds(3600), retentionInterval: .seconds(3600),
                now: { EventStore.now }),
            observer: observer, fileSystem: files)
        let stored = try store.open(partition, topicID: topicID ?? self.topicID, configuration: configuration)
        return (store, stored)
    }

    private func append(_ count: Int, to stored: StoredLog) throws {
        for _ in 0..<count { try stored.append([String(repeating: "x", count: 200)]) }
    }

    private func flush(_ stored: StoredLog, in store: EventStore) throws {
        store.requestFlush(of: stored)
        try stored.gate.waitBlocking(for: stored.log.watermarks.logEndOffset)
    }

    private func scannedBytes(_ observer: RecordingObserver) -> Int {
        observer.seen.withLock { $0.reports.reduce(0) { $0 + $1.scannedBytes } }
    }

    // MARK: - What a start reads

    @Test func aStartAfterAKillReadsWhatNoFlushHasReached() throws {
        let (store, stored) = try open(files)
        try append(1_000, to: stored)
        try flush(stored, in: store)
        let size = stored.log.size
        try append(3, to: stored)
        let observer = RecordingObserver()
        let (next, found) = try open(files.killed(), observer: observer)
        #expect(found.log.watermarks.logEndOffset.rawValue == 1_003)
        // From the last index entry on.
        #expect(scannedBytes(observer) < 10_000 && size > 200_000)
        #expect(observer.findings.isEmpty)
        try next.close()
    }

    @Test func whatFlushesReachedIsMissedWhenItIsGone() throws {
        let (store, stored) = try open(files)
        try append(10, to: stored)
        try flush(stored, in: store)
        let left = files.killed()
        // The last batch's body is damaged: without the mark it would count as one that was never finished.
        var bytes = try #require(left.content(log))
        for index in stored.log.size - 100..<bytes.count { bytes[index] = 0 }
        left.replace(log, with: bytes)
        let observer = RecordingObserver()
        let (next, found) = try open(left, observer: observer)
        #expect(found.log.watermarks.logEndOffset.rawValue == 10, "no offset is given out twice")
        #expect(!observer.findings.isEmpty)
        try next.close()
    }

    @Test func aMarkCountsWhereNoSegmentHasABatchYet() throws {
        let (store, stored) = try open(files) { $0.segmentBytes = 2_000 }
        try append(20, to: stored)
        try stored.log.rollNow()
        try flush(stored, in: store)
        let observer = RecordingObserver()
        let (next, found) = try open(files.killed(), observer: observer) { $0.segmentBytes = 2_000 }
        #expect(found.log.watermarks.recoveryPoint.rawValue == 20)
        #expect(scannedBytes(observer) == 0)
        try next.close()
    }

    // MARK: - When a mark does not count

    @Test func aMarkOfOtherRecordsCountsForNothing() throws {
        let (store, stored) = try open(files)
        try append(5, to: stored)
        try flush(stored, in: store)
        let left = files.killed()
        // Another program has taken the log over: other records, and not all of them whole.
        var other = try #require(left.content(log))
        let marked = try #require(left.content(path))
        let copy = CrashFileSystem(seed: 2)
        let (second, written) = try open(copy)
        for index in 0..<5 { try written.append(["other \(index)" + String(repeating: "y", count: 193)]) }
        try flush(written, in: second)
        other = try #require(copy.content(log))
        for index in written.log.size - 100..<other.count { other[index] = 0 }
        let foreign = copy.killed()
        foreign.replace(log, with: other)
        foreign.replace(path, with: marked)
        let (next, found) = try open(foreign)
        #expect(found.log.watermarks.logEndOffset.rawValue == 4, "the torn batch was cut")
        try next.close()
    }

    @Test func aMarkThatIsNotWholeCountsForNothing() throws {
        let (store, stored) = try open(files)
        try append(5, to: stored)
        try flush(stored, in: store)
        let bytes = try #require(files.killed().content(path))
        for index in 64..<128 {
            let left = files.killed()
            var damaged = bytes
            damaged[index] ^= 0x10
            left.replace(path, with: damaged)
            let observer = RecordingObserver()
            let (next, found) = try open(left, observer: observer)
            try #require(found.log.watermarks.logEndOffset.rawValue == 5)
            try #require(scannedBytes(observer) > 1_000, "byte \(index)")
            try next.close()
        }
    }

    @Test func aFileOfAnotherFormatIsMadeAnew() throws {
        let (store, stored) = try open(files)
        try append(5, to: stored)
        try flush(stored, in: store)
        let left = files.killed()
        var bytes = try #require(left.content(path))
        bytes[7] = UInt8(ascii: "2")
        left.replace(path, with: bytes)
        let observer = RecordingObserver()
        let (next, found) = try open(left, observer: observer)
        #expect(observer.seen.withLock { $0.failures.map(\.code) } == [.unsupportedFormat])
        try append(1, to: found)
        try flush(found, in: next)
        #expect(try #require(left.content(path))[7] == UInt8(ascii: "1"))
        try next.close()
    }

    @Test func aFileTooLongToBeOursIsMadeAnewAndNotRead() throws {
        let directory = try TestDirectory()
        let partition = TopicPartition("marked", 0)
        let identity = TopicID(high: 1, low: 2)
        let first = try EventStore.open(directory)
        try first.open(partition, topicID: identity, configuration: LogConfiguration()).append(["a", "b"])
        try first.close()
        // A terabyte of nothing: who read it to see would need as much memory.
        let path = directory.path + "/flush-marks"
        #expect(FileManager.default.createFile(atPath: path, contents: Data()) && truncate(path, 1 << 40) == 0)
        let observer = RecordingObserver()
        let store = try EventStore.open(directory, observer: observer)
        #expect(observer.seen.withLock { $0.failures.map(\.code) } == [.unsupportedFormat])
        let found = try store.open(partition, topicID: identity, configuration: LogConfiguration())
        #expect(found.log.watermarks.logEndOffset == LogOffset(2))
        try store.close()
        #expect(try #require(FileManager.default.contents(atPath: path)).count < 4096)
    }

    @Test func aTopicOfTheSameNameHasNothingOfTheOld() throws {
        let (store, stored) = try open(files)
        try append(5, to: stored)
        try flush(stored, in: store)
        try store.delete([partition], topicID: topicID)
        let other = TopicID.random()
        let again = try store.open(partition, topicID: other, configuration: LogConfiguration())
        #expect(again.log.watermarks.logEndOffset == .zero)
        try append(2, to: again)
        let (next, found) = try open(files.killed(), topicID: other)
        #expect(found.log.watermarks.logEndOffset.rawValue == 2)
        try next.close()
    }

    /// A replica that goes to another node and comes back has the topic's identity, and the records that it had.
    @Test func aPartitionThatComesBackDoesNotMeetItsOldMark() throws {
        for seed in 0..<40 {
            let files = CrashFileSystem(seed: UInt64(seed))
            let (store, stored) = try open(files)
            try append(20, to: stored)
            try flush(stored, in: store)
            try store.delete([partition], topicID: topicID)
            let again = try store.open(partition, topicID: topicID, configuration: LogConfiguration())
            // The same bytes, none of which was synced.
            try append(20, to: again)
            var generator = SeededGenerator(seed: UInt64(seed))
            let observer = RecordingObserver()
            let (next, found) = try open(files.crashed(&generator), observer: observer)
            #expect(found.log.watermarks.recoveryPoint.rawValue <= 20)
            #expect(observer.damage.isEmpty)
            #expect(!observer.findings.contains { $0.contains("were there once") || $0.contains("is damaged") })
            try next.close()
        }
    }

    // MARK: - Truncation

    @Test func aTruncationThatCannotClearTheMarkDropsNothing() throws {
        let (store, stored) = try open(files)
        try append(10, to: stored)
        try flush(stored, in: store)
        files.fail(.syncData, after: 0)
        #expect(throws: LogError.self) { try store.truncate(stored, to: LogOffset(5)) }
        #expect(stored.log.failure == nil && stored.log.watermarks.logEndOffset == LogOffset(10))
        try store.truncate(stored, to: LogOffset(5))
        let (next, found) = try open(files.killed())
        #expect(found.log.watermarks.logEndOffset == LogOffset(5))
        try next.close()
    }

    @Test func aFollowerTruncatesByEpochAndKeepsItsMarkInStep() throws {
        for seed in 0..<40 {
            let files = CrashFileSystem(seed: UInt64(seed))
            let (store, stored) = try open(files)
            try append(10, to: stored)
            try flush(stored, in: store)
            let answer = LeaderEpochHistory.Entry(epoch: LeaderEpoch(0), startOffset: LogOffset(4))
            let cut = try store.truncate(stored, toEndOf: answer)
            #expect(cut.logEndOffset == LogOffset(4) && cut.isComplete)
            for index in 4..<8 { try stored.append(["new \(index)"]) }
            var generator = SeededGenerator(seed: UInt64(seed))
            let observer = RecordingObserver()
            let (next, found) = try open(files.crashed(&generator), observer: observer)
            #expect((4...8).contains(found.log.watermarks.logEndOffset.rawValue), "no gap where the mark was")
            try store.truncateFully(stored, startingAt: LogOffset(500))
            #expect(stored.log.watermarks.logStartOffset == LogOffset(500))
            let (last, empty) = try open(files.crashed(&generator))
            #expect(empty.log.watermarks.logEndOffset.rawValue <= 500)
            try next.close()
            try last.close()
        }
    }

    @Test func aFullDiskCostsTheMarkAndNothingElse() throws {
        let observer = RecordingObserver()
        let (store, stored) = try open(files, observer: observer)
        try append(100, to: stored)
        try flush(stored, in: store)
        try append(1, to: stored)
        // The append has written; the next write is the mark's, of which a part is taken.
        files.fail(.write, after: 0, with: ENOSPC)
        try flush(stored, in: store)
        #expect(files.stopFailing() == .write)
        let (second, found) = try open(files.killed())
        #expect(found.log.watermarks.logEndOffset.rawValue == 101)
        try second.close()
        #expect(stored.log.failure == nil && observer.seen.withLock { $0.failures.isEmpty })
        try append(1, to: stored)
        try flush(stored, in: store)
        let last = RecordingObserver()
        let (third, _) = try open(files.killed(), observer: last)
        #expect(scannedBytes(last) < 10_000, "from the last index entry on")
        try third.close()
        try store.close()
    }
}
