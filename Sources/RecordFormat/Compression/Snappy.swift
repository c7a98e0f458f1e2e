internal import CSnappy

/// Snappy in its two framings: the bare block that librdkafka writes, and the blocks of xerial's Java stream.
enum Snappy {
    /// What xerial's stream starts with: a name, then version and lowest compatible version, four bytes each.
    private static let magic: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
    private static let streamHeaderSize = 16
    /// The input bytes of one block, as Kafka's Java clients choose them.
    private static let blockSize = 32 * 1024
    /// The most that the format makes of a byte: a copy of 64 bytes takes three. What claims more is not worth the room.
    private static let largestRatio = 22

    static func compress(_ bytes: RawSpan) throws(RecordFormatError) -> ByteSlice {
        var output = ByteAccumulator(capacity: streamHeaderSize + bytes.byteCount / 2)
        unsafe output.append(magic.span.bytes)
        output.append(bigEndian: Int32(1))
        output.append(bigEndian: Int32(1))
        var position = 0
        while position < bytes.byteCount {
            let block = bytes.extracting(position..<min(position + blockSize, bytes.byteCount))
            try append(block, to: &output)
            position += block.byteCount
        }
        return output.finish()
    }

    private static func append(_ block: RawSpan, to output: inout ByteAccumulator) throws(RecordFormatError) {
        let lengthPosition = output.count
        output.append(bigEndian: Int32(0))
        var status = SNAPPY_OK
        var written = 0
        unsafe output.appendUninitialized(room: snappy_max_compressed_length(block.byteCount)) { target in
            written = target.count
            status = unsafe block.withUnsafeBytes { input in
                unsafe snappy_compress(input.baseAddress, input.count, target.baseAddress, &written)
            }
            return status == SNAPPY_OK ? written : 0
        }
        guard status == SNAPPY_OK else { throw RecordFormatError(.codecFailed, "snappy could not compress a block") }
        unsafe output.withUnsafeMutableBytes { unsafe $0.storeBigEndian(Int32(written), at: lengthPosition) }
    }

    static func decompress(_ bytes: RawSpan, limit: Int) throws(RecordFormatError) -> ByteSlice {
        var output = ByteAccumulator(capacity: CompressionCodec.firstGuess(for: bytes.byteCount, limit: limit))
        guard isStream(bytes) else {
            try append(decompressing: bytes, to: &output, limit: limit)
            return output.finish()
        }
        var position = streamHeaderSize
        while position < bytes.byteCount {
            guard bytes.byteCount - position >= 4 else {
                throw RecordFormatError(.codecFailed, "snappy: block length cut off at byte \(position)")
            }
            let length = Int(bytes.bigEndian(at: position, as: Int32.self))
            position += 4
            guard length >= 0, length <= bytes.byteCount - position else {
                throw RecordFormatError(.codecFailed, "snappy: block of \(length) bytes at byte \(position)")
            }
            try append(decompressing: bytes.extracting(position..<position + length), to: &output, limit: limit)
            position += length
        }
        return output.finish()
    }

    private static func isStream(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount >= streamHeaderSize else { return false }
        return magic.indices.allSatisfy { bytes.bigEndian(at: $0, as: UInt8.self) == magic[$0] }
    }

    private static func append(
        decompressing block: RawSpan, to output: inout ByteAccumulator, limit: Int
    ) throws(RecordFormatError) {
        var length = 0
        let known = unsafe block.withUnsafeBytes {
            unsafe snappy_uncompressed_length($0.baseAddress, $0.count, &length)
        }
        guard known == SNAPPY_OK else { throw RecordFormatError(.codecFailed, "snappy: no length in front of a block") }
        guard length <= limit - output.count else { throw CompressionCodec.limitExceeded(limit) }
        guard length <= block.byteCount * largestRatio + 64 else {
            throw RecordFormatError(.codecFailed, "snappy: \(block.byteCount) bytes claim to be \(length)")
        }
        var status = SNAPPY_OK
        unsafe output.appendUninitialized(room: length) { target in
            status = unsafe block.withUnsafeBytes { input in
                unsafe snappy_uncompress(input.baseAddress, input.count, target.baseAddress, &length)
            }
            return status == SNAPPY_OK ? length : 0
        }
        guard status == SNAPPY_OK else { throw RecordFormatError(.codecFailed, "snappy: a block is damaged") }
    }
}
