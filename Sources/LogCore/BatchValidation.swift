internal import RecordFormat

/// Judges batches before they are appended: what a producer gets wrong must not reach a file.
struct BatchValidation {
    let configuration: LogConfiguration
    let origin: AppendOrigin
    let now: Timestamp

    /// The headers of the batches in `records`, all of which are right.
    func headers(of records: ByteSlice) throws(LogError) -> [RecordBatchHeader] {
        var headers: [RecordBatchHeader] = []
        var position = 0
        while position < records.count {
            let header = try header(in: records.bytes, at: position)
            try validate(header, in: records, at: position)
            headers.append(header)
            position += header.totalSize
        }
        guard !headers.isEmpty else { throw LogError(.invalidRecord, "there is no record batch to append") }
        if case .producer = origin, headers.count != 1 {
            throw LogError(
                .invalidRecord, "a produce request carries one batch for a partition, here are \(headers.count)")
        }
        return headers
    }

    private func header(in bytes: RawSpan, at position: Int) throws(LogError) -> RecordBatchHeader {
        do {
            let header = try RecordBatchHeader(parsing: bytes, at: position)
            guard header.totalSize <= bytes.byteCount - position else {
                throw LogError(.corruptBatch, "a batch of \(header.totalSize) bytes in \(bytes.byteCount - position)")
            }
            // The size limit comes before the checksum: what is too large is not worth reading.
            if case .producer = origin, header.totalSize > configuration.maxMessageBytes {
                throw LogError(
                    .recordTooLarge,
                    "the batch has \(header.totalSize) bytes, the topic takes \(configuration.maxMessageBytes) (max.message.bytes)"
                )
            }
            try RecordBatch.verifyChecksum(of: header, in: bytes, at: position)
            return header
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.corruptBatch, "not a record batch", cause: "\(error)")
        }
    }

    private func validate(_ header: RecordBatchHeader, in records: ByteSlice, at position: Int) throws(LogError) {
        guard case .producer = origin else { return }
        guard header.recordCount > 0, Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
            throw LogError(
                .invalidRecord, "\(header.recordCount) records with a last offset delta of \(header.lastOffsetDelta)")
        }
        guard !header.attributes.isControl else {
            throw LogError(.invalidRecord, "a producer cannot write control batches")
        }
        guard header.attributes.timestampType == .createTime else {
            throw LogError(
                .invalidTimestamp, "only the broker gives append times: a producer's batch must say create time")
        }
        guard header.attributes.codec != nil else { throw LogError(.invalidRecord, "unknown compression codec") }
        if header.hasProducer, header.baseSequence.rawValue < 0 || header.producerEpoch.rawValue < 0 {
            throw LogError(.invalidRecord, "producer \(header.producerID) sent no sequence number or no epoch")
        }
        try validateRecords(of: header, in: records, at: position)
        if configuration.timestampType == .createTime { try validateTimestamp(header.maxTimestamp) }
    }

    /// The most that records may grow to when their keys have to be looked at: a topic's largest batch compressed 256
    /// times, and at least 64 MiB.
    ///
    /// A kilobyte of zstd can claim gigabytes, and every produce request could bring one.
    private var decompressedLimit: Int {
        min(RecordBatch.decompressedLimit, max(configuration.maxMessageBytes * 256, 64 << 20))
    }

    /// Walks the records: of an uncompressed batch always, of a compressed one where every key has to be known.
    private func validateRecords(of header: RecordBatchHeader, in records: ByteSlice, at position: Int) throws(LogError)
    {
        let whole = position..<position + header.totalSize
        do {
            if configuration.cleanupPolicy.contains(.compact) {
                let batch = try RecordBatch(validating: records[whole])
                let section = try batch.recordSection(limit: decompressedLimit)
                var cursor = RecordCursor(range: 0..<section.count, count: header.recordCount)
                var index: Int32 = 0
                while let fields = try cursor.next(in: section.bytes) {
                    try checkDelta(fields.offsetDelta, index)
                    guard fields.key != nil else {
                        throw LogError(.invalidRecord, "a record of a compacted topic needs a key")
                    }
                    index += 1
                }
            } else if !header.attributes.isCompressed {
                var cursor = RecordCursor(
                    range: whole.lowerBound + RecordBatchHeader.size..<whole.upperBound, count: header.recordCount)
                var index: Int32 = 0
                while let delta = try cursor.nextOffsetDelta(in: records.bytes) {
                    try checkDelta(delta, index)
                    index += 1
                }
            }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.invalidRecord, "the batch's records do not parse", cause: "\(error)")
        }
    }

    /// Offsets are dense: record by record one more than the one before.
    private func checkDelta(_ delta: Int32, _ index: Int32) throws(LogError) {
        guard delta == index else {
            throw LogError(.invalidRecord, "record \(index) of the batch has offset delta \(delta)")
        }
    }

    private func validateTimestamp(_ timestamp: Timestamp) throws(LogError) {
        guard timestamp > .none else { return }
        let age = Duration.milliseconds(now.milliseconds - timestamp.milliseconds)
        if let limit = configuration.timestampBeforeMax, age > limit {
            throw LogError(.invalidTimestamp, "timestamp \(timestamp) is too old (message.timestamp.before.max.ms)")
        }
        if let limit = configuration.timestampAfterMax, .zero - age > limit {
            throw LogError(
                .invalidTimestamp, "timestamp \(timestamp) lies in the future (message.timestamp.after.max.ms)")
        }
    }
}

