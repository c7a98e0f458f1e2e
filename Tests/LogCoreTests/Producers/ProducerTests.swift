import LogCore
import RecordFormat
import Testing

/// Idempotent producers (KIP-98): duplicates are recognised, gaps and old epochs refused, before and after a restart.
@Suite struct ProducerTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    func open(recoveryPoint: Int64 = 0) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 600
        return try PartitionLog.open(
            directory.log, configuration: configuration, known: .init(recoveryPoint: LogOffset(recoveryPoint)))
    }

    func batch(_ sequence: Int32, count: Int = 2, id: Int64 = 7, epoch: Int16 = 0) throws -> ByteSlice {
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence))
        return try Batches.make((0..<count).map { "\(sequence)+\($0)" }, producer: producer)
    }

    @discardableResult
    func append(_ batch: ByteSlice, to log: PartitionLog) throws -> AppendResult {
        try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
    }

    func expectRefusal(
        _ code: LogError.Code, _ batch: ByteSlice, by log: PartitionLog, location: SourceLocation = #_sourceLocation
    ) {
        let end = log.watermarks.logEndOffset
        let error = #expect(throws: LogError.self, sourceLocation: location) { try append(batch, to: log) }
        #expect(error?.code == code, sourceLocation: location)
        #expect(log.watermarks.logEndOffset == end, sourceLocation: location)
    }

    @Test func theLastFiveBatchesAreRecognisedAgain() throws {
        let log = try open()
        for index in 0..<8 { try append(batch(Int32(index * 2)), to: log) }
        for index in 3..<8 {
            let again = try append(batch(Int32(index * 2)), to: log)
            #expect(again.isDuplicate)
            #expect(again.firstOffset.rawValue == Int64(index * 2) && again.nextOffset.rawValue == Int64(index * 2 + 2))
        }
        expectRefusal(.outOfOrderSequence, try batch(4), by: log)
        expectRefusal(.outOfOrderSequence, try batch(14, count: 1), by: log)
        #expect(log.watermarks.logEndOffset.rawValue == 16)
    }

    @Test func gapsAreRefusedAndNewProducersMayBeginAnywhere() throws {
        let log = try open()
        try append(batch(40), to: log)
        expectRefusal(.outOfOrderSequence, try batch(43), by: log)
        expectRefusal(.outOfOrderSequence, try batch(41), by: log)
        try append(batch(42), to: log)
        try append(batch(0, id: 8), to: log)
    }

    @Test func aNewEpochBeginsAtZeroAndFencesTheOld() throws {
        let log = try open()
        try append(batch(0), to: log)
        expectRefusal(.outOfOrderSequence, try batch(2, epoch: 1), by: log)
        try append(batch(0, epoch: 1), to: log)
        expectRefusal(.fencedProducer, try batch(2, epoch: 0), by: log)
        expectRefusal(.fencedProducer, try batch(0, epoch: 0), by: log)
        #expect(try append(batch(0, epoch: 1), to: log).isDuplicate)
        try append(batch(2, epoch: 1), to: log)
    }

    @Test func sequenceNumbersWrapToZero() throws {
        let log = try open()
        try append(batch(Int32.max - 1, count: 2), to: log)
        try append(batch(0), to: log)
        expectRefusal(.outOfOrderSequence, try batch(1), by: log)
        try append(batch(2), to: log)
        let other = try open2()
        try append(batch(Int32.max, count: 3, id: 9), to: other)
        try append(batch(2, id: 9), to: other)
        #expect(try append(batch(Int32.max, count: 3, id: 9), to: other).isDuplicate)
    }

    private func open2() throws -> PartitionLog {
        try PartitionLog.open(directory.path + "/other-0", configuration: LogConfiguration(), known: .init())
    }

    @Test(arguments: [true, false]) func aRestartForgetsNothingThatMatters(isClean: Bool) throws {
        let log = try open()
        try append(batch(Int32.max - 3, count: 4, id: 5), to: log)
        for index in 0..<20 { try append(batch(Int32(index * 2)), to: log) }
        try append(batch(0, id: 6, epoch: 3), to: log)
        let end = log.watermarks.logEndOffset
        #expect(log.segmentBaseOffsets.count > 2)
        if isClean { try log.close() }
        let again = try open(recoveryPoint: isClean ? end.rawValue : 0)
        #expect(try append(batch(38), to: again).isDuplicate)
        #expect(try append(batch(0, id: 6, epoch: 3), to: again).isDuplicate)
        #expect(try append(batch(Int32.max - 3, count: 4, id: 5), to: again).isDuplicate)
        expectRefusal(.outOfOrderSequence, try batch(42), by: again)
        expectRefusal(.fencedProducer, try batch(0, id: 6, epoch: 2), by: again)
        #expect(again.watermarks.logEndOffset == end)
        #expect(try append(batch(0, id: 5), to: again).firstOffset == end)
        try append(batch(40), to: again)
    }

    @Test func truncationForgetsWhatItDrops() throws {
        let log = try open()
        for index in 0..<20 { try append(batch(Int32(index * 2)), to: log) }
        try log.truncate(to: LogOffset(21))
        #expect(log.watermarks.logEndOffset.rawValue == 20)
        expectRefusal(.outOfOrderSequence, try batch(22), by: log)
        #expect(try append(batch(18), to: log).isDuplicate)
        #expect(try append(batch(20), to: log).firstOffset.rawValue == 20)
    }

    @Test func endMarkersNeedNoSequence() throws {
        let log = try open()
        try append(batch(0), to: log)
        let marker = try EndTransactionMarker(.committed, coordinatorEpoch: 0).batch(
            endingTransactionOf: ProducerID(7), epoch: ProducerEpoch(0), at: PartitionLog.now)
        _ = try log.append(marker, from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now)
        try append(batch(2), to: log)
    }

    /// `PartitionLog.now`, by which all appends here are made, and a day.
    private static let tomorrow = PartitionLog.now.milliseconds + 24 * 3_600_000

    @Test func idleProducersAreForgotten() throws {
        let log = try open()
        try append(batch(0), to: log)
        log.expireProducers(now: Timestamp(milliseconds: Self.tomorrow - 1))
        expectRefusal(.outOfOrderSequence, try batch(4), by: log)
        log.expireProducers(now: Timestamp(milliseconds: Self.tomorrow))
        try append(batch(4), to: log)
    }

    @Test func aProducerThatFillsInOldDataIsNotIdle() throws {
        let log = try open()
        try append(batch(0), to: log)
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(2))
        let old = try Batches.make(["from long ago"], producer: producer, timestamp: 1)
        _ = try log.append(
            old, from: .producer(LeaderEpoch(1)), now: Timestamp(milliseconds: Self.tomorrow - 1_000))
        log.expireProducers(now: Timestamp(milliseconds: Self.tomorrow + 1_000))
        expectRefusal(.outOfOrderSequence, try batch(5), by: log)
        #expect(try append(old, to: log).isDuplicate)
    }

    @Test func afterARestartAProducersTimeCountsFromTheFirstLook() throws {
        let log = try open()
        try append(batch(0), to: log)
        try log.close()
        let again = try open(recoveryPoint: 2)
        again.expireProducers(now: Timestamp(milliseconds: Self.tomorrow * 2))
        expectRefusal(.outOfOrderSequence, try batch(4), by: again)
        again.expireProducers(now: Timestamp(milliseconds: Self.tomorrow * 3))
        try append(batch(4), to: again)
    }

    @Test func oneProducerTooManyIsRefusedUntilOthersExpire() throws {
        var configuration = LogConfiguration()
        configuration.producerLimit = 2
        let log = try PartitionLog.open(directory.log, configuration: configuration)
        try append(batch(0, id: 1), to: log)
        try append(batch(0, id: 2), to: log)
        expectRefusal(.tooManyProducers, try batch(0, id: 3), by: log)
        try append(batch(2, id: 1), to: log)
        log.expireProducers(now: Timestamp(milliseconds: Self.tomorrow))
        try append(batch(0, id: 3), to: log)
    }

    @Test func aCoordinatorsBatchesAreNotTakenForRepeats() throws {
        let log = try open()
        let one = try batch(0).array
        let result = try log.append(
            ByteSlice(one + one), from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now)
        #expect(!result.isDuplicate && result.nextOffset.rawValue == 4)
        let old = try batch(0, epoch: 1).array + one
        let error = #expect(throws: LogError.self) {
            try log.append(ByteSlice(old), from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now)
        }
        #expect(error?.code == .fencedProducer, "the second batch is of an epoch that the first one ended")
        #expect(log.watermarks.logEndOffset.rawValue == 4)
    }
}
