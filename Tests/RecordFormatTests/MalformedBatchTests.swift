import RecordFormat
import Testing

/// Bytes from anyone: an error, never a crash, and never more memory than they justify.
@Suite struct MalformedBatchTests {
    /// A batch around `section`, with the right length and checksum, that claims `count` records.
    static func batch(_ section: [UInt8], count: Int32, codec: CompressionCodec = .none) throws -> RecordBatch {
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: .none, key: nil, value: ByteSlice(""))
        var bytes = Array(try builder.finish().array[..<RecordBatchHeader.size]) + section
        typealias Position = RecordBatchHeader.Position
        store(Int32(bytes.count - RecordBatchHeader.sizePrefix), at: Position.batchLength, in: &bytes)
        store(Int16(codec.rawValue), at: Position.attributes, in: &bytes)
        store(max(0, count - 1), at: Position.lastOffsetDelta, in: &bytes)
        store(count, at: Position.recordCount, in: &bytes)
        let covered = ByteSlice(Array(bytes[RecordBatchHeader.checksumStart...]))
        store(CRC32C.checksum(of: covered.bytes), at: Position.checksum, in: &bytes)
        return try RecordBatch(validating: ByteSlice(bytes))
    }

    private static func store<Integer: FixedWidthInteger>(_ value: Integer, at position: Int, in bytes: inout [UInt8]) {
        for index in 0..<Integer.bitWidth / 8 {
            bytes[position + index] = UInt8(truncatingIfNeeded: value >> (Integer.bitWidth - 8 * (index + 1)))
        }
    }

    @Test(
        arguments: [
            [],  // nothing where a record has to be
            [14, 0, 0, 0, 1, 1, 0],  // a record cut off
            [12, 0, 0, 0, 1, 1, 0, 9],  // a byte left over
            [1, 0, 0, 0, 1, 1, 0],  // a negative length
            [0],  // an empty record
            [12, 0, 0, 0, 3, 1, 0],  // a key of -2 bytes
            [12, 0, 0, 0, 1, 40, 0],  // a value longer than its record
            [12, 0, 0, 0, 1, 1, 1],  // a negative number of headers
            [12, 0, 0, 0, 1, 1, 100],  // more headers than bytes
            [16, 0, 0, 0, 1, 1, 2, 1, 1],  // a header without a key
            [14, 0, 0, 0, 1, 1, 0, 0],  // bytes behind the value
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],  // a varint without end
            [30, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 1, 0],  // an offset delta of 64 bits
        ] as [[UInt8]]) func recordsThatDoNotParseAreRefused(section: [UInt8]) throws
    {
        let batch = try Self.batch(section, count: 1)
        let error = #expect(throws: RecordFormatError.self) { try batch.records() }
        #expect(error?.code == .invalidRecord)
    }

    @Test func aRecordCountThatLiesReservesNothing() throws {
        let batch = try Self.batch([12, 0, 0, 0, 1, 1, 0], count: .max)
        #expect(throws: RecordFormatError.self) { try batch.records() }
    }

    @Test func randomBytesNeverCrash() throws {
        let seed = UInt64.freshSeed()
        print("malformed batches: seed \(seed)")
        var random = RandomBytes(state: seed)
        for round in 0..<2_000 {
            let section = random.bytes(Int(random.next()))
            let codec = CompressionCodec.allCases[round % CompressionCodec.allCases.count]
            let batch = try Self.batch(section, count: Int32(random.next() % 5), codec: codec)
            _ = try? batch.records(limit: 1 << 20)
            var sequence = RecordBatchSequence(ByteSlice(section))
            _ = try? sequence.next()
        }
    }

    private struct RandomBytes {
        var state: UInt64

        mutating func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }

        mutating func bytes(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<count { bytes.append(next()) }
            return bytes
        }
    }

    @Test(arguments: CompressionCodec.allCases) func aDamagedCompressedSectionIsRefused(codec: CompressionCodec) throws
    {
        guard codec != .none else { return }
        let packed = try codec.compress(ByteSlice(String(repeating: "some text ", count: 2_000)).bytes).array
        for cut in [0, 1, 4, packed.count / 2, packed.count - 1] {
            // An empty input is an empty output for codecs that have no end mark, but never the text.
            let plain = try? Self.decompressed(ByteSlice(Array(packed[..<cut])), codec, limit: 1 << 20)
            #expect(plain == nil || plain?.isEmpty == true, "cut to \(cut)")
        }
    }

    @Test(arguments: CompressionCodec.allCases) func aBombStopsAtTheLimit(codec: CompressionCodec) throws {
        let packed = try codec.compress(ByteSlice([UInt8](repeating: 0, count: 32 << 20)).bytes)
        for limit in [0, 1, 4_096, 1 << 20, (32 << 20) - 1] {
            #expect(throws: RecordFormatError.self) { try Self.decompressed(packed, codec, limit: limit) }
        }
        let whole = try Self.decompressed(packed, codec, limit: 32 << 20)
        #expect(whole.count == 32 << 20)
    }

    @Test(arguments: CompressionCodec.allCases) func emptyAndTinyInputsComeBack(codec: CompressionCodec) throws {
        for count in [0, 1, 2, 100] {
            let bytes = ByteSlice([UInt8](repeating: 9, count: count))
            let packed = try codec.compress(bytes.bytes)
            let plain = try Self.decompressed(packed, codec, limit: 100)
            #expect(plain == bytes)
        }
    }

    @Test func snappyDoesNotTakeRoomForWhatABlockOnlyClaims() throws {
        // A length of 1 GiB in front of three bytes, bare and in a stream's block.
        let claim: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x04, 0, 0x61, 0x61]
        let stream: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 8] + claim
        for bytes in [claim, stream] {
            let error = #expect(throws: RecordFormatError.self) {
                try Self.decompressed(ByteSlice(bytes), .snappy, limit: 2 << 30)
            }
            #expect(error?.code == .codecFailed && error?.message.contains("claim") == true)
        }
    }

    @Test func zstdTakesNoWindowLargerThanTheOutputMayBe() throws {
        // A frame header without content size whose window descriptor says 2^26 and 2^24 bytes; then an empty last block.
        func frame(_ windowLog: UInt8) -> ByteSlice {
            ByteSlice([0x28, 0xB5, 0x2F, 0xFD, 0x00, (windowLog - 10) << 3, 0x01, 0x00, 0x00])
        }
        #expect(throws: RecordFormatError.self) { try Self.decompressed(frame(26), .zstd, limit: 16 << 20) }
        #expect(try Self.decompressed(frame(24), .zstd, limit: 16 << 20).isEmpty)
        #expect(try Self.decompressed(frame(23), .zstd, limit: 100).isEmpty, "every decoder takes 8 MiB")
    }

    @Test(arguments: CompressionCodec.allCases) func everyLevelComesBack(codec: CompressionCodec) throws {
        let text = ByteSlice(String(repeating: "some text that repeats ", count: 500))
        for level in [codec.levels?.lowerBound, codec.levels?.upperBound, nil] {
            let packed = try codec.compress(text.bytes, level: level)
            let plain = try Self.decompressed(packed, codec, limit: 1 << 20)
            #expect(plain == text)
        }
    }

    private static func decompressed(_ packed: ByteSlice, _ codec: CompressionCodec, limit: Int) throws -> ByteSlice {
        try codec.decompress(packed.bytes, limit: limit)
    }
}