/// Writes what only the leader knows into batches: offsets, epoch, and append time.
struct BatchStamping {
    let nextOffset: LogOffset
    let origin: AppendOrigin
    let appendTime: Timestamp?

    /// The headers as they will be, but for the checksum, which ``write(_:into:)`` makes anew.
    ///
    /// - Throws: ``LogError`` with code `.offsetOutOfRange` if a leader's batches do not follow the log.
    func stamped(_ headers: [RecordBatchHeader]) throws(LogError) -> [RecordBatchHeader] {
        let epoch: LeaderEpoch
        switch origin {
        case .producer(let leader), .coordinator(let leader): epoch = leader
        case .leader:
            try checkOrder(headers)
            return headers
        }
        var headers = headers
        var offset = nextOffset
        for index in headers.indices {
            headers[index].baseOffset = offset
            headers[index].leaderEpoch = epoch
            if let appendTime {
                let bit = RecordBatchAttributes(codec: .none, timestampType: .logAppendTime).rawValue
                headers[index].attributes = RecordBatchAttributes(rawValue: headers[index].attributes.rawValue | bit)
                headers[index].maxTimestamp = appendTime
            }
            offset = headers[index].nextOffset
        }
        return headers
    }

    /// Writes stamped headers into the batches that they describe.
    ///
    /// Offset and epoch lie outside of the checksum; the append time inside, so that it is made anew.
    func write(_ headers: inout [RecordBatchHeader], into records: ByteSlice) {
        unsafe forEachBatch(of: &headers, in: records) { header, bytes in
            unsafe write(header, into: bytes)
            guard appendTime != nil else { return }
            let covered = unsafe UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksumStart...])
            header.checksum = unsafe CRC32C.checksum(of: covered)
            unsafe bytes.storeBigEndian(header.checksum, at: RecordBatchHeader.Position.checksum)
        }
    }

    /// Takes the stamps back: the batches are as `headers`, which were read before, describe them.
    func restore(_ headers: [RecordBatchHeader], in records: ByteSlice) {
        var headers = headers
        unsafe forEachBatch(of: &headers, in: records) { header, bytes in
            unsafe write(header, into: bytes)
            unsafe bytes.storeBigEndian(header.checksum, at: RecordBatchHeader.Position.checksum)
        }
    }

    private func forEachBatch(
        of headers: inout [RecordBatchHeader], in records: ByteSlice,
        _ body: (inout RecordBatchHeader, UnsafeMutableRawBufferPointer) -> Void
    ) {
        guard origin != .leader else { return }
        var position = 0
        for index in headers.indices {
            let size = headers[index].totalSize
            unsafe records[position..<position + size].withUnsafeMutableBytes {
                unsafe body(&headers[index], $0)
            }
            position += size
        }
    }

    private func write(_ header: RecordBatchHeader, into bytes: UnsafeMutableRawBufferPointer) {
        typealias Position = RecordBatchHeader.Position
        unsafe bytes.storeBigEndian(header.baseOffset.rawValue, at: Position.baseOffset)
        unsafe bytes.storeBigEndian(header.leaderEpoch.rawValue, at: Position.leaderEpoch)
        guard appendTime != nil else { return }
        unsafe bytes.storeBigEndian(header.attributes.rawValue, at: Position.attributes)
        unsafe bytes.storeBigEndian(header.maxTimestamp.milliseconds, at: Position.maxTimestamp)
    }

    /// A leader's batches must follow the log: offsets rise, though compaction may have left gaps.
    private func checkOrder(_ headers: [RecordBatchHeader]) throws(LogError) {
        var expected = nextOffset
        let first = headers.first?.baseOffset ?? nextOffset
        for header in headers {
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
