import LogCore
import RecordFormat
import Testing

/// The latest timestamp that a header names is that of its records, whatever the producer wrote there; and logs without
/// timestamps age by the host's clock.
@Suite struct TimestampTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    func open(_ change: (inout LogConfiguration) -> Void = { _ in }) throws -> PartitionLog {
        var configuration = LogConfiguration()
        change(&configuration)
        return try PartitionLog.open(directory.log, configuration: configuration)
    }

    /// A batch whose header claims `claimed` as its latest timestamp, with the right checksum.
    func batch(_ times: [Int64], claiming claimed: Int64, codec: CompressionCodec = .none) throws -> ByteSlice {
        var builder = RecordBatchBuilder(codec: codec)
        for time in times {
            try builder.append(timestamp: Timestamp(milliseconds: time), key: ByteSlice("k"), value: ByteSlice("v"))
        }
        let batch = try builder.finish()
        batch.withUnsafeMutableBytes { bytes in
            bytes.storeBigEndian(claimed, at: RecordBatchHeader.Position.maxTimestamp)
            let covered = UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            bytes.storeBigEndian(CRC32C.checksum(of: covered), at: RecordBatchHeader.Position.checksum)
        }
        return batch
    }

    @discardableResult
    func append(_ batch: ByteSlice, to log: PartitionLog, now: Int64 = 2_000) throws -> AppendResult {
        try log.append(batch, from: .producer(LeaderEpoch(0)), now: Timestamp(milliseconds: now))
    }

    @Test(arguments: CompressionCodec.allCases, [Int64(-1), 0, 1_500, 1_999, Int64.max])
    func aWrongHeaderIsPutRight(codec: CompressionCodec, claimed: Int64) throws {
        let log = try open()
        try append(try batch([1_000, 1_700, 1_200], claiming: claimed, codec: codec), to: log)
        try append(try batch([1_100, 900], claiming: 1_100, codec: codec), to: log)
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice)
        var sequence = RecordBatchSequence(try slice.readBytes())
        #expect(try sequence.next()?.header.maxTimestamp.milliseconds == 1_700)
        #expect(try sequence.next()?.header.maxTimestamp.milliseconds == 1_100)
        #expect(try log.latestTimestamp(upTo: .logEnd)?.offset.rawValue == 1)
        #expect(try log.offset(for: Timestamp(milliseconds: 1_300), upTo: .logEnd)?.offset.rawValue == 1)
        #expect(try log.offset(for: Timestamp(milliseconds: 1_701), upTo: .logEnd) == nil)
    }

    /// The closing entry of the time index stands for all of the segment. Indexed anew at a shorter interval it has entries
    /// of its offset index that have none of time, and a cut takes the closing one.
    @Test func timesAreFoundInASegmentThatWasIndexedAnewAndCut() throws {
        let long = try open { $0.indexIntervalBytes = 1 << 20 }
        for time: Int64 in [1_900, 1_000, 1_100, 2_000] { try append(try batch([time], claiming: time), to: long) }
        try long.close()
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 0
        func reopen() throws -> PartitionLog {
            try PartitionLog.open(
                directory.log, configuration: configuration,
                known: .init(recoveryPoint: LogOffset(4), logStartOffset: .zero, highWatermark: .zero))
        }
        // Cut after a process that ended without closing the log, all of which was flushed.
        _ = try reopen()
        var log = try reopen()
        try log.truncate(to: LogOffset(3))
        for _ in 0..<2 {
            #expect(try log.offset(for: Timestamp(milliseconds: 1_500), upTo: .logEnd)?.offset == .zero)
            #expect(try log.latestTimestamp(upTo: .logEnd)?.timestamp.milliseconds == 1_900)
            try log.close()
            log = try reopen()
        }
    }

    /// The time index's last entry may speak of a batch that was damaged since; a cut behind it needs that batch no more.
    @Test func aLogIsCutBehindADamagedBatchThatHasTheLatestTime() throws {
        func reopen() throws -> PartitionLog {
            var configuration = LogConfiguration()
            configuration.indexIntervalBytes = 0
            return try PartitionLog.open(
                directory.log, configuration: configuration,
                known: .init(recoveryPoint: LogOffset(4), logStartOffset: .zero, highWatermark: .zero))
        }
        let full = try open { $0.indexIntervalBytes = 0 }
        for time: Int64 in [1_900, 1_000, 1_100, 1_200] { try append(try batch([time], claiming: time), to: full) }
        try full.flush()
        try full.close()
        let file = FileNames.segment(.zero, FileNames.Suffix.log)
        var bytes = try directory.bytes(file)
        bytes[RecordBatchHeader.size + 3] ^= 4
        try directory.write(bytes, to: file)
        let log = try reopen()
        try log.truncate(to: LogOffset(3))
        let appended = try append(try batch([1_300], claiming: 1_300), to: log)
        #expect(appended.firstOffset.rawValue == 3)
        #expect(try log.records(from: LogOffset(1)).map(\.offset.rawValue) == [1, 2, 3])
        let error = #expect(throws: LogError.self) { try log.records(from: .zero) }
        #expect(error?.code == .corruptBatch)
    }

    @Test(arguments: CompressionCodec.allCases) func boundsHoldForEveryRecord(codec: CompressionCodec) throws {
        let log = try open {
            $0.timestampBeforeMax = .seconds(10)
            $0.timestampAfterMax = .seconds(5)
        }
        for times: [Int64] in [
            [100_000, 105_001, 100_000], [100_000, 89_999, 100_000], [-1, 105_001], [89_999, -1],
        ] {
            let error = #expect(throws: LogError.self) {
                try append(try batch(times, claiming: 100_000, codec: codec), to: log, now: 100_000)
            }
            #expect(error?.code == .invalidTimestamp, "\(times)")
        }
        try append(try batch([-1, 90_000, 105_000, -1], claiming: -1, codec: codec), to: log, now: 100_000)
        #expect(try log.latestTimestamp(upTo: .logEnd)?.offset.rawValue == 2)
    }

    @Test func aTimestampBeyond64BitsIsRefused() throws {
        let log = try open { $0.timestampAfterMax = nil }
        let good = try Batches.make(timestamps: [5, 9])
        good.withUnsafeMutableBytes { bytes in
            bytes.storeBigEndian(Int64.max - 1, at: RecordBatchHeader.Position.baseTimestamp)
            let covered = UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            bytes.storeBigEndian(CRC32C.checksum(of: covered), at: RecordBatchHeader.Position.checksum)
        }
        let error = #expect(throws: LogError.self) { try append(good, to: log) }
        #expect(error?.code == .invalidTimestamp)
    }

    @Test func compressedBatchesStayUnopenedWhereNothingDependsOnThem() throws {
        let log = try open { $0.timestampAfterMax = nil }
        let claimed = try batch([1_000], claiming: 9_000, codec: .zstd)
        try append(claimed, to: log)
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice)
        #expect(try RecordBatch(validating: slice.readBytes()).header.maxTimestamp.milliseconds == 9_000)
    }

    @Test func lookupByTimeOpensNoBomb() throws {
        let log = try open {
            $0.timestampAfterMax = nil
            $0.maxMessageBytes = 100_000
        }
        var builder = RecordBatchBuilder(codec: .zstd, capacity: 66 << 20)
        try builder.append(
            timestamp: Timestamp(milliseconds: 5), key: nil, value: ByteSlice([UInt8](repeating: 0, count: 65 << 20)))
        try append(try builder.finish(), to: log)
        let error = #expect(throws: LogError.self) {
            try log.offset(for: Timestamp(milliseconds: 1), upTo: .logEnd)
        }
        #expect(error?.code == .recordTooLarge)
    }

    @Test func recordsWithoutTimestampsExpireByTheHostsClock() throws {
        let log = try open {
            $0.retention = .seconds(10)
            $0.segmentDuration = .seconds(5)
        }
        try append(try batch([-1], claiming: -1), to: log, now: 1_000)
        try append(try batch([-1], claiming: -1), to: log, now: 6_000)
        #expect(log.segmentBaseOffsets.count == 1)
        try append(try batch([-1], claiming: -1), to: log, now: 6_001)
        #expect(log.segmentBaseOffsets.map(\.rawValue) == [0, 2], "five seconds after the segment's first append")
        log.advanceHighWatermark(to: LogOffset(3))
        try log.deleteOldSegments(now: Timestamp(milliseconds: 16_000))
        #expect(log.segmentBaseOffsets.count == 2)
        try log.deleteOldSegments(now: Timestamp(milliseconds: 16_001))
        #expect(log.segmentBaseOffsets.map(\.rawValue) == [2])
    }

    @Test func afterARestartTheyExpireByTheTimeOfTheirFile() throws {
        var configuration = LogConfiguration()
        configuration.retention = .seconds(10)
        try append(try batch([-1], claiming: -1), to: try open(), now: 1_000)
        let again = try PartitionLog.open(directory.log, configuration: configuration)
        again.advanceHighWatermark(to: LogOffset(1))
        try again.deleteOldSegments(now: Timestamp(milliseconds: 100_000))
        #expect(again.watermarks.logStartOffset == .zero, "the file was written long after")
        try again.deleteOldSegments(now: Timestamp(milliseconds: Int64.max / 2))
        #expect(again.watermarks.logStartOffset.rawValue == 1)
    }
}
