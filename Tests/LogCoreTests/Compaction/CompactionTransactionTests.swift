import LogCore
import RecordFormat
import Testing

/// Transactions in compacted logs: aborted records count for nothing, open ones are left alone, and markers go last.
@Suite struct CompactionTransactionTests {
    private let directory: TestDirectory
    private let log: PartitionLog

    init() throws {
        directory = try TestDirectory()
        var configuration = CompactedLog.configuration
        configuration.deleteRetention = .milliseconds(1000)
        log = try PartitionLog.open(directory.log, configuration: configuration)
    }

    private func send(_ text: String, from producer: Int64, sequence: Int32) throws {
        try log.append(
            keyed: text,
            producer: .init(
                id: ProducerID(producer), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(sequence),
                isTransactional: true))
    }

    private func end(_ producer: Int64, commit: Bool) throws {
        var builder = RecordBatchBuilder(
            producer: .init(
                id: ProducerID(producer), epoch: ProducerEpoch(0), baseSequence: .none, isTransactional: true),
            isControl: true)
        try builder.append(
            timestamp: CompactedLog.now, key: ByteSlice([0, 0, 0, commit ? 1 : 0]),
            value: ByteSlice([0, 0, 0, 0, 0, 0]))
        _ = try log.append(builder.finish(), from: .coordinator(LeaderEpoch(1)), now: CompactedLog.now)
    }

    private func compact(at milliseconds: Int64 = CompactedLog.now.milliseconds) throws -> CompactionReport? {
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        return try log.compactAll(at: Timestamp(milliseconds: milliseconds))
    }

    /// Offset and kind of every batch, with the number of its records.
    private func batches() throws -> [String] {
        var found: [String] = []
        var next = LogOffset.zero
        while let slice = try log.read(from: next, upTo: .logEnd, limit: 1 << 20, mustProgress: true).slice {
            var sequence = RecordBatchSequence(try slice.readBytes())
            while let batch = try sequence.next() {
                let header = batch.header
                let kind = header.attributes.isControl ? "marker" : "data"
                found.append(
                    "\(header.baseOffset) \(kind) \(header.recordCount)"
                        + (header.deleteHorizon.map { " horizon \($0)" } ?? ""))
                next = header.nextOffset
            }
        }
        return found
    }

    @Test func abortedRecordsGoAndHideNothing() throws {
        try log.append(keyed: "a=1 b=1")
        try send("a=aborted", from: 1, sequence: 0)
        try send("b=2", from: 2, sequence: 0)
        try send("c=aborted", from: 1, sequence: 1)
        try end(1, commit: false)
        try end(2, commit: true)
        #expect(try compact()?.cleanedOffset == LogOffset(7))
        // The last batch of a producer stays as a header, and so does the segment's last.
        #expect(
            try batches() == ["0 data 1", "3 data 1", "4 data 0", "5 marker 1", "6 marker 1"])
    }

    private static func aborted(_ log: PartitionLog) throws -> [AbortedTransaction] {
        try log.read(from: .zero, upTo: .transactionCommitted, limit: 1 << 20, mustProgress: true).abortedTransactions
    }

    @Test func readersHearOfTheSameAbortsAsBefore() throws {
        try send("a=1", from: 2, sequence: 0)
        try send("a=aborted", from: 1, sequence: 0)
        try log.rollNow()
        try end(1, commit: false)
        try end(2, commit: true)
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        let aborted = try Self.aborted(log)
        #expect(aborted.map(\.firstOffset.rawValue) == [1] && aborted.map(\.lastOffset.rawValue) == [2])
        try #require(try compact()?.segmentsWritten == 1)
        #expect(try Self.aborted(log) == aborted)
        let index = FileNames.segment(.zero, FileNames.Suffix.transactionIndex)
        #expect(try directory.names().filter { $0.contains(FileNames.Suffix.transactionIndex) } == [index])
        let end = try log.flush()
        let known = PartitionLog.OpenState(recoveryPoint: end, highWatermark: end)
        let crashed = try directory.snapshot()
        #expect(try Self.aborted(PartitionLog.open(crashed.log, configuration: .init(), known: known)) == aborted)
    }

    @Test func anOpenTransactionEndsWhatIsCompacted() throws {
        try log.append(keyed: "a=1 a=2")
        try send("b=1", from: 1, sequence: 0)
        try log.append(keyed: "a=3 a=4")
        #expect(try compact()?.cleanedOffset == LogOffset(2))
        #expect(try log.text() == "1:a=2 2:b=1 3:a=3 4:a=4")
        #expect(try compact() == nil)
        try end(1, commit: true)
        #expect(try compact()?.cleanedOffset == LogOffset(6))
        #expect(try batches() == ["2 data 1", "3 data 1", "5 marker 1"])
    }

    @Test func aMarkerGoesItsTimeAfterTheLastRecordOfItsTransaction() throws {
        try send("a=1", from: 1, sequence: 0)
        try end(1, commit: true)
        try log.append(keyed: "b=1")
        _ = try compact()
        #expect(try batches() == ["0 data 1", "1 marker 1", "2 data 1"])
        // Another transaction of the producer, so that nothing hangs on the first.
        try send("a=2", from: 1, sequence: 1)
        try end(1, commit: true)
        _ = try compact(at: 1_500_000)
        // This compaction still met the record, which it dropped.
        #expect(try batches() == ["1 marker 1", "2 data 1", "3 data 1", "4 marker 1"])
        try log.append(keyed: "c=1")
        _ = try compact(at: 2_000_000)
        #expect(
            try batches() == ["1 marker 1 horizon 2001000", "2 data 1", "3 data 1", "4 marker 1", "5 data 1"])
        try log.append(keyed: "c=2")
        _ = try compact(at: 2_000_999)
        #expect(try batches()[0] == "1 marker 1 horizon 2001000")
        try log.append(keyed: "c=3")
        _ = try compact(at: 2_001_000)
        #expect(try batches() == ["2 data 1", "3 data 1", "4 marker 1", "7 data 1"])
    }

    @Test func theMarkerOfAnAbortedTransactionGoesTheSameWay() throws {
        try send("a=1", from: 1, sequence: 0)
        try end(1, commit: false)
        try send("a=2", from: 1, sequence: 1)
        try end(1, commit: true)
        _ = try compact(at: 2_000_000)
        #expect(try batches() == ["1 marker 1", "2 data 1", "3 marker 1"])
        try log.append(keyed: "b=1")
        _ = try compact(at: 3_000_000)
        #expect(try batches() == ["1 marker 1 horizon 3001000", "2 data 1", "3 marker 1", "4 data 1"])
        try log.append(keyed: "b=2")
        _ = try compact(at: 3_001_000)
        #expect(try batches() == ["2 data 1", "3 marker 1", "5 data 1"])
    }
}
