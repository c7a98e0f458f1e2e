import LogCore
import RecordFormat
import Testing

/// What a producer gets wrong is refused before anything of it reaches a file.
@Suite struct AppendValidationTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    func open(_ change: (inout LogConfiguration) -> Void = { _ in }) throws -> PartitionLog {
        var configuration = LogConfiguration()
        change(&configuration)
        return try PartitionLog.open(directory.log, configuration: configuration, known: .init())
    }

    /// `batch` with one field changed and, unless told otherwise, the right checksum.
    func altered(
        _ batch: ByteSlice, fixChecksum: Bool = true, _ change: (UnsafeMutableRawBufferPointer) -> Void
    ) -> ByteSlice {
        let copy = ByteSlice(batch.array)
        copy.withUnsafeMutableBytes { bytes in
            change(bytes)
            guard fixChecksum else { return }
            let covered = UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            bytes.storeBigEndian(CRC32C.checksum(of: covered), at: RecordBatchHeader.Position.checksum)
        }
        return copy
    }

    func expectRefusal(
        _ code: LogError.Code, _ batch: ByteSlice, by log: PartitionLog, now: Int64 = 2_000,
        location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: LogError.self, sourceLocation: location) {
            try log.append(batch, from: .producer(LeaderEpoch(0)), now: Timestamp(milliseconds: now))
        }
        #expect(error?.code == code, sourceLocation: location)
        #expect(log.watermarks.logEndOffset == .zero && log.size == 0, sourceLocation: location)
    }

    @Test func damagedBytesAreRefused() throws {
        let log = try open()
        let good = try Batches.make(["a", "b"])
        expectRefusal(.corruptBatch, altered(good, fixChecksum: false) { $0[70] ^= 1 }, by: log)
        expectRefusal(.corruptBatch, good[0..<good.count - 1], by: log)
        expectRefusal(.corruptBatch, good[0..<20], by: log)
        expectRefusal(.corruptBatch, ByteSlice([UInt8](repeating: 0xFF, count: 200)), by: log)
        expectRefusal(.corruptBatch, altered(good) { $0[RecordBatchHeader.Position.magic] = 1 }, by: log)
        expectRefusal(.invalidRecord, .empty, by: log)
    }

    @Test func batchesThatBreakTheFormatsRulesAreRefused() throws {
        let log = try open()
        let good = try Batches.make(["a", "b"])
        typealias Position = RecordBatchHeader.Position
        expectRefusal(.invalidRecord, altered(good) { $0.storeBigEndian(Int32(1), at: Position.recordCount) }, by: log)
        expectRefusal(
            .invalidRecord, altered(good) { $0.storeBigEndian(Int32(5), at: Position.lastOffsetDelta) }, by: log)
        expectRefusal(
            .invalidRecord, altered(good) { $0.storeBigEndian(Int32.max, at: Position.lastOffsetDelta) }, by: log)
        expectRefusal(.invalidRecord, altered(good) { $0.storeBigEndian(Int16(7), at: Position.attributes) }, by: log)
        expectRefusal(
            .invalidTimestamp, altered(good) { $0.storeBigEndian(Int16(8), at: Position.attributes) }, by: log)
        expectRefusal(.invalidRecord, try Batches.make(["a"], isControl: true), by: log)
        expectRefusal(.invalidRecord, ByteSlice(good.array + good.array), by: log)
        expectRefusal(.invalidRecord, altered(good) { $0.storeBigEndian(Int64(4), at: Position.producerID) }, by: log)
        // A record's length, and its offset delta: both records are 8 bytes with their length.
        expectRefusal(.invalidRecord, altered(good) { $0[RecordBatchHeader.size] = 200 }, by: log)
        expectRefusal(.invalidRecord, altered(good) { $0[RecordBatchHeader.size + 3] = 4 }, by: log)
    }

    @Test func aBatchLargerThanTheTopicTakesIsRefused() throws {
        let batch = try Batches.make([String(repeating: "x", count: 1000)])
        expectRefusal(.recordTooLarge, batch, by: try open { $0.maxMessageBytes = batch.count - 1 })
        let exact = try open { $0.maxMessageBytes = batch.count }
        _ = try exact.append(batch, from: .producer(LeaderEpoch(0)), now: PartitionLog.now)
    }

    @Test(arguments: CompressionCodec.allCases) func aCompactedTopicWantsKeys(codec: CompressionCodec) throws {
        let log = try open { $0.cleanupPolicy = [.compact, .delete] }
        expectRefusal(.invalidRecord, try Batches.make(["a"], codec: codec), by: log)
        _ = try log.append(
            Batches.make(["a"], codec: codec, key: "k"), from: .producer(LeaderEpoch(0)), now: PartitionLog.now)
    }

    @Test func timestampsOutsideOfTheTopicsBoundsAreRefused() throws {
        let log = try open {
            $0.timestampBeforeMax = .seconds(10)
            $0.timestampAfterMax = .seconds(5)
        }
        expectRefusal(.invalidTimestamp, try Batches.make(["a"], timestamp: 89_999), by: log, now: 100_000)
        expectRefusal(.invalidTimestamp, try Batches.make(["a"], timestamp: 105_001), by: log, now: 100_000)
        expectRefusal(.invalidTimestamp, try Batches.make(["a"], timestamp: .max), by: log, now: 100_000)
        for time: Int64 in [90_000, 105_000, -1] {
            _ = try log.append(
                Batches.make(["a"], timestamp: time), from: .producer(LeaderEpoch(0)),
                now: Timestamp(milliseconds: 100_000))
        }
    }

    @Test(arguments: CompressionCodec.allCases) func appendTimeReplacesTheProducersWithARightChecksum(
        codec: CompressionCodec
    ) throws {
        let log = try open { $0.timestampType = .logAppendTime }
        let result = try log.append(
            Batches.make(["a", "b"], codec: codec, timestamp: 5), from: .producer(LeaderEpoch(9)),
            now: Timestamp(milliseconds: 777))
        #expect(result.logAppendTime?.milliseconds == 777)
        let slice = try #require(try log.read(from: .zero, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice)
        let batch = try RecordBatch(validating: slice.readBytes())
        #expect(batch.header.attributes.timestampType == .logAppendTime)
        #expect(batch.header.attributes.codec == codec)
        #expect(batch.header.leaderEpoch.rawValue == 9)
        #expect(try batch.records().map(\.timestamp.milliseconds) == [777, 777])
        #expect(try log.offset(for: Timestamp(milliseconds: 700), upTo: .logEnd)?.offset == .zero)
    }

    @Test func aRefusedBatchIsAsItWasAndMayBeSentAgain() throws {
        let log = try open { $0.timestampType = .logAppendTime }
        _ = try log.append(Batches.make(["a"]), from: .producer(LeaderEpoch(5)), now: PartitionLog.now)
        let batch = try Batches.make(["b", "c"], codec: .lz4)
        let before = batch.array
        #expect(throws: LogError.self) {
            try log.append(batch, from: .producer(LeaderEpoch(4)), now: PartitionLog.now)
        }
        #expect(batch.array == before)
        #expect(try log.append(batch, from: .producer(LeaderEpoch(5)), now: PartitionLog.now).firstOffset.rawValue == 1)
    }

    @Test func anOlderLeaderEpochIsRefusedAndLeavesNoTrace() throws {
        let log = try open()
        _ = try log.append(Batches.make(["a"]), from: .producer(LeaderEpoch(5)), now: PartitionLog.now)
        let error = #expect(throws: LogError.self) {
            try log.append(Batches.make(["a"]), from: .producer(LeaderEpoch(4)), now: PartitionLog.now)
        }
        #expect(error?.code == .staleLeaderEpoch)
        #expect(log.watermarks.logEndOffset.rawValue == 1)
        #expect(log.leaderEpochs.entries.count == 1)
    }

    @Test func aLeaderIsFencedOnceAnotherEpochHasBegun() throws {
        let log = try open()
        _ = try log.append(Batches.make(["a"]), from: .producer(LeaderEpoch(5)), now: PartitionLog.now)
        log.fence(below: LeaderEpoch(7))
        // An older fence does not take back a newer one.
        log.fence(below: LeaderEpoch(6))
        for origin: AppendOrigin in [.producer(LeaderEpoch(6)), .coordinator(LeaderEpoch(5))] {
            let error = #expect(throws: LogError.self) {
                try log.append(Batches.make(["late"]), from: origin, now: PartitionLog.now)
            }
            #expect(error?.code == .staleLeaderEpoch)
        }
        // A follower goes on with what its leader has, also of the epoch before.
        _ = try log.append(
            Batches.stamped(try Batches.make(["b"]), offset: 1, epoch: 6), from: .leader, now: PartitionLog.now)
        _ = try log.append(Batches.make(["c"]), from: .producer(LeaderEpoch(7)), now: PartitionLog.now)
        #expect(try log.records(from: .zero).map { $0.value?.string } == ["a", "b", "c"])
        #expect(log.leaderEpochs.entries.map(\.epoch.rawValue) == [5, 6, 7])
    }
}
