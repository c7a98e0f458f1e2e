import RecordFormat
import Testing

/// Values at the ends of their ranges survive the way through a batch.
@Suite struct RecordEdgeTests {
    @Test func timestampsAtBothEndsOfTheirRange() throws {
        let times = [0, Int64.max, Int64.min, -1, 1, 63, 64, -64, -65, 8_191, 8_192, 1 << 35, -(1 << 35)]
        var builder = RecordBatchBuilder()
        for time in times {
            try builder.append(timestamp: Timestamp(milliseconds: time), key: nil, value: ByteSlice(""))
        }
        let records = try RecordBatch(validating: builder.finish()).records()
        #expect(records.map(\.timestamp.milliseconds) == times)
    }

    @Test func lengthsAroundEveryVarintBoundary() throws {
        let lengths = [0, 1, 63, 64, 65, 8_190, 8_191, 8_192, 8_193, 1_048_575, 1_048_576]
        var builder = RecordBatchBuilder()
        for length in lengths {
            let bytes = ByteSlice([UInt8](repeating: 5, count: length))
            try builder.append(
                timestamp: .none, key: bytes, value: bytes, headers: [RecordHeader(key: "h", value: bytes)])
        }
        let records = try RecordBatch(validating: builder.finish()).records()
        #expect(records.map { $0.key?.count } == lengths)
        #expect(records.map { $0.value?.count } == lengths)
        #expect(records.map { $0.headers.first?.value?.count } == lengths)
    }

    @Test(arguments: CompressionCodec.allCases) func aHundredThousandRecords(codec: CompressionCodec) throws {
        var builder = RecordBatchBuilder(codec: codec)
        for index in 0..<100_000 {
            try builder.append(timestamp: Timestamp(milliseconds: Int64(index)), key: nil, value: ByteSlice("\(index)"))
        }
        #expect(builder.recordCount == 100_000)
        let batch = try RecordBatch(validating: builder.finish())
        let section = try batch.recordSection()
        var cursor = RecordCursor(range: 0..<section.count, count: batch.header.recordCount)
        var expected: Int32 = 0
        while let fields = try cursor.next(in: section.bytes) {
            try #require(fields.offsetDelta == expected && fields.timestampDelta == Int64(expected))
            expected += 1
        }
        #expect(expected == 100_000)
    }

    @Test func offsetDeltasMayLeaveGapsAndNotGoBack() throws {
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: .none, key: nil, value: ByteSlice("a").bytes, offsetDelta: 3)
        try builder.append(timestamp: .none, key: nil, value: ByteSlice("b").bytes, offsetDelta: 9)
        var refused = false
        do { try builder.append(timestamp: .none, key: nil, value: ByteSlice("c").bytes, offsetDelta: 9) } catch {
            refused = true
        }
        #expect(refused)
        let batch = try RecordBatch(validating: builder.finish())
        #expect(batch.header.lastOffsetDelta == 9 && batch.header.recordCount == 2)
        #expect(try batch.records().map(\.offset.rawValue) == [3, 9])
    }
}
