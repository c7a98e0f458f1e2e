import RecordFormat

/// What is done with batches in memory.
extension HotPath {
    static let ofRecords = [encoding, walking, decoding, checksum]

    private static let batchSize = 500

    private static let encoding = HotPath("RecordBatchBuilder_append_100Bx500", repetitions: 2_000) { _ in
        let sample = SampleRecords(count: batchSize)
        let size = try sample.encoded().count
        return PreparedHotPath {
            guard try sample.encoded().count == size else { throw HotPathFailure("batches of one kind differ in size") }
        }
    }

    /// What a broker does with a producer's batch before it takes it: header, checksum, and each record's place.
    private static let walking = HotPath("RecordCursor_walk_100Bx500", repetitions: 2_000) { _ in
        let batch = try SampleRecords(count: batchSize).encoded()
        return PreparedHotPath {
            let header = try RecordBatchHeader(parsing: batch.bytes)
            try RecordBatch.verifyChecksum(of: header, in: batch.bytes, at: 0)
            var cursor = RecordCursor(range: RecordBatchHeader.size..<batch.count, count: header.recordCount)
            var index: Int32 = 0
            while let deltas = try cursor.nextDeltas(in: batch.bytes) {
                guard deltas.offset == index else { throw HotPathFailure("record \(index) is not where it has to be") }
                index += 1
            }
            guard index == Int32(batchSize) else { throw HotPathFailure("the batch has \(index) records") }
        }
    }

    /// What a consumer does that wants its records one by one.
    private static let decoding = HotPath("RecordBatch_records_100Bx500", repetitions: 2_000) { _ in
        let bytes = try SampleRecords(count: batchSize).encoded()
        return PreparedHotPath {
            let records = try RecordBatch(validating: bytes).records()
            guard records.count == batchSize else { throw HotPathFailure("the batch has \(records.count) records") }
        }
    }

    private static let checksum = HotPath("CRC32C_checksum_64KiB", repetitions: 10_000) { _ in
        let bytes = ByteSlice([UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10))
        let expected = CRC32C.checksum(of: bytes.bytes)
        return PreparedHotPath {
            guard CRC32C.checksum(of: bytes.bytes) == expected else { throw HotPathFailure("the checksum changes") }
        }
    }
}
