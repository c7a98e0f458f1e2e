import LogCore
import RecordFormat
import Testing

/// What a log says about its producers to those who ask.
@Suite struct ActiveProducerTests {
    private let directory: TestDirectory
    private let log: PartitionLog
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    init() throws {
        directory = try TestDirectory()
        log = try PartitionLog.open(directory.log, configuration: LogConfiguration())
    }

    private func send(_ id: Int64, _ epoch: Int16, _ sequence: Int32, isTransactional: Bool) throws {
        var builder = RecordBatchBuilder(
            producer: .init(
                id: ProducerID(id), epoch: ProducerEpoch(epoch), baseSequence: SequenceNumber(sequence),
                isTransactional: isTransactional))
        try builder.append(timestamp: now, key: nil, value: ByteSlice("a"))
        _ = try log.append(try builder.finish(), from: .producer(LeaderEpoch(0)), now: now)
    }

    private func isOpen(_ id: Int64, _ epoch: Int16) -> Bool {
        log.hasOpenTransaction(of: ProducerID(id), epoch: ProducerEpoch(epoch))
    }

    @Test func producersAreListedWithWhatIsOpen() throws {
        #expect(log.activeProducers.isEmpty)
        try send(7, 0, 0, isTransactional: true)
        try send(3, 2, 0, isTransactional: false)
        try send(7, 0, 1, isTransactional: true)
        let open = log.activeProducers
        #expect(open.map(\.id) == [ProducerID(3), ProducerID(7)])
        #expect(open.map(\.epoch) == [ProducerEpoch(2), ProducerEpoch(0)])
        #expect(open.map(\.lastSequence) == [SequenceNumber(0), SequenceNumber(1)])
        #expect(open.map(\.openTransactionStart) == [nil, LogOffset(0)])
        #expect(open.map(\.coordinatorEpoch) == [-1, -1])
        #expect(open.allSatisfy { $0.lastTimestamp == now })
        #expect(isOpen(7, 0) && !isOpen(7, 1) && !isOpen(3, 2) && !isOpen(9, 0))

        let marker = try EndTransactionMarker(.committed, coordinatorEpoch: 5).batch(
            endingTransactionOf: ProducerID(7), epoch: ProducerEpoch(1), at: now)
        _ = try log.append(marker, from: .coordinator(LeaderEpoch(0)), now: now)
        #expect(!isOpen(7, 0) && !isOpen(7, 1))
        let ended = try #require(log.activeProducers.last)
        #expect(ended.epoch == ProducerEpoch(1) && ended.coordinatorEpoch == 5)
        #expect(ended.lastSequence == .none && ended.openTransactionStart == nil)
    }
}
