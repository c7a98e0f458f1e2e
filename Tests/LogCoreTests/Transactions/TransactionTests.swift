import LogCore
import RecordFormat
import Testing

/// Transactions on one partition (KIP-98): what readers of committed records may see and when, and who may end one.
@Suite struct TransactionTests {
    let directory: TestDirectory
    init() throws { directory = try TestDirectory() }

    func open(recoveryPoint: Int64 = 0, highWatermark: Int64 = 0) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 100_000
        return try PartitionLog.open(
            directory.log, configuration: configuration,
            known: .init(recoveryPoint: LogOffset(recoveryPoint), highWatermark: LogOffset(highWatermark)))
    }

    func write(
        _ id: Int64, _ sequence: Int32, to log: PartitionLog, epoch: Int16 = 0, isTransactional: Bool = true
    ) throws {
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence),
            isTransactional: isTransactional)
        _ = try log.append(
            Batches.make(["\(id): \(sequence)"], producer: producer), from: .producer(LeaderEpoch(1)),
            now: PartitionLog.now)
    }

    func end(
        _ id: Int64, _ outcome: EndTransactionMarker.Outcome, in log: PartitionLog, epoch: Int16 = 0,
        coordinatorEpoch: Int32 = 0
    ) throws {
        let marker = try EndTransactionMarker(outcome, coordinatorEpoch: coordinatorEpoch).batch(
            endingTransactionOf: ProducerID(id), epoch: ProducerEpoch(epoch), at: PartitionLog.now)
        _ = try log.append(marker, from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now)
    }

    func aborted(_ log: PartitionLog, from offset: Int64 = 0) throws -> [AbortedTransaction] {
        try log.read(
            from: LogOffset(offset), upTo: .transactionCommitted, limit: 1 << 20, mustProgress: true
        ).abortedTransactions
    }

    private func expect(
        _ code: LogError.Code, location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(throws: LogError.self, sourceLocation: location, performing: body)
        #expect(error?.code == code, sourceLocation: location)
    }

    @Test func anOpenTransactionHoldsTheLastStableOffsetUntilItsMarkerIsReplicated() throws {
        let log = try open()
        try write(1, 0, to: log, isTransactional: false)
        try write(2, 0, to: log)
        try write(1, 1, to: log, isTransactional: false)
        log.advanceHighWatermark(to: LogOffset(3))
        #expect(log.watermarks.lastStableOffset.rawValue == 1)
        try end(2, .committed, in: log)
        #expect(log.watermarks.lastStableOffset.rawValue == 1, "no other replica has the marker yet")
        log.advanceHighWatermark(to: LogOffset(4))
        #expect(log.watermarks.lastStableOffset.rawValue == 4)
        #expect(try aborted(log).isEmpty)
    }

    @Test func theFirstOfInterleavedTransactionsCounts() throws {
        let log = try open()
        try write(1, 0, to: log)  // 0
        try write(2, 0, to: log)  // 1
        try end(2, .aborted, in: log)  // 2
        log.advanceHighWatermark(to: LogOffset(3))
        #expect(log.watermarks.lastStableOffset.rawValue == 0)
        try write(2, 1, to: log)  // 3
        try end(1, .aborted, in: log)  // 4
        log.advanceHighWatermark(to: LogOffset(5))
        #expect(log.watermarks.lastStableOffset.rawValue == 3)
        let expected = [
            AbortedTransaction(
                producerID: ProducerID(2), firstOffset: LogOffset(1), lastOffset: LogOffset(2),
                lastStableOffset: LogOffset(0)),
            AbortedTransaction(
                producerID: ProducerID(1), firstOffset: LogOffset(0), lastOffset: LogOffset(4),
                lastStableOffset: LogOffset(3)),
        ]
        #expect(try aborted(log) == expected)
    }

    @Test func aTransactionThatSpansSegmentsIsFoundFromTheFirst() throws {
        let log = try open()
        try write(1, 0, to: log)
        for sequence in 1..<5 {
            try log.rollNow()
            try write(1, Int32(sequence), to: log)
        }
        try end(1, .aborted, in: log)
        try log.rollNow()
        try write(2, 0, to: log, isTransactional: false)
        log.advanceHighWatermark(to: LogOffset(7))
        for offset: Int64 in 0...5 { #expect(try aborted(log, from: offset).map(\.firstOffset.rawValue) == [0]) }
        #expect(try aborted(log, from: 6).isEmpty)
        #expect(try directory.names().filter { $0.hasSuffix(".txnindex") } == ["00000000000000000004.txnindex"])
    }

    @Test func aBatchOutsideOfItsProducersOpenTransactionIsRefused() throws {
        let log = try open()
        try write(1, 0, to: log)
        expect(.invalidTransactionState) { try write(1, 1, to: log, isTransactional: false) }
        try end(1, .committed, in: log)
        try write(1, 1, to: log, isTransactional: false)
        #expect(log.watermarks.logEndOffset.rawValue == 3)
    }

    @Test func oldCoordinatorsAndOldEpochsCannotEndATransaction() throws {
        let log = try open()
        try write(1, 0, to: log, epoch: 3)
        expect(.fencedProducer) { try end(1, .committed, in: log, epoch: 2) }
        try end(1, .committed, in: log, epoch: 3, coordinatorEpoch: 7)
        try write(1, 1, to: log, epoch: 3)
        expect(.fencedCoordinator) { try end(1, .aborted, in: log, epoch: 3, coordinatorEpoch: 6) }
        try log.close()
        let again = try open(recoveryPoint: 3)
        expect(.fencedCoordinator) { try end(1, .aborted, in: again, epoch: 3, coordinatorEpoch: 6) }
        try end(1, .aborted, in: again, epoch: 4, coordinatorEpoch: 8)
        expect(.fencedProducer) { try write(1, 2, to: again, epoch: 3) }
    }

    @Test func aMarkerWithoutATransactionChangesNothing() throws {
        let log = try open()
        try end(1, .aborted, in: log)
        log.advanceHighWatermark(to: LogOffset(1))
        #expect(log.watermarks.lastStableOffset.rawValue == 1)
        #expect(try aborted(log).isEmpty)
        #expect(try directory.names().allSatisfy { !$0.hasSuffix(".txnindex") })
    }

    @Test func aControlBatchThatIsNoMarkerIsRefused() throws {
        let log = try open()
        let producer = RecordBatchBuilder.Producer(
            id: ProducerID(7), epoch: ProducerEpoch(0), baseSequence: .none, isTransactional: true)
        let bare = try Batches.make(["commit"], producer: producer, isControl: true)
        expect(.invalidRecord) { _ = try log.append(bare, from: .coordinator(LeaderEpoch(1)), now: PartitionLog.now) }
    }

    @Test func deletingRecordsOfAnOpenTransactionMovesTheStableOffsetWithTheStart() throws {
        let log = try open()
        for sequence in 0..<4 { try write(1, Int32(sequence), to: log) }
        log.advanceHighWatermark(to: LogOffset(4))
        try log.advanceLogStart(to: LogOffset(2))
        #expect(log.watermarks.lastStableOffset.rawValue == 2)
        try end(1, .aborted, in: log)
        log.advanceHighWatermark(to: LogOffset(5))
        #expect(try aborted(log, from: 2).map(\.firstOffset.rawValue) == [0])
    }

    @Test func anOpenTransactionKeepsItsProducerFromExpiring() throws {
        let log = try open()
        try write(1, 0, to: log)
        log.expireProducers(now: Timestamp(milliseconds: 1 << 50))
        try end(1, .aborted, in: log)
        log.advanceHighWatermark(to: LogOffset(2))
        #expect(try aborted(log).count == 1)
    }

    /// The drawing in docs/format/transaction-index.md.
    @Test func theFileIsAsDrawn() throws {
        let log = try open()
        try write(9, 0, to: log, isTransactional: false)  // 0
        try write(258, 0, to: log, epoch: 3)  // 1
        try write(9, 1, to: log)  // 2
        try end(258, .aborted, in: log, epoch: 3, coordinatorEpoch: 5)  // 3
        try log.close()
        let bytes = try directory.bytes("00000000000000000000.txnindex")
        #expect(
            bytes == [
                0, 0,  // version
                0, 0, 0, 0, 0, 0, 1, 2,  // producer id
                0, 0, 0, 0, 0, 0, 0, 1,  // first offset
                0, 0, 0, 0, 0, 0, 0, 3,  // last offset: the marker's
                0, 0, 0, 0, 0, 0, 0, 2,  // last stable offset: producer 9's transaction is open
            ])
        let snapshot = try directory.bytes("00000000000000000004.snapshot")
        #expect(Array(snapshot[44..<56]) == [0xFF, 0xFF, 0xFF, 0xFF] + [0, 0, 0, 0, 0, 0, 0, 2], "producer 9")
        #expect(Array(snapshot[90..<102]) == [0, 0, 0, 5] + [UInt8](repeating: 0xFF, count: 8), "producer 258")
    }

    @Test func theMarkerIsAsDrawn() throws {
        let bytes = try EndTransactionMarker(.committed, coordinatorEpoch: 258).batch(
            endingTransactionOf: ProducerID(7), epoch: ProducerEpoch(2), at: Timestamp(milliseconds: 5))
        let batch = try RecordBatch(validating: bytes)
        #expect(batch.header.attributes.isControl && batch.header.attributes.isTransactional)
        #expect(batch.header.baseSequence == .none && batch.header.producerEpoch.rawValue == 2)
        let record = try batch.records()[0]
        #expect(record.key?.array == [0, 0, 0, 1])
        #expect(record.value?.array == [0, 0, 0, 0, 1, 2])
        #expect(try EndTransactionMarker.read(batch) == EndTransactionMarker(.committed, coordinatorEpoch: 258))
    }
}
