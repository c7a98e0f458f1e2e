import KafkaProtocol
import RecordFormat
import Testing

@testable import KafkaClient

@Suite struct FetchedPartitionTests {
    /// A batch of the named values as a broker would have written it.
    private static func batch(
        at offset: Int64, _ values: [String], producer: Int64? = nil, marker: UInt8? = nil
    ) throws -> ByteSlice {
        let mark = producer.map {
            RecordBatchBuilder.Producer(
                id: ProducerID($0), epoch: ProducerEpoch(0), baseSequence: SequenceNumber(0), isTransactional: true)
        }
        var builder = RecordBatchBuilder(producer: mark, isControl: marker != nil)
        if let marker {
            try builder.append(
                timestamp: .none, key: ByteSlice([0, 0, 0, marker]), value: ByteSlice([0, 0, 0, 0, 0, 0]))
        }
        for value in values { try builder.append(timestamp: .none, key: nil, value: ByteSlice(value)) }
        let bytes = try builder.finish()
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: offset.bigEndian, as: Int64.self) }
        return bytes
    }

    private static func fetched(
        _ batches: [ByteSlice], from offset: Int64 = 0, aborted: [(Int64, Int64)] = [],
        _ level: ConsumerConfiguration.IsolationLevel = .readCommitted
    ) -> FetchedPartition {
        FetchedPartition(
            FetchResponse.PartitionData(
                partitionIndex: 0, highWatermark: 100,
                abortedTransactions: aborted.map { .init(producerID: $0.0, firstOffset: $0.1) },
                records: .bytes(ByteSlice(batches.flatMap(\.array)))), of: "t", fetchOffset: LogOffset(offset),
            isolationLevel: level)
    }

    private static func read(
        _ fetched: FetchedPartition, from offset: Int64 = 0
    ) throws -> (values: [String], next: LogOffset) {
        var fetched = fetched
        var position = LogOffset(offset)
        var values: [String] = []
        while let next = try fetched.next(from: position) {
            position = next.position
            values += next.batch?.records.map { $0.value?.string ?? "" } ?? []
        }
        return (values, position)
    }

    @Test func recordsBeforeThePositionAreLeftOut() throws {
        let (values, next) = try Self.read(Self.fetched([try Self.batch(at: 10, ["a", "b", "c"])], from: 11), from: 11)
        #expect(values == ["b", "c"])
        #expect(next == LogOffset(13))
    }

    @Test func abortedTransactionsAreLeftOutOfCommittedReads() throws {
        let batches = [
            try Self.batch(at: 0, ["plain"]), try Self.batch(at: 1, ["lost"], producer: 1),
            try Self.batch(at: 2, ["kept"], producer: 2), try Self.batch(at: 3, [], producer: 1, marker: 0),
            try Self.batch(at: 4, ["after"], producer: 1), try Self.batch(at: 5, [], producer: 2, marker: 1),
            try Self.batch(at: 6, [], producer: 1, marker: 1),
        ]
        let (values, next) = try Self.read(Self.fetched(batches, aborted: [(1, 1)]))
        #expect(values == ["plain", "kept", "after"])
        #expect(next == LogOffset(7))
        let all = try Self.read(Self.fetched(batches, aborted: [(1, 1)], .readUncommitted))
        #expect(all.values == ["plain", "lost", "kept", "after"])
    }

    @Test func aBatchCutOffAtTheEndEndsTheAnswer() throws {
        let whole = try Self.batch(at: 0, ["a"])
        let cut = try Self.batch(at: 1, ["b"])
        let (values, next) = try Self.read(Self.fetched([whole, cut[0..<cut.count - 1]]))
        #expect(values == ["a"])
        #expect(next == LogOffset(1))
    }

    @Test func anAnswerWithoutAWholeBatchSaysWhatToRaise() throws {
        let cut = try Self.batch(at: 0, ["a"])[0..<65]
        let error = #expect(throws: KafkaClientError.self) { try Self.read(Self.fetched([cut])) }
        #expect(error?.code == .recordTooLarge)
    }

    @Test func damagedBytesAreNeverHandedOut() throws {
        var bytes = try Self.batch(at: 0, ["value"]).array
        bytes[bytes.count - 2] ^= 1
        let error = #expect(throws: KafkaClientError.self) { try Self.read(Self.fetched([ByteSlice(bytes)])) }
        #expect(error?.code == .malformedResponse)
    }
}
