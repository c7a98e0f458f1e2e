import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// One test for each way in which a disk, a power cut or an unlucky order of things can go against a log.
@Suite struct StorageFaultTests {
    let files = CrashFileSystem(seed: 1)
    let path = PartitionLogCrashTests.path

    private func open(
        _ files: CrashFileSystem? = nil, at path: String? = nil, recoveryPoint: Int64 = 0,
        observer: RecordingObserver = RecordingObserver(), _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 200
        change(&configuration)
        return try PartitionLog.open(
            path ?? self.path, configuration: configuration, known: .init(recoveryPoint: LogOffset(recoveryPoint)),
            observer: observer, fileSystem: files ?? self.files)
    }

    private func values(_ log: PartitionLog) throws -> [String] {
        try log.records(from: log.watermarks.logStartOffset).map { $0.value?.string ?? "" }
    }

    /// What any of many power cuts at this moment leaves.
    private func forEachPowerCut(_ body: (CrashFileSystem) throws -> Void) throws {
        for seed in 0..<40 {
            var generator = SeededGenerator(seed: UInt64(seed))
            try body(files.crashed(&generator))
        }
    }

    // MARK: - Failed calls

    @Test func whatAFailedSyncLeftInThePageCacheIsWrittenAgainBeforeItIsTrusted() throws {
        let log = try open()
        for index in 0..<10 { try log.append(["value \(index) " + String(repeating: "y", count: 300)]) }
        files.fail(.syncData, after: 0)
        #expect(throws: LogError.self) { try log.flush() }
        let reopened = try open()
        #expect(reopened.watermarks.recoveryPoint.rawValue == 10)
        try forEachPowerCut { files in
            let left = try open(files, recoveryPoint: 10)
            #expect(try values(left).count == 10)
        }
    }

    @Test func aRollThatFailsLeavesNoEmptySegmentBehind() throws {
        for call in [CrashFileSystem.Call.open, .map, .size, .truncate, .rename, .list, .write] {
            for count in 0..<6 {
                let files = CrashFileSystem(seed: 1)
                let log = try open(files) { $0.segmentBytes = 1_000 }
                let big = String(repeating: "z", count: 700)
                try log.append([big])
                files.fail(call, after: count, with: ENOSPC)
                _ = try? log.append([big])
                guard files.stopFailing() != nil, log.failure == nil else { continue }
                // A smaller batch finds room in the old segment, and must be found again.
                try log.append(["small"])
                try log.flush()
                var generator = SeededGenerator(seed: UInt64(count))
                let reopened = try open(
                    files.crashed(&generator), recoveryPoint: log.watermarks.logEndOffset.rawValue)
                #expect(try values(reopened).last == "small", "\(call) \(count)")
                #expect(reopened.watermarks == log.watermarks)
            }
        }
    }

    @Test func aSyncWithoutRoomIsNoFullDiskToWaitFor() throws {
        let observer = RecordingObserver()
        let log = try open(observer: observer)
        try log.append(["one"])
        files.fail(.syncData, after: 0, with: ENOSPC)
        let error = #expect(throws: LogError.self) { try log.flush() }
        #expect(error?.code == .io && error?.isRetriable == false)
        #expect(log.failure != nil && observer.failures.count == 1)
    }

    @Test func aFailureInAnyWriterTakesTheLogOffline() throws {
        let attempts: [(CrashFileSystem.Call, (PartitionLog) throws -> Void)] = [
            (.truncate, { try $0.rollNow() }),
            (.truncate, { _ = try $0.deleteOldSegments(now: Timestamp(milliseconds: 1 << 50)) }),
            (.unlink, { try $0.truncate(to: LogOffset(3)) }),
            (.write, { _ = try $0.append(["fails"]) }),
        ]
        for (call, attempt) in attempts {
            let files = CrashFileSystem(seed: 1)
            let observer = RecordingObserver()
            let log = try open(files, observer: observer)
            for index in 0..<5 { try log.append(["value \(index)"]) }
            files.fail(call, after: 0)
            #expect(throws: LogError.self) { try attempt(log) }
            #expect(log.failure?.code == .io, "\(call)")
            #expect(observer.failures.count == 1, "\(call)")
            #expect(#expect(throws: LogError.self) { try log.append(["refused"]) }?.code == .readOnly)
        }
    }

