import RecordFormat
import Testing

@Suite struct RecordBatchTests {
    @Test(arguments: CompressionCodec.allCases) func recordsComeBackAsTheyWereAppended(codec: CompressionCodec) throws {
        var builder = RecordBatchBuilder(codec: codec)
        for index in 0..<500 {
            try builder.append(
                timestamp: Timestamp(milliseconds: 1_000_000 + Int64(index % 7)),
                key: index % 3 == 0 ? nil : ByteSlice("key \(index)"),
                value: index % 5 == 0 ? nil : ByteSlice(String(repeating: "v", count: index)),
                headers: index % 4 == 0
                    ? [RecordHeader(key: "h\(index)", value: nil), RecordHeader(key: "é", value: ByteSlice("x"))] : [])
        }
        let batch = try RecordBatch(validating: try builder.finish())
        let records = try batch.records()
        #expect(records.count == 500)
        #expect(batch.header.maxTimestamp.milliseconds == 1_000_006)
        for (index, record) in records.enumerated() {
            #expect(record.offset.rawValue == Int64(index))
            #expect(record.timestamp.milliseconds == 1_000_000 + Int64(index % 7))
            #expect(record.key?.string == (index % 3 == 0 ? nil : "key \(index)"))
            #expect(record.value?.string == (index % 5 == 0 ? nil : String(repeating: "v", count: index)))
            #expect(record.headers.count == (index % 4 == 0 ? 2 : 0))
        }
    }

    @Test func valuesMakeABatchInOneCall() throws {
        let time = Timestamp(milliseconds: 7)
        let bytes = try RecordBatchBuilder.batch(of: ["a", "b"].map { ByteSlice($0) }, timestamp: time, codec: .lz4)
        let batch = try RecordBatch(validating: bytes)
        #expect(batch.header.attributes.codec == .lz4)
        #expect(try batch.records().map { $0.value?.string } == ["a", "b"])
        #expect(try batch.records().allSatisfy { $0.key == nil && $0.timestamp == time })
    }

    @Test func anyFlippedBitIsFound() throws {
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: Timestamp(milliseconds: 1), key: ByteSlice("k"), value: ByteSlice("value"))
        let good = try builder.finish().array
        for index in RecordBatchHeader.Position.batchLength..<good.count
        where !(RecordBatchHeader.Position.leaderEpoch..<RecordBatchHeader.Position.magic).contains(index) {
            for bit in 0..<8 {
                var bad = good
                bad[index] ^= 1 << bit
                #expect(throws: RecordFormatError.self) { try RecordBatch(validating: ByteSlice(bad)) }
            }
        }
    }

    @Test func aSequenceEndsBeforeAnIncompleteBatch() throws {
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: .none, key: nil, value: ByteSlice("one"))
        let one = try builder.finish()
        let two = ByteSlice(one.array + one.array.dropLast())
        var sequence = RecordBatchSequence(two)
        #expect(try sequence.next() != nil)
        #expect(try sequence.next() == nil)
        #expect(sequence.nextPosition == one.count)
    }
}
