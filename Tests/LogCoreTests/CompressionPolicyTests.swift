import LogCore
import RecordFormat
import Testing

/// A topic's own compression: every batch ends up in it, and is the same batch otherwise.
@Suite struct CompressionPolicyTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    private func roundTrip(
        _ batch: ByteSlice, from origin: AppendOrigin = .producer(LeaderEpoch(3)), _ policy: CompressionPolicy,
        _ change: (inout LogConfiguration) -> Void = { _ in }
    ) throws -> RecordBatch {
        var configuration = LogConfiguration()
        configuration.compression = policy
        change(&configuration)
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        _ = try log.append(Batches.make(["before"]), from: .producer(LeaderEpoch(3)), now: PartitionLog.now)
        _ = try log.append(batch, from: origin, now: PartitionLog.now)
        let slice = try #require(try log.read(from: LogOffset(1), upTo: .logEnd, limit: 1, mustProgress: true).slice)
        return try RecordBatch(validating: slice.readBytes())
    }

    @Test(arguments: CompressionCodec.allCases, CompressionCodec.allCases)
    func everyBatchIsBroughtIntoTheTopicsCodec(given: CompressionCodec, wanted: CompressionCodec) throws {
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(7), epoch: ProducerEpoch(2), baseSequence: SequenceNumber(5), isTransactional: true)
        let values = (0..<20).map { "value \($0) " + String(repeating: "x", count: 50) }
        let batch = try Batches.make(values, codec: given, producer: producer, timestamp: 1_234)
        let before = try RecordBatch(validating: batch)
        let stored = try roundTrip(batch, .always(wanted))
        #expect(stored.header.attributes.codec == wanted)
        #expect(stored.header.attributes.isTransactional)
        #expect(stored.header.baseOffset.rawValue == 1 && stored.header.leaderEpoch.rawValue == 3)
        #expect(stored.header.producerID.rawValue == 7 && stored.header.baseSequence.rawValue == 5)
        #expect(stored.header.maxTimestamp == before.header.maxTimestamp)
        #expect(try stored.records().map { $0.value?.string } == values)
        #expect(try stored.records().map(\.timestamp.milliseconds) == values.map { _ in 1_234 })
    }

    @Test func whatIsInTheCodecAlreadyStaysByteForByte() throws {
        let batch = try Batches.make(["a", "b"], codec: .zstd)
        let stored = try roundTrip(batch, .always(.zstd, level: 19))
        let size = RecordBatchHeader.size
        #expect(stored.bytes[size..<stored.bytes.count] == batch[size..<batch.count])
    }

    @Test func appendTimeAndCodecGoTogether() throws {
        let stored = try roundTrip(try Batches.make(["a"]), .always(.lz4)) { $0.timestampType = .logAppendTime }
        #expect(stored.header.attributes.timestampType == .logAppendTime)
        #expect(try stored.records().map(\.timestamp) == [PartitionLog.now])
    }

    @Test func markersStayAsTheyAre() throws {
        let marker = try EndTransactionMarker(.committed, coordinatorEpoch: 1).batch(
            endingTransactionOf: ProducerID(1), epoch: ProducerEpoch(0), at: PartitionLog.now)
        let stored = try roundTrip(marker, from: .coordinator(LeaderEpoch(3)), .always(.zstd))
        #expect(stored.header.attributes.codec == CompressionCodec.none)
        #expect(try EndTransactionMarker.read(stored)?.outcome == .committed)
    }

    @Test func severalBatchesOfACoordinatorMayBeMixed() throws {
        let parts = try [CompressionCodec.none, .gzip, .none].map { try Batches.make(["a", "b"], codec: $0) }
        let stored = try roundTrip(
            ByteSlice(parts.flatMap(\.array)), from: .coordinator(LeaderEpoch(3)), .always(.gzip, level: 9))
        #expect(stored.header.attributes.codec == .gzip)
        var configuration = LogConfiguration()
        configuration.compression = .always(.gzip)
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        #expect(try log.records(from: LogOffset(1)).map { $0.value?.string } == ["a", "b", "a", "b", "a", "b"])
        #expect(try log.records(from: LogOffset(1)).map(\.offset.rawValue) == [1, 2, 3, 4, 5, 6])
    }

    @Test func aBatchThatGrowsBeyondTheTopicsLimitIsRefused() throws {
        let batch = try Batches.make([String(repeating: "x", count: 10_000)], codec: .zstd)
        let error = #expect(throws: LogError.self) {
            _ = try roundTrip(batch, .always(.none)) { $0.maxMessageBytes = 5_000 }
        }
        #expect(error?.code == .recordTooLarge)
    }

    @Test func levelsOutOfRangeAreRefused() {
        for (codec, level) in [(CompressionCodec.gzip, Int32(0)), (.gzip, 10), (.lz4, 18), (.zstd, 23)] {
            var configuration = LogConfiguration()
            configuration.compression = .always(codec, level: level)
            let error = #expect(throws: LogError.self) { try configuration.validate() }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    @Test func durationsBeyond64BitsAreRefusedAndDoNotTrap() throws {
        var configuration = LogConfiguration()
        configuration.producerExpiration = .seconds(Int64.max)
        #expect(throws: LogError.self) { try configuration.validate() }
        configuration.producerExpiration = .milliseconds(Int64.max)
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        log.expireProducers(now: PartitionLog.now)
    }
}
