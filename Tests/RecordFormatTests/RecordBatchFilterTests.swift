import RecordFormat
import Testing

/// Batches lose records and nothing else.
@Suite struct RecordBatchFilterTests {
    private static let producer = RecordBatchBuilder.Producer(
        id: ProducerID(77), epoch: ProducerEpoch(3), baseSequence: SequenceNumber(40), isTransactional: true)

    /// Records 0..<6 at offset 1000: every third is a tombstone.
    private static func batch(
        _ codec: CompressionCodec, type: TimestampType = .createTime, count: Int = 6
    ) throws -> RecordBatch {
        var builder = RecordBatchBuilder(codec: codec, producer: producer, timestampType: type)
        for index in 0..<count {
            try builder.append(
                timestamp: Timestamp(milliseconds: 5_000 + Int64(index * 10)), key: ByteSlice("key \(index)"),
                value: index % 3 == 2 ? nil : ByteSlice(String(repeating: "value \(index) ", count: 20)),
                headers: [RecordHeader(key: "h", value: index == 1 ? nil : ByteSlice("\(index)"))])
        }
        let bytes = try builder.finish()
        bytes.withUnsafeMutableBytes { memory in
            memory.storeBigEndian(Int64(1000), at: RecordBatchHeader.Position.baseOffset)
            memory.storeBigEndian(Int32(9), at: RecordBatchHeader.Position.leaderEpoch)
        }
        return try RecordBatch(validating: bytes)
    }

    private static func replaced(_ result: RecordBatchFilter.Result) throws -> RecordBatch {
        guard case .replaced(let bytes) = result.outcome else {
            throw Failure(description: "\(result.outcome) is no replacement")
        }
        return try RecordBatch(validating: bytes)
    }

    private struct Failure: Error, CustomStringConvertible { var description: String }

    /// What no filter may change.
    private static func identity(_ header: RecordBatchHeader) -> [Int64] {
        [
            header.baseOffset.rawValue, Int64(header.lastOffsetDelta), Int64(header.leaderEpoch.rawValue),
            header.producerID.rawValue, Int64(header.producerEpoch.rawValue), Int64(header.baseSequence.rawValue),
            Int64(header.attributes.timestampType.rawValue), header.attributes.isTransactional ? 1 : 0,
            header.attributes.isControl ? 1 : 0,
        ]
    }

    @Test(arguments: CompressionCodec.allCases) func recordsThatStayAreTheSame(codec: CompressionCodec) throws {
        let batch = try Self.batch(codec)
        let filter = RecordBatchFilter(keepsEmptyBatch: false)
        for kept: Set<Int64> in [[0], [5], [1, 4], [0, 2, 4], [2], [0, 1, 2, 3, 4]] {
            let result = try filter.apply(to: batch) { kept.contains($0.offset.rawValue - 1000) }
            let left = try Self.replaced(result)
            #expect(Self.identity(left.header) == Self.identity(batch.header))
            #expect(left.header.attributes.codec == codec)
            let expected = try batch.records().filter { kept.contains($0.offset.rawValue - 1000) }
            #expect(try left.records() == expected)
            #expect(result.keptRecords == expected.count && Int(left.header.recordCount) == expected.count)
            #expect(left.header.maxTimestamp == expected.map(\.timestamp).max())
            #expect(left.header.baseTimestamp == batch.header.baseTimestamp && left.header.deleteHorizon == nil)
        }
    }

    @Test(arguments: CompressionCodec.allCases) func aBatchThatKeepsAllStaysAsItIs(codec: CompressionCodec) throws {
        let batch = try Self.batch(codec)
        let result = try RecordBatchFilter(keepsEmptyBatch: true).apply(to: batch) { _ in true }
        #expect(result.outcome == .unchanged && result.keptRecords == 6)
    }

