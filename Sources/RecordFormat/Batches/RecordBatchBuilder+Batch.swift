extension RecordBatchBuilder {
    /// One batch of records that have values only.
    ///
    /// - Parameters:
    ///   - values: The values, in order; at least one.
    ///   - timestamp: The time of all of them.
    ///   - codec: How they are compressed.
    /// - Throws: ``RecordFormatError`` with code `.batchFull` past 2^31 - 1 records or bytes, `.codecFailed` if
    ///   compression fails.
    /// - Precondition: there is a value.
    public static func batch(
        of values: some Sequence<ByteSlice>, timestamp: Timestamp, codec: CompressionCodec = .none
    ) throws(RecordFormatError) -> ByteSlice {
        var builder = RecordBatchBuilder(codec: codec)
        for value in values { try builder.append(timestamp: timestamp, key: nil, value: value) }
        return try builder.finish()
    }
}
