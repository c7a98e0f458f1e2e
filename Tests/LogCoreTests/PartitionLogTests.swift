import LogCore
import RecordFormat
import Testing

@Suite struct PartitionLogTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    func open(
        _ known: PartitionLog.OpenState = .init(), _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> PartitionLog {
        var configuration = LogConfiguration()
        change(&configuration)
        return try PartitionLog.open(directory.log, configuration: configuration, known: known)
    }

    @Test func recordsComeBackInOrderAcrossRollsAndAReopening() throws {
        let log = try open { $0.segmentBytes = 1000 }
        for index in 0..<50 {
            #expect(try log.append(["a\(index)", "b\(index)"]).firstOffset.rawValue == Int64(index * 2))
        }
        #expect(log.segmentBaseOffsets.count > 3)
        let expected = (0..<50).flatMap { ["a\($0)", "b\($0)"] }
        #expect(try log.records(from: .zero).map { $0.value?.string } == expected)
        try log.close()
        let again = try open(.init(recoveryPoint: LogOffset(100))) { $0.segmentBytes = 1000 }
        #expect(again.watermarks.logEndOffset.rawValue == 100)
        #expect(try again.records(from: .zero, limit: 100).map { $0.value?.string } == expected)
        #expect(try again.append(["next"]).firstOffset.rawValue == 100)
        #expect(try again.records(from: LogOffset(99)).map { $0.value?.string } == ["b49", "next"])
    }

    @Test func readersStopAtTheirBound() throws {
        let log = try open()
        for index in 0..<10 { try log.append(["\(index)"]) }
        #expect(try log.read(from: .zero, upTo: .highWatermark, limit: 1000, mustProgress: true).slice == nil)
        log.advanceHighWatermark(to: LogOffset(4))
        #expect(try log.records(from: .zero, upTo: .highWatermark).count == 4)
        #expect(try log.records(from: LogOffset(4), upTo: .highWatermark).isEmpty)
        log.advanceHighWatermark(to: LogOffset(3))
        #expect(log.watermarks.highWatermark.rawValue == 4)
        log.advanceHighWatermark(to: LogOffset(1000))
        #expect(log.watermarks.highWatermark.rawValue == 10)
    }

    @Test func offsetsOutsideOfTheLogAreRefused() throws {
        let log = try open()
        try log.append(["one"])
        #expect(throws: LogError.self) {
            try log.read(from: LogOffset(2), upTo: .logEnd, limit: 1, mustProgress: false)
        }
        #expect(throws: LogError.self) {
            try log.read(from: LogOffset(-1), upTo: .logEnd, limit: 1, mustProgress: false)
        }
        #expect(try log.read(from: LogOffset(1), upTo: .logEnd, limit: 1, mustProgress: false).slice == nil)
    }

    @Test func aLimitBelowTheFirstBatchGivesItOnlyWhenProgressIsDue() throws {
        let log = try open()
        try log.append([String(repeating: "x", count: 500)])
        #expect(try log.read(from: .zero, upTo: .logEnd, limit: 10, mustProgress: false).slice == nil)
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 10, mustProgress: true).slice)
        #expect(slice.byteCount == log.size)
    }

    @Test func aClosedLogRefusesEverything() throws {
        let log = try open()
        try log.append(["one"])
        try log.close()
        try log.close()
        #expect(throws: LogError.self) { try log.append(["two"]) }
        #expect(throws: LogError.self) { try log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true) }
        #expect(throws: LogError.self) { try log.offset(for: .none, upTo: .logEnd) }
    }

    @Test func aFullIndexRollsTheSegment() throws {
        let log = try open {
            $0.indexMaxBytes = 36
            $0.indexIntervalBytes = 0
        }
        for index in 0..<20 { try log.append(["\(index)"]) }
        #expect(log.segmentBaseOffsets.count == 4)
        #expect(try log.records(from: .zero).count == 20)
    }

    @Test func anOldFirstRecordRollsTheSegmentAlsoAfterAReopening() throws {
        let change = { (configuration: inout LogConfiguration) in configuration.segmentDuration = .seconds(10) }
        let log = try open(.init(), change)
        func append(_ log: PartitionLog, at time: Int64) throws {
            _ = try log.append(
                Batches.make(["x"], timestamp: time), from: .producer(LeaderEpoch(0)),
                now: Timestamp(milliseconds: time))
        }
        try append(log, at: 1_000)
        try append(log, at: 11_000)
        #expect(log.segmentBaseOffsets.count == 1)
        try log.close()
        let again = try open(.init(recoveryPoint: LogOffset(2)), change)
        try append(again, at: 11_001)
        #expect(again.segmentBaseOffsets.map(\.rawValue) == [0, 2])
    }

    @Test func aFollowerKeepsTheLeadersOffsetsAndEpochs() throws {
        let log = try open()
        let first = Batches.stamped(try Batches.make(["a", "b"]), offset: 0, epoch: 3)
        let second = Batches.stamped(try Batches.make(["c"]), offset: 7, epoch: 4)
        _ = try log.append(ByteSlice(first.array + second.array), from: .leader, now: PartitionLog.now)
        #expect(log.watermarks.logEndOffset.rawValue == 8)
        #expect(try log.records(from: LogOffset(2)).map(\.offset.rawValue) == [7])
        #expect(log.leaderEpochs.entries.map(\.startOffset.rawValue) == [0, 7])
        let stale = Batches.stamped(try Batches.make(["d"]), offset: 8, epoch: 2)
        let error = #expect(throws: LogError.self) { try log.append(stale, from: .leader, now: PartitionLog.now) }
        #expect(error?.code == .staleLeaderEpoch)
        let back = Batches.stamped(try Batches.make(["d"]), offset: 6, epoch: 4)
        #expect(throws: LogError.self) { try log.append(back, from: .leader, now: PartitionLog.now) }
        #expect(log.watermarks.logEndOffset.rawValue == 8)
    }

    @Test func whatAFetchHasCutIsLeftOut() throws {
        let batches = try (0..<3).map { Batches.stamped(try Batches.make(["\($0)"]), offset: Int64($0), epoch: 3) }
        let whole = batches.flatMap(\.array)
        let end = batches[0].count + batches[1].count
        for count in batches[0].count...whole.count {
            let other = try TestDirectory()
            let log = try PartitionLog.open(other.log, configuration: LogConfiguration(), known: .init())
            let result = try log.append(ByteSlice(Array(whole[..<count])), from: .leader, now: PartitionLog.now)
            let expected = count == whole.count ? 3 : count >= end ? 2 : 1
            #expect(result.nextOffset.rawValue == Int64(expected))
            #expect(try log.records(from: .zero).count == expected)
            try log.close()
        }
        // Nothing is left of one alone, and damage is none of a limit's doing.
        let log = try open()
        var damaged = whole
        damaged[end + RecordBatchHeader.Position.magic] = 9
        for bytes in [Array(whole[..<(batches[0].count - 1)]), damaged] {
            let error = #expect(throws: LogError.self) {
                try log.append(ByteSlice(bytes), from: .leader, now: PartitionLog.now)
            }
            #expect(error?.code == .corruptBatch)
        }
        #expect(log.watermarks.logEndOffset == .zero)
    }

    @Test func retentionBySizeKeepsTheNewest() throws {
        let log = try open {
            $0.segmentBytes = 300
            $0.retentionBytes = 700
            $0.retention = nil
        }
        for index in 0..<30 { try log.append(["value \(index)"]) }
        #expect(try log.deleteOldSegments(now: PartitionLog.now).isEmpty, "nothing above the high watermark goes")
        log.advanceHighWatermark(to: LogOffset(30))
        let deleted = try log.deleteOldSegments(now: PartitionLog.now)
        #expect(!deleted.isEmpty)
        #expect(log.size >= 700 && log.size < 1000)
        let start = log.watermarks.logStartOffset
        #expect(start == log.segmentBaseOffsets[0])
        #expect(try log.records(from: start).map(\.offset.rawValue) == Array(start.rawValue..<30))
        #expect(throws: LogError.self) { try log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true) }
        #expect(try directory.names().filter { $0.hasSuffix(".log") }.count == log.segmentBaseOffsets.count)
    }

    @Test func retentionByTimeEmptiesTheLogAndKeepsItsOffsets() throws {
        let log = try open { $0.retention = .seconds(60) }
        for index in 0..<5 { try log.append(["\(index)"]) }
        log.advanceHighWatermark(to: LogOffset(5))
        #expect(try log.deleteOldSegments(now: Timestamp(milliseconds: 61_000)).isEmpty)
        #expect(try log.deleteOldSegments(now: Timestamp(milliseconds: 61_001)).map(\.rawValue) == [0])
        #expect(log.watermarks.logStartOffset.rawValue == 5)
        #expect(try log.append(["next"]).firstOffset.rawValue == 5)
    }

    @Test func aReaderFinishesASegmentThatRetentionRemoved() throws {
        let log = try open { $0.retention = .seconds(60) }
        try log.append(["kept open"])
        log.advanceHighWatermark(to: LogOffset(1))
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice)
        try log.deleteOldSegments(now: Timestamp(milliseconds: 1_000_000))
        #expect(try RecordBatch(validating: slice.readBytes()).records().first?.value?.string == "kept open")
    }

    @Test func invalidConfigurationsAreRefused() throws {
        let log = try open()
        for change: (inout LogConfiguration) -> Void in [
            { $0.segmentBytes = 1 }, { $0.segmentBytes = 1 << 40 }, { $0.cleanupPolicy = [] },
            { $0.segmentDuration = .zero },
            { $0.indexMaxBytes = 0 },
        ] {
            var configuration = LogConfiguration()
            change(&configuration)
            #expect(throws: LogError.self) { try log.apply(configuration) }
        }
    }
}