    @Test(arguments: CompressionCodec.allCases) func aHeaderAloneCanStay(codec: CompressionCodec) throws {
        let batch = try Self.batch(codec)
        let empty = try Self.replaced(RecordBatchFilter(keepsEmptyBatch: true).apply(to: batch) { _ in false })
        #expect(Self.identity(empty.header) == Self.identity(batch.header))
        #expect(empty.bytes.count == RecordBatchHeader.size && empty.header.recordCount == 0)
        #expect(empty.header.attributes.codec == CompressionCodec.none)
        #expect(empty.header.maxTimestamp == batch.header.maxTimestamp && empty.header.baseTimestamp == .none)
        #expect(try empty.records().isEmpty)
        // It can stay again, and it can go.
        #expect(try RecordBatchFilter(keepsEmptyBatch: true).apply(to: empty) { _ in true }.outcome == .unchanged)
        #expect(try RecordBatchFilter(keepsEmptyBatch: false).apply(to: empty) { _ in true }.outcome == .removed)
        #expect(try RecordBatchFilter(keepsEmptyBatch: false).apply(to: batch) { _ in false }.outcome == .removed)
    }

    @Test(arguments: CompressionCodec.allCases) func tombstonesThatStayGetADeleteHorizonOnce(
        codec: CompressionCodec
    ) throws {
        let batch = try Self.batch(codec)
        let horizon = Timestamp(milliseconds: 1_700_000_000_000)
        let filter = RecordBatchFilter(keepsEmptyBatch: false, deleteHorizon: horizon)
        let marked = try Self.replaced(filter.apply(to: batch) { _ in true })
        #expect(marked.header.deleteHorizon == horizon && marked.header.attributes.hasDeleteHorizon)
        #expect(Self.identity(marked.header) == Self.identity(batch.header))
        // The records' own times stay, though they are counted from another base.
        #expect(try marked.records() == batch.records())
        #expect(marked.header.maxTimestamp == batch.header.maxTimestamp)

        let later = RecordBatchFilter(
            keepsEmptyBatch: false, deleteHorizon: Timestamp(milliseconds: horizon.milliseconds + 5))
        #expect(try later.apply(to: marked) { _ in true }.outcome == .unchanged)
        let fewer = try Self.replaced(later.apply(to: marked) { $0.offset.rawValue != 1001 })
        #expect(fewer.header.deleteHorizon == horizon)
        #expect(try fewer.records() == batch.records().filter { $0.offset.rawValue != 1001 })
        let values = try filter.apply(to: batch) { !$0.isTombstone }
        #expect(try Self.replaced(values).header.deleteHorizon == nil)
    }

    @Test func aMarkerGetsADeleteHorizonWithoutTombstones() throws {
        let batch = try Self.batch(.none, count: 1)
        let filter = RecordBatchFilter(
            keepsEmptyBatch: false, deleteHorizon: Timestamp(milliseconds: 9), marksWithoutTombstones: true)
        let marked = try Self.replaced(filter.apply(to: batch) { _ in true })
        #expect(marked.header.deleteHorizon == Timestamp(milliseconds: 9))
        #expect(try marked.records() == batch.records())
    }

    @Test func theAppendTimeIsNotComputedAnew() throws {
        let batch = try Self.batch(.lz4, type: .logAppendTime)
        let left = try Self.replaced(
            RecordBatchFilter(keepsEmptyBatch: false).apply(to: batch) { $0.offset.rawValue == 1000 })
        #expect(left.header.maxTimestamp == batch.header.maxTimestamp)
        #expect(try left.records() == batch.records().prefix(1).map { $0 })
    }

    @Test func theKeyAndTheMissingValueAreWhatIsJudged() throws {
        var seen: [String] = []
        _ = try RecordBatchFilter(keepsEmptyBatch: false).apply(to: Self.batch(.zstd)) { record in
            seen.append("\(record.offset) \(record.key?.string ?? "-") \(record.isTombstone)")
            return true
        }
        #expect(
            seen == (0..<6).map { "\(1000 + $0) key \($0) \($0 % 3 == 2)" })
    }

    @Test func damageIsThrownAndNotFilteredAway() throws {
        let bytes = try Self.batch(.none).bytes.array
        // A record length that reaches beyond the batch.
        var broken = bytes
        broken[RecordBatchHeader.size] = 0xFE
        broken[RecordBatchHeader.size + 1] = 0xFF
        let batch = RecordBatch(
            verified: ByteSlice(broken), header: try RecordBatchHeader(parsing: ByteSlice(broken).bytes))
        #expect(throws: RecordFormatError.self) {
            _ = try RecordBatchFilter(keepsEmptyBatch: false).apply(to: batch) { _ in true }
        }
    }
}
