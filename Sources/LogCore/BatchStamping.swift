internal import RecordFormat

/// Writes what only the leader knows into batches: offsets, epoch, and timestamps.
///
/// Timestamps lie under the batch's checksum, so they are written before the append lane is taken; offset and epoch lie
/// outside of it and are known only then.
enum BatchStamping {
    private typealias Position = RecordBatchHeader.Position

    /// Writes the batch's latest timestamp, and for an append time whose it is, and makes the checksum anew.
    ///
    /// - Parameters:
    ///   - batch: Exactly the batch that `header` describes.
    ///   - timestamp: What becomes the batch's latest timestamp.
    static func stamp(
        _ header: inout RecordBatchHeader, in batch: ByteSlice, maxTimestamp timestamp: Timestamp, type: TimestampType
    ) {
        header.maxTimestamp = timestamp
        if type == .logAppendTime {
            let bit = RecordBatchAttributes(codec: .none, timestampType: .logAppendTime).rawValue
            header.attributes = RecordBatchAttributes(rawValue: header.attributes.rawValue | bit)
        }
        unsafe batch.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBigEndian(header.attributes.rawValue, at: Position.attributes)
            unsafe bytes.storeBigEndian(timestamp.milliseconds, at: Position.maxTimestamp)
            let covered = unsafe UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            header.checksum = unsafe CRC32C.checksum(of: covered)
            unsafe bytes.storeBigEndian(header.checksum, at: Position.checksum)
        }
    }

    /// Gives the batches their offsets from `nextOffset` on and their epoch; a leader's batches have both.
    ///
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` if a leader's batches do not follow the log's end.
    static func assign(
        _ headers: inout BatchHeaders, from nextOffset: LogOffset, origin: AppendOrigin
    ) throws(LogError) {
        switch origin {
        case .leader: try checkOrder(headers, from: nextOffset)
        case .producer(let epoch), .coordinator(let epoch): headers.assign(from: nextOffset, epoch)
        }
    }

    /// Writes the assigned offsets and epochs into the batches, which stand in `records` one behind the other.
    static func write(_ headers: borrowing BatchHeaders, into records: ByteSlice) {
        unsafe records.withUnsafeMutableBytes { bytes in
            var start = 0
            for index in headers.indices {
                let header = headers[index]
                unsafe bytes.storeBigEndian(header.baseOffset.rawValue, at: start + Position.baseOffset)
                unsafe bytes.storeBigEndian(header.leaderEpoch.rawValue, at: start + Position.leaderEpoch)
                start += header.totalSize
            }
        }
    }

    /// Takes all stamps back: the batches are as `given`, their headers as they came, describes them.
    static func restore(_ given: borrowing BatchHeaders, in records: ByteSlice) {
        unsafe records.withUnsafeMutableBytes { bytes in
            var start = 0
            for index in given.indices {
                let header = given[index]
                unsafe bytes.storeBigEndian(header.baseOffset.rawValue, at: start + Position.baseOffset)
                unsafe bytes.storeBigEndian(header.leaderEpoch.rawValue, at: start + Position.leaderEpoch)
                unsafe bytes.storeBigEndian(header.checksum, at: start + Position.checksum)
                unsafe bytes.storeBigEndian(header.attributes.rawValue, at: start + Position.attributes)
                unsafe bytes.storeBigEndian(header.maxTimestamp.milliseconds, at: start + Position.maxTimestamp)
                start += header.totalSize
            }
        }
    }

    /// A leader's batches must follow the log: offsets rise, though compaction may have left gaps.
    private static func checkOrder(
        _ headers: borrowing BatchHeaders, from nextOffset: LogOffset
    ) throws(LogError) {
        var expected = nextOffset
        let first = headers[0].baseOffset
        for index in headers.indices {
            let header = headers[index]
            // A segment's offsets span at most 2^31, and one append goes to one segment.
            guard header.lastOffset - first <= Int64(Int32.max) else {
                throw LogError(
                    .offsetOutOfRange,
                    "batches from offset \(first) to \(header.lastOffset) are too far apart for one append")
            }
            guard header.baseOffset >= expected else {
                throw LogError(.offsetOutOfRange, "offset \(header.baseOffset) does not follow the log end \(expected)")
            }
            expected = header.nextOffset
        }
    }
}
