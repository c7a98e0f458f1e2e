import RecordFormat

/// Parses, validates, iterates and decompresses, and holds what comes out against itself.
enum RecordBatchTarget {
    /// Small, so that a batch which claims more costs nothing.
    private static let limit = 1 << 20

    static func run(_ input: ByteSlice) {
        // As it comes: most inputs end at the checksum.
        iterate(RecordBatchSequence(input))
        // And with the checksum made right, as anyone can who sends a batch.
        guard input.count > RecordBatchHeader.size else { return }
        let batch = ByteSlice(input.array)
        batch.withUnsafeMutableBytes { bytes in
            let length = Int32(bytes.count - RecordBatchHeader.Position.batchLength - 4)
            bytes.storeBytes(
                of: length.bigEndian, toByteOffset: RecordBatchHeader.Position.batchLength, as: Int32.self)
            bytes[RecordBatchHeader.Position.magic] = 2
            let covered = UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            let checksum = CRC32C.checksum(of: covered).bigEndian
            bytes.storeBytes(
                of: checksum, toByteOffset: RecordBatchHeader.checksumStart - 4, as: UInt32.self)
        }
        iterate(RecordBatchSequence(batch))
        if let batch = try? RecordBatch(validating: batch) { rebuild(batch) }
    }

    private static func iterate(_ batches: RecordBatchSequence) {
        var batches = batches
        while let batch = try? batches.next() {
            guard let records = try? batch.records(limit: limit) else { continue }
            demand(records.count == Int(batch.header.recordCount), "a record count that is not the header's")
        }
    }

    /// What the records say survives being written and read again.
    private static func rebuild(_ batch: RecordBatch) {
        guard let records = try? batch.records(limit: limit), !records.isEmpty else { return }
        var builder = RecordBatchBuilder()
        for record in records {
            do {
                try builder.append(
                    timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers)
            } catch {
                fatalError("records that were read cannot be written: \(error)")
            }
        }
        guard let bytes = try? builder.finish(), let again = try? RecordBatch(validating: bytes).records() else {
            fatalError("a batch that was just written cannot be read")
        }
        demand(
            zip(records, again).allSatisfy {
                $0.key == $1.key && $0.value == $1.value && $0.headers == $1.headers && $0.timestamp == $1.timestamp
            }, "records changed on their way")
    }

    /// One batch of each codec, with keys, nulls and headers.
    static var seeds: [ByteSlice] {
        CompressionCodec.allCases.compactMap { codec in
            var builder = RecordBatchBuilder(codec: codec)
            do {
                for index in 0..<4 {
                    try builder.append(
                        timestamp: Timestamp(milliseconds: 1_000 + Int64(index)),
                        key: index == 1 ? nil : ByteSlice("k"),
                        value: index == 2 ? nil : ByteSlice("value value value"),
                        headers: index == 3 ? [RecordHeader(key: "h", value: nil)] : [])
                }
                return try builder.finish()
            } catch {
                fatalError("no batch with \(codec): \(error)")
            }
        }
    }
}
