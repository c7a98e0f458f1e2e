import Foundation
import LogCore
import RecordFormat
import Testing

/// What compaction keeps and drops, case by case.
@Suite struct CompactionTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test func theLastRecordOfEachKeyStaysAtItsOffset() throws {
        let log = try CompactedLog.make(
            directory, [["a=1 b=1 c=1", "a=2"], ["b=2 a=3"], ["c=2"]])
        let report = try #require(try log.compactAll())
        // The active segment is not looked at: c keeps its older value too.
        #expect(try log.text() == "2:c=1 4:b=2 5:a=3 6:c=2")
        #expect(report.cleanedOffset == LogOffset(6) && log.cleanedOffset == LogOffset(6))
        #expect(report.recordsRead == 6 && report.recordsKept == 3 && report.keys == 3)
        #expect(report.segmentsReplaced == 2 && report.segmentsWritten == 1 && report.bytesFreed > 0)
        #expect(log.segmentBaseOffsets.map(\.rawValue) == [0, 6])
        // A reader that asks for an offset that is gone gets the next one.
        #expect(try log.text(from: LogOffset(3)) == "4:b=2 5:a=3 6:c=2")
        #expect(try log.compactAll() == nil)
    }

    /// 1. A log is compacted, which leaves holes in a segment;
    /// 2. a truncation makes that segment the active one, and the topic's policy becomes `delete`;
    /// 3. the process dies, and the next start must not take the holes for damage to what was not flushed.
    @Test func aPolicyThatNoLongerCompactsDoesNotTurnHolesIntoDamage() throws {
        let log = try CompactedLog.make(directory, [["a=1", "b=1", "b=2", "c=1"], ["d=1"]])
        try log.compactAll()
        try log.truncate(to: LogOffset(3))
        #expect(try log.text() == "0:a=1 2:b=2")
        var configuration = CompactedLog.configuration
        configuration.cleanupPolicy = .delete
        let left = try directory.snapshot()
        let observer = RecordingObserver()
        let opened = try PartitionLog.open(left.log, configuration: configuration, observer: observer)
        #expect(try opened.text() == "0:a=1 2:b=2" && opened.watermarks.logEndOffset == LogOffset(3))
        #expect(observer.damage.isEmpty && observer.report.trimmedBytes == 0)
    }

    @Test func nothingAboveTheHighWatermarkIsTouched() throws {
        let log = try PartitionLog.open(directory.log, configuration: CompactedLog.configuration)
        for text in ["a=1", "a=2", "a=3", "a=4"] {
            try log.append(keyed: text)
            try log.rollNow()
        }
        #expect(try log.compactAll() == nil)
        log.advanceHighWatermark(to: LogOffset(2))
        #expect(try log.compactAll()?.cleanedOffset == LogOffset(2))
        #expect(try log.text() == "1:a=2 2:a=3 3:a=4")
        log.advanceHighWatermark(to: LogOffset(4))
        try log.compactAll()
        #expect(try log.text() == "3:a=4")
    }

    @Test func aTombstoneStaysForItsTimeFromTheFirstCompactionOn() throws {
        var configuration = CompactedLog.configuration
        configuration.deleteRetention = .milliseconds(1000)
        let log = try CompactedLog.make(directory, [["a=1 b=1"], ["a"], ["c=1"]], configuration: configuration)
        try log.compactAll(at: at(5_000_000))
        #expect(try log.text() == "1:b=1 2:a 3:c=1")
        func compactAgain(at time: Int64) throws -> String {
            try log.rollNow()
            try log.append(keyed: "d=\(time)")
            log.advanceHighWatermark(to: log.watermarks.logEndOffset)
            try log.compactAll(at: at(time))
            return try log.text()
        }
        #expect(try compactAgain(at: 5_000_999).hasPrefix("1:b=1 2:a 3:c=1"))
        #expect(try compactAgain(at: 5_001_000).hasPrefix("1:b=1 3:c=1"))
        // The records' own times have not changed.
        #expect(try log.records(from: .zero).allSatisfy { $0.timestamp == CompactedLog.now })
    }

    /// Kafka's way to say "for ever" is the largest number of milliseconds.
    @Test func aTombstoneMayStayForEver() throws {
        var configuration = CompactedLog.configuration
        configuration.deleteRetention = .milliseconds(Int64.max)
        let log = try CompactedLog.make(directory, [["a=1"], ["a"], ["b=1"]], configuration: configuration)
        try log.compactAll(at: at(5_000_000))
        try log.rollNow()
        try log.append(keyed: "b=2")
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.compactAll(at: at(.max - 1))
        #expect(try log.text() == "1:a 2:b=1 3:b=2")
        configuration.minCompactionLag = .milliseconds(Int64.max)
        try log.apply(configuration)
        #expect(try log.compactionNeed(now: at(5_000_000))?.isDue == false)
    }

    @Test func deleteHorizonsSurviveAReopening() throws {
        var configuration = CompactedLog.configuration
        configuration.deleteRetention = .milliseconds(1000)
        let log = try CompactedLog.make(directory, [["a=1"], ["a"], ["b=1"]], configuration: configuration)
        try log.compactAll(at: at(5_000))
        try log.close()
        let again = try PartitionLog.open(
            directory.log, configuration: configuration,
            known: .init(recoveryPoint: LogOffset(3), highWatermark: LogOffset(3)))
        try again.rollNow()
        try again.compactAll(at: at(6_000))
        #expect(try again.text() == "2:b=1")
    }

    @Test func aProducersLastSequenceOutlivesItsRecords() throws {
        let log = try PartitionLog.open(directory.log, configuration: CompactedLog.configuration)
        func append(_ text: String, sequence: Int32) throws -> AppendResult {
            try log.append(
                keyed: text,
                producer: .init(id: ProducerID(5), epoch: ProducerEpoch(1), baseSequence: SequenceNumber(sequence)))
        }
        _ = try append("a=1 b=1", sequence: 0)
        _ = try append("a=2 b=2", sequence: 2)
        try log.append(keyed: "a=3 b=3")
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.compactAll()
        #expect(try log.text() == "4:a=3 5:b=3")
        let crashed = try directory.snapshot()
        // Without snapshots the batches are all that tells.
        for name in try crashed.names() where name.hasSuffix(FileNames.Suffix.producerSnapshot) {
            try crashed.remove(name)
        }
        let again = try PartitionLog.open(crashed.log, configuration: CompactedLog.configuration)
        let gap = #expect(throws: LogError.self) {
            try again.append(
                keyed: "c=1",
                producer: .init(id: ProducerID(5), epoch: ProducerEpoch(1), baseSequence: SequenceNumber(9)))
        }
        #expect(gap?.code == .outOfOrderSequence)
        let duplicate = try again.append(
            keyed: "a=2 b=2",
            producer: .init(id: ProducerID(5), epoch: ProducerEpoch(1), baseSequence: SequenceNumber(2)))
        #expect(duplicate.isDuplicate && duplicate.firstOffset == LogOffset(2))
    }

    @Test func recordsWithoutKeyGoAndAreNoReasonToFail() throws {
        var configuration = CompactedLog.configuration
        configuration.cleanupPolicy = .delete
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        try log.append(["no key"])
        try log.append(keyed: "a=1")
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.apply(CompactedLog.configuration)
        try log.compactAll()
        #expect(try log.text() == "1:a=1")
    }

    @Test func youngRecordsWaitForTheMinimumLag() throws {
        var configuration = CompactedLog.configuration
        configuration.minCompactionLag = .seconds(10)
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        for (text, time) in [("a=1", 1_000_000), ("a=2", 1_005_000), ("a=3", 1_012_000), ("a=4", 1_013_000)] {
            try log.append(keyed: text, at: at(Int64(time)))
            try log.rollNow()
        }
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        let need = try #require(try log.compactionNeed(now: at(1_015_000)))
        #expect(need.firstUncleanableOffset == LogOffset(2))
        try log.compactAll(at: at(1_015_000))
        #expect(try log.text() == "1:a=2 2:a=3 3:a=4")
    }

    @Test func theMaximumLagRollsAndMakesCompactionDue() throws {
        var configuration = CompactedLog.configuration
        configuration.maxCompactionLag = .seconds(60)
        configuration.minCleanableRatio = 1
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        try log.append(keyed: "a=1 a=2")
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.rollForCompaction(now: at(CompactedLog.now.milliseconds + 60_000))
        #expect(log.segmentBaseOffsets.count == 1)
        let late = at(CompactedLog.now.milliseconds + 60_001)
        try log.rollForCompaction(now: late)
        #expect(log.segmentBaseOffsets.count == 2)
        #expect(try log.compactionNeed(now: late)?.isDue == true)
        #expect(try log.compactionNeed(now: CompactedLog.now)?.isDue == false)
        try log.compactAll(at: late)
        #expect(try log.text() == "1:a=2")
        // Appends roll in time too.
        try log.append(keyed: "b=1")
        try log.append(keyed: "b=2", at: late)
        #expect(log.segmentBaseOffsets.map(\.rawValue) == [0, 2, 3])
    }

    @Test func theDirtyRatioDecides() throws {
        var configuration = CompactedLog.configuration
        configuration.minCleanableRatio = 0.6
        let log = try CompactedLog.make(
            directory, [["a=1 b=1 c=1"], ["d=1 e=1 f=1"], ["g=1"]], configuration: configuration)
        #expect(try log.compactionNeed(now: CompactedLog.now)?.isDue == true)
        try log.compactAll()
        try log.append(keyed: "a=2 b=2 c=2 d=2 e=2 f=2")
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        let need = try #require(try log.compactionNeed(now: CompactedLog.now))
        #expect(need.dirtyRatio > 0.3 && need.dirtyRatio < 0.6 && !need.isDue, "\(need)")
        configuration.minCleanableRatio = 0.2
        try log.apply(configuration)
        #expect(try log.compactionNeed(now: CompactedLog.now)?.isDue == true)
    }

    @Test func aLogThatOnlyDeletesIsNeverDue() throws {
        let log = try PartitionLog.open(directory.log)
        try log.append(["x"])
        try log.rollNow()
        #expect(try log.compactionNeed(now: CompactedLog.now) == nil)
    }

    @Test func aFullMapCompactsWhatItKnowsAndGoesOnFromThere() throws {
        let log = try CompactedLog.make(
            directory, [["a=1 b=1 a=2 c=1 b=2 a=3"], ["c=2 a=4"], ["z=1"]])
        var ends: [Int64] = []
        while let report = try log.compact(
            now: CompactedLog.now, budget: CompactionBudget(mapBytes: 2 * 24, mapLoadFactor: 1))
        {
            ends.append(report.cleanedOffset.rawValue)
            #expect(report.ranOutOfMap == (report.cleanedOffset < LogOffset(8)))
        }
        #expect(ends.last == 8 && ends.count > 2 && ends == ends.sorted())
        #expect(try log.text() == "4:b=2 6:c=2 7:a=4 8:z=1")
    }

    @Test func damageStopsItAndStaysAsItIs() throws {
        let log = try CompactedLog.make(directory, [["a=1", "a=2", "a=3"], ["b=1"]])
        try log.close()
        // In the record of the batch in the middle.
        let size = try directory.bytes(FileNames.segment(.zero, FileNames.Suffix.log)).count
        try directory.flip(bit: (size / 3 * 2 - 3) * 8, in: FileNames.segment(.zero, FileNames.Suffix.log))
        let before = try directory.bytes(FileNames.segment(.zero, FileNames.Suffix.log))
        let again = try PartitionLog.open(
            directory.log, configuration: CompactedLog.configuration,
            known: .init(recoveryPoint: LogOffset(4), highWatermark: LogOffset(4)))
        let error = #expect(throws: LogError.self) { try again.compactAll() }
        #expect(error?.code == .corruptBatch && again.failure == nil)
        #expect(try directory.bytes(FileNames.segment(.zero, FileNames.Suffix.log)) == before)
        #expect(try directory.names().allSatisfy { !$0.hasSuffix(FileNames.Suffix.cleaned) })
        try again.append(keyed: "c=1")
    }

    @Test func truncationCallsACompactionOff() throws {
        let log = try PartitionLog.open(directory.log, configuration: CompactedLog.configuration)
        for index in 0..<5 {
            try log.append(keyed: "a=\(index)")
            try log.rollNow()
        }
        log.advanceHighWatermark(to: LogOffset(3))
        let budget = CompactionBudget { [log] _ in (try? log.truncate(to: LogOffset(4))) != nil }
        #expect(try log.compact(now: CompactedLog.now, budget: budget) == nil)
        #expect(try log.text() == "0:a=0 1:a=1 2:a=2 3:a=3")
        #expect(try directory.names().allSatisfy { !$0.hasSuffix(FileNames.Suffix.cleaned) })
        try log.append(keyed: "a=5")
        try log.compactAll()
        #expect(try log.text() == "2:a=2 3:a=3 4:a=5")
    }

    @Test func retentionGoesBeforeACompactionThatRunsMeanwhile() throws {
        let log = try PartitionLog.open(directory.log, configuration: CompactedLog.configuration)
        for index in 0..<5 {
            try log.append(keyed: "a=\(index)")
            try log.rollNow()
        }
        log.advanceHighWatermark(to: LogOffset(5))
        let budget = CompactionBudget { [log] _ in (try? log.advanceLogStart(to: LogOffset(2))) != nil }
        #expect(try log.compact(now: CompactedLog.now, budget: budget) == nil)
        #expect(try log.text(from: LogOffset(2)) == "2:a=2 3:a=3 4:a=4")
        #expect(log.segmentBaseOffsets.first == LogOffset(2))
        try log.compactAll()
        #expect(try log.text(from: LogOffset(2)) == "4:a=4")
    }

    @Test func bothPoliciesTogetherCompactAndDelete() throws {
        var configuration = CompactedLog.configuration
        configuration.cleanupPolicy = [.compact, .delete]
        configuration.retention = .seconds(100)
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        for (text, time) in [("a=1", 1_000_000), ("a=2", 1_001_000), ("b=1", 1_200_000)] {
            try log.append(keyed: text, at: at(Int64(time)))
            try log.rollNow()
        }
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.compactAll(at: at(1_050_000))
        #expect(try log.text() == "1:a=2 2:b=1")
        try log.apply(configuration)
        try log.deleteOldSegments(now: at(1_250_000))
        // One segment came of all three, and it is as young as its last record.
        #expect(try log.text() == "1:a=2 2:b=1")
        try log.deleteOldSegments(now: at(1_301_000))
        #expect(log.watermarks.logStartOffset == LogOffset(3))
    }

    @Test func readersFinishWithWhatTheyHold() throws {
        let log = try CompactedLog.make(directory, [["a=1", "a=2"], ["b=1"]])
        let slice = try #require(
            try log.read(from: .zero, upTo: .highWatermark, limit: 1 << 20, mustProgress: true).slice)
        try log.compactAll()
        var batches = RecordBatchSequence(try slice.readBytes())
        #expect(try batches.next()?.records().first?.value?.string == "1")
        #expect(try log.text() == "1:a=2 2:b=1")
    }

    @Test func aCompactedLogThatOnlyDeletesFromNowOnIsNotTakenForDamaged() throws {
        let log = try CompactedLog.make(directory, [["a=1", "b=1", "a=2", "b=2"], ["a=3 b=3"], ["c=1"]])
        try log.compactAll()
        try log.close()
        let observer = RecordingObserver()
        let again = try PartitionLog.open(
            directory.log, known: .init(recoveryPoint: LogOffset(7), highWatermark: LogOffset(7)), observer: observer)
        #expect(try again.text() == "4:a=3 5:b=3 6:c=1")
        #expect(observer.report.findings.isEmpty, "\(observer.report.findings)")
        // Nor when every segment is read anew.
        try again.close()
        let scanned = RecordingObserver()
        _ = try PartitionLog.open(directory.log, observer: scanned)
        #expect(scanned.report.findings.isEmpty, "\(scanned.report.findings)")
    }
}