    @Test func aTruncationThatCannotBeginChangesNothing() throws {
        let log = try open()
        for index in 0..<5 { try log.append(["value \(index)"]) }
        try log.flush()
        files.fail(.read, after: 0)
        #expect(throws: LogError.self) { try log.truncate(to: LogOffset(2)) }
        #expect(throws: LogError.self) {
            try log.truncate(to: LogOffset(2)) { _ throws(LogError) in throw LogError(.storageFull, "no room") }
        }
        #expect(log.failure == nil)
        #expect(try values(log).count == 5)
        try log.append(["goes on"])
    }

    @Test func aWriteThatCannotBeTakenBackTakesTheLogOffline() throws {
        let log = try open()
        try log.append(["one"])
        files.fail(.write, after: 0, with: ENOSPC)
        let batch = try Batches.make([String(repeating: "x", count: 5_000)])
        #expect(throws: LogError.self) {
            try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
        }
        #expect(log.failure == nil, "it was taken back")
        let size = try #require(files.content(path + "/00000000000000000000.log")).count
        #expect(size == log.size)
        try log.append(["two"])
        #expect(try values(log) == ["one", "two"])
    }

    @Test func anAppendThatFoundNoRoomCanBeMadeAgainWithTheSameBytes() throws {
        // The first to ask for room is the log, which can do with less; the second its index, which cannot.
        for (call, count) in [(CrashFileSystem.Call.allocate, 1), (.write, 0)] {
            let files = CrashFileSystem(seed: 1)
            let log = try open(files) {
                $0.timestampType = .logAppendTime
                $0.indexIntervalBytes = 0
            }
            let batch = try Batches.make(["value"], timestamp: 77)
            let bytes = batch.array
            files.fail(call, after: count, with: ENOSPC)
            let error = #expect(throws: LogError.self) {
                try log.append(batch, from: .coordinator(LeaderEpoch(-1)), now: PartitionLog.now)
            }
            #expect(error?.isRetriable == true)
            #expect(batch.array == bytes)
            let result = try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
            #expect(result.logAppendTime == PartitionLog.now)
            #expect(try values(log) == ["value"])
        }
    }

    @Test func anIndexThatCannotBeOpenedIsNoMissingOne() throws {
        let log = try open { $0.segmentBytes = 600 }
        for index in 0..<30 { try log.append(["value \(index)"]) }
        try log.close()
        let indexes = files.names(path).filter { $0.hasSuffix("index") }
        let contents = indexes.map { files.content(path + "/" + $0) }
        for count in 0..<100 {
            files.fail(.open, after: count, with: EACCES)
            let error = #expect(throws: LogError.self) { try open(recoveryPoint: 30) { $0.segmentBytes = 600 } }
            guard files.stopFailing() != nil else { break }
            try #require(error?.code == .io)
            try #require(indexes.dropLast(2).map { files.content(path + "/" + $0) } == contents.dropLast(2))
            if count == indexes.count { break }
        }
        files.fail(.access, after: 1, with: EACCES)
        #expect(throws: LogError.self) { try open(recoveryPoint: 30) { $0.segmentBytes = 600 } }
    }

    @Test func aDeletionThatFailedIsFinishedBeforeTheNext() throws {
        let log = try open {
            $0.segmentBytes = 200
            $0.retentionBytes = 600
        }
        for index in 0..<12 { try log.append(["value \(index)"]) }
        try log.flush()
        log.advanceHighWatermark(to: LogOffset(12))
        files.fail(.unlink, after: 4, with: EIO)
        #expect(throws: LogError.self) { try log.deleteOldSegments(now: PartitionLog.now) }
        #expect(files.stopFailing() == .unlink)
        func logFiles() -> Int { files.names(path).filter { $0.hasSuffix(".log") }.count }
        #expect(logFiles() > log.segmentBaseOffsets.count)
        let left = logFiles() - log.segmentBaseOffsets.count
        for index in 12..<20 { try log.append(["value \(index)"]) }
        try log.flush()
        log.advanceHighWatermark(to: LogOffset(20))
        #expect(try log.deleteOldSegments(now: PartitionLog.now).count > left)
        #expect(logFiles() == log.segmentBaseOffsets.count)
    }

    // MARK: - Power cuts

    @Test func aSegmentThatEndsEarlyEndsTheLogAboveTheRecoveryPoint() throws {
        let log = try open { $0.segmentBytes = 3_000 }
        for index in 0..<12 { try log.append(["\(index) " + String(repeating: "z", count: 900)]) }
        let bases = log.segmentBaseOffsets.map(\.rawValue)
        try #require(bases.count >= 4)
        let name = path + "/" + FileNames.segment(LogOffset(bases[1]), ".log")
        var bytes = try #require(files.content(name))
        // A sector of the segment's second batch never reached the device.
        for index in 1_024..<1_536 { bytes[index] = 0 }
        files.replace(name, with: bytes)
        let observer = RecordingObserver()
        let reopened = try open(recoveryPoint: 1, observer: observer) { $0.segmentBytes = 3_000 }
        #expect(reopened.watermarks.logEndOffset.rawValue == bases[1] + 1)
        #expect(try values(reopened).count == Int(bases[1]) + 1)
        for base in bases[2...] {
            let dropped = FileNames.segment(LogOffset(base), ".log")
            #expect(observer.report.findings.contains { $0.contains(dropped) && $0.contains("dropped") })
            #expect(files.names(path).contains(dropped + ".deleted"))
        }
        #expect(try reopened.append(["next"]).firstOffset.rawValue == bases[1] + 1)
        // Below the recovery point the same is a loss of what was promised: nothing is taken away.
        try reopened.close()
    }

    @Test func aSegmentThatLostPromisedRecordsTakesNoOtherWithIt() throws {
        let log = try open { $0.segmentBytes = 3_000 }
        for index in 0..<12 { try log.append(["\(index) " + String(repeating: "z", count: 900)]) }
        try log.flush()
        let bases = log.segmentBaseOffsets.map(\.rawValue)
        let name = path + "/" + FileNames.segment(LogOffset(bases[1]), ".log")
        files.replace(name, with: Array(try #require(files.content(name)).prefix(1_200)))
        for recoveryPoint in [12, bases[1] + 2] {
            let observer = RecordingObserver()
            let reopened = try open(recoveryPoint: recoveryPoint, observer: observer) { $0.segmentBytes = 3_000 }
            #expect(reopened.watermarks.logEndOffset.rawValue == 12)
            #expect(reopened.segmentBaseOffsets.map(\.rawValue) == bases)
            #expect(!observer.report.findings.isEmpty)
        }
    }

    @Test func whatAStartFoundOutlivesThePowerCutAfterIt() throws {
        let log = try open(at: "/a/b/c") { $0.segmentBytes = 600 }
        for index in 0..<20 { try log.append(["value \(index)"]) }
        // The process is killed: its segments are there, their names are not durable.
        let reopened = try open(at: "/a/b/c") { $0.segmentBytes = 600 }
        #expect(reopened.watermarks.recoveryPoint.rawValue == 20)
        try forEachPowerCut { files in
            let log = try open(files, at: "/a/b/c", recoveryPoint: 20) { $0.segmentBytes = 600 }
            #expect(try values(log) == (0..<20).map { "value \($0)" })
        }
    }

    @Test func theDirectoriesAboveAFlushedLogAreDurable() throws {
        let log = try open(at: "/some/where/deep/events-0")
        try log.append(["one"])
        try log.flush()
        try forEachPowerCut { files in
            let left = try open(files, at: "/some/where/deep/events-0", recoveryPoint: 1)
            #expect(try values(left) == ["one"])
        }
    }

    @Test func noPowerCutBringsBackWhatWasTruncated() throws {
        let log = try open { $0.segmentBytes = 600 }
        for index in 0..<30 { try log.append(["old \(index)"]) }
        try log.flush()
        var lowered: LogOffset?
        try log.truncate(to: LogOffset(4)) { point throws(LogError) in lowered = point }
        #expect(lowered == LogOffset(4) && log.watermarks.recoveryPoint == LogOffset(4))
        try forEachPowerCut { files in
            let reopened = try open(files, recoveryPoint: 4) { $0.segmentBytes = 600 }
            #expect(try values(reopened) == (0..<4).map { "old \($0)" })
        }
    }

    @Test func aTruncationWithinTheFirstBatchDoesNotMoveTheLogStartBack() throws {
        let log = try open()
        try log.append((0..<10).map { "first \($0)" })
        try log.append(["second"])
        log.advanceHighWatermark(to: LogOffset(6))
        try log.advanceLogStart(to: LogOffset(5))
        try log.truncate(to: LogOffset(7))
        #expect(log.watermarks.logStartOffset.rawValue == 5 && log.watermarks.logEndOffset.rawValue == 5)
        #expect(try log.append(["again"]).firstOffset.rawValue == 5)
        #expect(try values(log) == ["again"])
        try log.flush()
        try forEachPowerCut { files in
            let reopened = try PartitionLog.open(
                path, configuration: LogConfiguration(), known: .init(), observer: SilentObserver(), fileSystem: files)
            #expect(try values(reopened) == ["again"])
        }
    }

    /// A sync that began before a truncation must not vouch for what was appended since.
    @Test func aFlushBesideATruncationPromisesNothingThatIsNotThere() throws {
        for round in 0..<60 {
            let files = CrashFileSystem(seed: UInt64(round))
            let log = try open(files)
            for index in 0..<20 { try log.append(["old \(index)"]) }
            try onThreads([
                { for _ in 0..<3 { try log.flush() } },
                {
                    try log.truncate(to: LogOffset(3))
                    for index in 3..<20 { try log.append(["new \(index)"]) }
                },
            ])
            let promised = log.watermarks.recoveryPoint
            var generator = SeededGenerator(seed: UInt64(round))
            let reopened = try open(files.crashed(&generator), recoveryPoint: promised.rawValue)
            let expected = (0..<promised.rawValue).map {
                $0 < 3 || log.watermarks.logEndOffset == .zero ? "old \($0)" : "new \($0)"
            }
            try #require(Array(try values(reopened).prefix(expected.count)) == expected)
        }
    }

    // MARK: - Files and settings

    @Test func retentionNeverTouchesTheLogThatTookThePath() throws {
        let directory = try TestDirectory()
        var configuration = LogConfiguration()
        configuration.segmentBytes = 100
        configuration.retentionBytes = 0
        let old = try PartitionLog.open(directory.log, configuration: configuration)
        for index in 0..<10 { try old.append(["old \(index)"]) }
        old.advanceHighWatermark(to: LogOffset(10))
        try FileManager.default.moveItem(atPath: directory.log, toPath: directory.path + "/doomed")
        let new = try PartitionLog.open(directory.log, configuration: configuration)
        for index in 0..<10 { try new.append(["new \(index)"]) }
        let names = try directory.names()
        #expect(try old.deleteOldSegments(now: PartitionLog.now).count > 2)
        #expect(try directory.names() == names)
        #expect(try values(new) == (0..<10).map { "new \($0)" })
    }

    @Test func offsetsThatALeaderLeftOutAreNoDamage() throws {
        let log = try open()
        for offset in [Int64(0), 1, 5, 9] {
            let batch = Batches.stamped(try Batches.make(["value \(offset)"]), offset: offset, epoch: 1)
            _ = try log.append(batch, from: .leader, now: PartitionLog.now)
        }
        try log.flush()
        #expect(files.names(path).contains(FileNames.offsetGaps))
        for recoveryPoint: Int64 in [0, 6, 10] {
            let observer = RecordingObserver()
            let reopened = try open(recoveryPoint: recoveryPoint, observer: observer)
            #expect(reopened.watermarks.logEndOffset.rawValue == 10)
            #expect(observer.report.findings.isEmpty)
            #expect(try values(reopened) == ["value 0", "value 1", "value 5", "value 9"])
        }
    }

    @Test func bytesAppendedAfterACrashNeedNoSecondLook() throws {
        let directory = try TestDirectory()
        let log = try PartitionLog.open(directory.log)
        try log.append(["one"])
        let copy = try directory.snapshot()
        let reopened = try PartitionLog.open(copy.log)
        try reopened.append(["two"])
        for offset: Int64 in 0..<2 {
            let slice = try reopened.read(from: LogOffset(offset), upTo: .logEnd, limit: 1 << 20, mustProgress: true)
                .slice
            #expect(slice?.isVerified == true)
        }
    }

    @Test func newSettingsTakeForceWithTheNextAppend() throws {
        let log = try open()
        try log.append([String(repeating: "x", count: 500)])
        var configuration = log.configuration
        configuration.segmentBytes = 600
        try log.apply(configuration)
        try log.append([String(repeating: "x", count: 500)])
        #expect(log.segmentBaseOffsets.map(\.rawValue) == [0, 1])
    }

    @Test func indexesAreWrittenWhereTheirRoomCannotBeReserved() throws {
        files.refuseAllocation()
        let log = try open {
            $0.indexMaxBytes = 8_000
            $0.indexIntervalBytes = 0
        }
        let writes = files.count(of: .write)
        try log.append(["value"])
        #expect(files.count(of: .write) > writes + 2, "zeros for both indexes, and the batch")
        for index in 0..<100 { try log.append(["value \(index)"]) }
        try log.close()
        #expect(try values(open(recoveryPoint: 101)).count == 101)
    }

    @Test func aLengthThatIsWrongAsksForNoMoreMemory() throws {
        let log = try open()
        for _ in 0..<12 { try log.append([String(repeating: "x", count: 1_000_000)]) }
        try log.close()
        let name = path + "/00000000000000000000.log"
        var bytes = try #require(files.content(name))
        // The first batch says that it is eleven million bytes long.
        for (index, byte) in [UInt8(0x00), 0xA8, 0x00, 0x00].enumerated() { bytes[8 + index] = byte }
        files.replace(name, with: bytes)
        let reopened = try open()
        #expect(reopened.watermarks.logEndOffset.rawValue == 12)
        #expect(throws: LogError.self) { try reopened.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true) }
        #expect(files.largestRead <= 4 << 20)
    }
}
