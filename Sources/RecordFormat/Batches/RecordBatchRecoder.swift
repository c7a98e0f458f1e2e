/// Writes a batch anew with its records compressed another way; all else stays as it was.
public struct RecordBatchRecoder: Sendable {
    private let codec: CompressionCodec
    private let level: Int32?

    /// Creates a recoder that compresses with `codec`.
    ///
    /// - Parameter level: How hard the codec tries; `nil` is its default (``CompressionCodec/levels``).
    public init(_ codec: CompressionCodec, level: Int32? = nil) {
        self.codec = codec
        self.level = level
    }

    /// The batch of `header` with the records in `section`, in memory of its own.
    ///
    /// - Parameter section: The batch's encoded records, decompressed.
    /// - Throws: ``RecordFormatError`` with code `.codecFailed`, or `.batchFull` past 2^31 - 1 bytes.
    public func recode(_ header: RecordBatchHeader, section: ByteSlice) throws(RecordFormatError) -> ByteSlice {
        let packed = codec == .none ? section : try codec.compress(section.bytes, level: level)
        let size = RecordBatchHeader.size + packed.count
        guard let length = Int32(exactly: size - RecordBatchHeader.sizePrefix) else {
            throw RecordFormatError(.batchFull, "the batch takes \(size) bytes when compressed as \(codec.name)")
        }
        let kept = header.attributes.rawValue & ~RecordBatchAttributes.codecMask
        let attributes = RecordBatchAttributes(rawValue: kept | Int16(codec.rawValue))
        var bytes = ByteAccumulator(capacity: size)
        bytes.append(bigEndian: header.baseOffset.rawValue)
        bytes.append(bigEndian: length)
        bytes.append(bigEndian: header.leaderEpoch.rawValue)
        bytes.append(bigEndian: header.magic)
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: attributes.rawValue)
        bytes.append(bigEndian: header.lastOffsetDelta)
        bytes.append(bigEndian: header.baseTimestamp.milliseconds)
        bytes.append(bigEndian: header.maxTimestamp.milliseconds)
        bytes.append(bigEndian: header.producerID.rawValue)
        bytes.append(bigEndian: header.producerEpoch.rawValue)
        bytes.append(bigEndian: header.baseSequence.rawValue)
        bytes.append(bigEndian: header.recordCount)
        bytes.append(packed.bytes)
        unsafe bytes.withUnsafeMutableBytes { batch in
            let covered = unsafe UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.checksumStart...])
            unsafe batch.storeBigEndian(
                CRC32C.checksum(of: covered), at: RecordBatchHeader.Position.checksum)
        }
        return bytes.finish()
    }
}
