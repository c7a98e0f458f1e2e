import Foundation
import RecordFormat
import Testing

/// Bytes that other people's code made are read as they meant them.
@Suite struct ForeignBatchTests {
    static let batches = [
        ("plain", ForeignBatches.plain), ("gzip", ForeignBatches.gzip), ("snappy block", ForeignBatches.snappyBlock),
        ("snappy stream", ForeignBatches.snappyStream), ("lz4", ForeignBatches.lz4), ("zstd", ForeignBatches.zstd),
    ]

    static func decode(_ text: String) throws -> ByteSlice {
        ByteSlice([UInt8](try #require(Data(base64Encoded: text))))
    }

    @Test(arguments: batches) func theRecordsAreThoseThatWereSent(name: String, text: String) throws {
        let batch = try RecordBatch(validating: Self.decode(text))
        #expect(batch.header.producerID.rawValue == 1_234_567)
        #expect(batch.header.producerEpoch.rawValue == 12)
        #expect(batch.header.baseSequence.rawValue == 345 && batch.header.lastSequence.rawValue == 348)
        #expect(batch.header.baseTimestamp.milliseconds == 1_700_000_000_000)
        #expect(batch.header.maxTimestamp.milliseconds == 1_700_000_000_100)
        let records = try batch.records()
        #expect(records.map { $0.key?.string } == ["key", nil, "", "long"])
        #expect(records.map { $0.value?.string } == ["value", "", nil, String(repeating: "abcdefgh", count: 40)])
        #expect(records.map { $0.timestamp.milliseconds - 1_700_000_000_000 } == [0, 5, -1, 100])
        #expect(
            records[0].headers == [
                RecordHeader(key: "h1", value: ByteSlice("one")), RecordHeader(key: "h2", value: nil),
            ])
    }

    @Test func theBuilderMakesTheSameBytes() throws {
        let foreign = try RecordBatch(validating: Self.decode(ForeignBatches.plain))
        var builder = RecordBatchBuilder(
            producer: .init(id: ProducerID(1_234_567), epoch: ProducerEpoch(12), baseSequence: SequenceNumber(345)))
        for record in try foreign.records() {
            try builder.append(
                timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
        }
        var ours = try builder.finish().array
        // The leader epoch is the broker's to fill in: kafka-python leaves 0, the builder -1.
        ours.replaceSubrange(
            RecordBatchHeader.Position.leaderEpoch..<RecordBatchHeader.Position.magic, with: [0, 0, 0, 0])
        #expect(ours == foreign.bytes.array)
    }

    /// The drawing in docs/format/record-batch.md, byte by byte.
    @Test func theDrawingIsRight() throws {
        var builder = RecordBatchBuilder(
            producer: .init(id: ProducerID(0x0102), epoch: ProducerEpoch(3), baseSequence: SequenceNumber(4)))
        try builder.append(
            timestamp: Timestamp(milliseconds: 1_000), key: ByteSlice("k"), value: ByteSlice("value"),
            headers: [RecordHeader(key: "h", value: nil)])
        try builder.append(timestamp: Timestamp(milliseconds: 1_300), key: nil, value: ByteSlice(""))
        let expected: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0,  // base offset
            0, 0, 0, 73,  // batch length
            0xFF, 0xFF, 0xFF, 0xFF,  // leader epoch
            2,  // magic
            0x6E, 0xDC, 0xCA, 0x05,  // checksum
            0, 0,  // attributes
            0, 0, 0, 1,  // last offset delta
            0, 0, 0, 0, 0, 0, 0x03, 0xE8,  // base timestamp
            0, 0, 0, 0, 0, 0, 0x05, 0x14,  // max timestamp
            0, 0, 0, 0, 0, 0, 1, 2,  // producer id
            0, 3,  // producer epoch
            0, 0, 0, 4,  // base sequence
            0, 0, 0, 2,  // record count
            30, 0, 0, 0, 2, 0x6B, 10, 0x76, 0x61, 0x6C, 0x75, 0x65, 2, 2, 0x68, 1,
            14, 0, 0xD8, 0x04, 2, 1, 0, 0,
        ]
        let bytes = try builder.finish().array
        #expect(bytes == expected)
    }
}
