internal import RecordFormat

/// Batches that may be appended: checked, recompressed if the topic wants that, and stamped but for offset and epoch.
///
/// Not copied: an append takes each reference it holds once.
struct PreparedBatches: ~Copyable {
    var records: ByteSlice
    var headers: BatchHeaders
    /// The headers as they came.
    private var given: BatchHeaders
    /// Whether the batches are written to; a leader's are not.
    private let isStamped: Bool
    /// For each header the marker that its batch holds; empty if none is a control batch.
    var markers: [EndTransactionMarker?] = []
    /// The append time, if the topic's timestamps are the broker's and the batches are new.
    var appendTime: Timestamp?

    /// Creates the preparation of an append whose first batch came with `first`.
    init(_ records: ByteSlice, first: RecordBatchHeader, isStamped: Bool, appendTime: Timestamp?) {
        self.records = records
        headers = BatchHeaders(first)
        given = BatchHeaders(first)
        self.isStamped = isStamped
        self.appendTime = appendTime
    }

    /// Takes all stamps back from the bytes that were given.
    func restore(_ records: ByteSlice) {
        if isStamped { BatchStamping.restore(given, in: records) }
    }

    /// Adds the header of a further batch, as it came.
    mutating func append(_ header: RecordBatchHeader) {
        headers.append(header)
        given.append(header)
    }
}

/// Judges batches before they are appended: what a producer gets wrong must not reach a file.
///
/// All of it happens before the append lane is taken: checksums, walking the records and decompressing them are what an
/// append costs most, and need nothing that the lane guards.
struct BatchValidation {
    let rules: AppendRules
    let origin: AppendOrigin
    let now: Timestamp

    /// Checks the batches in `records` and brings them into the form in which they are appended.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch`, `.invalidRecord`, `.recordTooLarge` or `.invalidTimestamp`.
    func prepare(_ records: ByteSlice) throws(LogError) -> PreparedBatches {
        guard !records.isEmpty else { throw LogError(.invalidRecord, "there is no record batch to append") }
        let isStamped = origin != .leader
        var header = try header(in: records.bytes, at: 0)
        var prepared = PreparedBatches(
            records, first: header, isStamped: isStamped,
            appendTime: isStamped && rules.timestampType == .logAppendTime ? now : nil)
        // What is appended in place of `records`, once a batch of them had to be recompressed.
        var recoded: ByteAccumulator?
        var position = 0
        while true {
            let range = position..<position + header.totalSize
            let other = isStamped ? try prepare(&header, in: records, range, prepared.appendTime) : nil
            if other != nil, recoded == nil {
                recoded = ByteAccumulator(capacity: records.count)
                recoded?.append(records[0..<position].bytes)
            }
            if recoded != nil {
                let batch = other ?? records[range]
                recoded?.append(batch.bytes)
            }
            prepared.headers[prepared.headers.count - 1] = header
            if header.attributes.isControl || !prepared.markers.isEmpty {
                try noteMarker(of: header, other ?? records[range], in: &prepared)
            }
            position = range.upperBound
            guard position < records.count else { break }
            guard let next = try following(in: records.bytes, at: position) else {
                prepared.records = records[0..<position]
                break
            }
            header = next
            prepared.append(header)
        }
        if let recoded { prepared.records = recoded.finish() }
        if case .producer = origin, prepared.headers.count != 1 {
            throw LogError(
                .invalidRecord,
                "a produce request carries one batch for a partition, here are \(prepared.headers.count)")
        }
        return prepared
    }

    /// The header of a batch behind the first; `nil` if a leader's bytes end within the batch, as they may where a fetch's
    /// limit cut them: it comes again, as the first of the next fetch, and is judged then.
    private func following(in bytes: RawSpan, at position: Int) throws(LogError) -> RecordBatchHeader? {
        let left = bytes.byteCount - position
        if origin == .leader, left < RecordBatchHeader.size { return nil }
        let header = try parsedHeader(in: bytes, at: position)
        if origin == .leader, header.totalSize > left { return nil }
        try verify(header, in: bytes, at: position)
        return header
    }

    private func header(in bytes: RawSpan, at position: Int) throws(LogError) -> RecordBatchHeader {
        let header = try parsedHeader(in: bytes, at: position)
        try verify(header, in: bytes, at: position)
        return header
    }

    private func parsedHeader(in bytes: RawSpan, at position: Int) throws(LogError) -> RecordBatchHeader {
        do { return try RecordBatchHeader(parsing: bytes, at: position) } catch { throw Self.noBatch(error) }
    }

    private func verify(_ header: RecordBatchHeader, in bytes: RawSpan, at position: Int) throws(LogError) {
        guard header.totalSize <= bytes.byteCount - position else {
            throw LogError(.corruptBatch, "a batch of \(header.totalSize) bytes in \(bytes.byteCount - position)")
        }
        // The size limit comes before the checksum: what is too large is not worth reading.
        try checkSize(header.totalSize)
        do { try RecordBatch.verifyChecksum(of: header, in: bytes, at: position) } catch { throw Self.noBatch(error) }
    }

    private static func noBatch(_ cause: RecordFormatError) -> LogError {
        LogError(.corruptBatch, "not a record batch", cause: "\(cause)")
    }

    private func checkSize(_ size: Int) throws(LogError) {
        guard case .producer = origin, size > rules.maxMessageBytes else { return }
        throw LogError(
            .recordTooLarge,
            "the batch has \(size) bytes, the topic takes \(rules.maxMessageBytes) (max.message.bytes)")
    }

    /// Reads the marker of the last header's batch if it is a control batch.
    private func noteMarker(
        of header: RecordBatchHeader, _ batch: ByteSlice, in prepared: inout PreparedBatches
    ) throws(LogError) {
        while prepared.markers.count < prepared.headers.count { prepared.markers.append(nil) }
        guard header.attributes.isControl else { return }
        do {
            prepared.markers[prepared.markers.count - 1] = try EndTransactionMarker.read(
                try RecordBatch(validating: batch))
        } catch {
            throw (error as? LogError) ?? LogError(.invalidRecord, "a control batch does not parse", cause: "\(error)")
        }
    }

    /// Checks the new batch in `range` and stamps its timestamps; returns what takes its place if it was compressed
    /// another way.
    ///
    /// Slices are made only where they are needed: each costs a retain and a release, and most appends are small.
    private func prepare(
        _ header: inout RecordBatchHeader, in records: ByteSlice, _ range: Range<Int>, _ appendTime: Timestamp?
    ) throws(LogError) -> ByteSlice? {
        if origin.isProducer { try checkHeader(header) }
        let plain = range.lowerBound + RecordBatchHeader.size..<range.upperBound
        let opened = try openedSection(of: header, in: records, plain)
        var latest = header.maxTimestamp
        if origin.isProducer {
            if let opened {
                latest = try walk(opened.bytes, 0..<opened.count, of: header)
            } else if !header.attributes.isCompressed {
                latest = try walk(records.bytes, plain, of: header)
            }
        }
        var result: ByteSlice?
        if let codec = rules.compression.codec(insteadOf: header) {
            result = try recode(&header, opened ?? records[plain], as: codec)
        }
        if let appendTime {
            BatchStamping.stamp(&header, in: result ?? records[range], maxTimestamp: appendTime, type: .logAppendTime)
        } else if latest != header.maxTimestamp {
            // Lookup by time and retention go by the header, so it has to be right whatever the producer wrote there.
            BatchStamping.stamp(&header, in: result ?? records[range], maxTimestamp: latest, type: .createTime)
        }
        return result
    }

    private func recode(
        _ header: inout RecordBatchHeader, _ section: ByteSlice, as codec: CompressionCodec
    ) throws(LogError) -> ByteSlice {
        let result: ByteSlice
        do {
            let recoder = RecordBatchRecoder(codec, level: rules.compression.level)
            result = try recoder.recode(header, section: section)
            header = try RecordBatchHeader(parsing: result.bytes)
        } catch { throw LogError(.invalidRecord, "the batch cannot be recompressed", cause: "\(error)") }
        try checkSize(header.totalSize)
        return result
    }

    private func checkHeader(_ header: RecordBatchHeader) throws(LogError) {
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
        guard header.hasProducer || !header.attributes.isTransactional else {
            throw LogError(.invalidRecord, "a batch of a transaction names no producer")
        }
    }

    /// The records of a compressed batch, decompressed where something has to be known about each of them; `nil` where
    /// it may stay unopened.
    ///
    /// A topic that accepts any timestamp, or stamps its own, and does not need keys takes compressed batches as they
    /// are: decompressing costs ten times what the rest of an append does. Kafka opens them in every case.
    private func openedSection(
        of header: RecordBatchHeader, in records: ByteSlice, _ range: Range<Int>
    ) throws(LogError) -> ByteSlice? {
        guard header.attributes.isCompressed else { return nil }
        let isNeeded =
            origin.isProducer && mustOpenCompressed || rules.compression.codec(insteadOf: header) != nil
        guard isNeeded, let codec = header.attributes.codec else { return nil }
        do {
            return try codec.decompress(
                records.bytes.extracting(range), limit: rules.decompressedLimit)
        } catch { throw LogError(.invalidRecord, "the batch's records cannot be decompressed", cause: "\(error)") }
    }

    private var mustOpenCompressed: Bool {
        if rules.needsKeys { return true }
        guard rules.timestampType == .createTime else { return false }
        return rules.oldest != nil || rules.lead != nil
    }

    /// Walks all records of a batch, which stand in `range`; returns their latest timestamp.
    private func walk(
        _ bytes: RawSpan, _ range: Range<Int>, of header: RecordBatchHeader
    ) throws(LogError) -> Timestamp {
        var times = TimestampRange(base: header.baseTimestamp)
        var cursor = RecordCursor(range: range, count: header.recordCount)
        var index: Int32 = 0
        var lacksKeys = false
        do {
            if rules.needsKeys {
                while let fields = try cursor.next(in: bytes) {
                    try checkDelta(fields.offsetDelta, index)
                    if fields.key == nil { lacksKeys = true }
                    times.note(fields.timestampDelta)
                    index += 1
                }
            } else {
                while let deltas = try cursor.nextDeltas(in: bytes) {
                    try checkDelta(deltas.offset, index)
                    times.note(deltas.timestamp)
                    index += 1
                }
            }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.invalidRecord, "the batch's records do not parse", cause: "\(error)")
        }
        guard !times.isImpossible else {
            throw LogError(.invalidTimestamp, "a record's timestamp exceeds 64 bits")
        }
        if lacksKeys || isOutOfBounds(times) { throw refusal(bytes, range, of: header) }
        return times.latest
    }

    /// Offsets are dense: record by record one more than the one before.
    @inline(__always)
    private func checkDelta(_ delta: Int32, _ index: Int32) throws(LogError) {
        guard delta == index else {
            throw LogError(.invalidRecord, "record \(index) of the batch has offset delta \(delta)")
        }
    }

    private func isOutOfBounds(_ times: TimestampRange) -> Bool {
        // A record without a time has none that could be out of bounds.
        guard rules.timestampType == .createTime, times.latest > .none else { return false }
        return fault(of: times.earliest) != nil || fault(of: times.latest) != nil
    }
}

/// The earliest and latest of a batch's record timestamps, gathered record by record.
private struct TimestampRange {
    private let base: Int64
    /// Of those that have one.
    private var low = Int64.max
    private var high = Timestamp.none.milliseconds
    private(set) var isImpossible = false

    init(base: Timestamp) { self.base = base.milliseconds }

    var earliest: Timestamp { Timestamp(milliseconds: low) }
    /// -1 if no record has a time.
    var latest: Timestamp { Timestamp(milliseconds: high) }

    @inline(__always)
    mutating func note(_ delta: Int64) {
        let (time, overflow) = base.addingReportingOverflow(delta)
        if overflow { isImpossible = true }
        high = max(high, time)
        if time >= 0 { low = min(low, time) }
    }
}

extension AppendOrigin {
    /// Whether a client sent the batch, so that everything about it has to be checked.
    var isProducer: Bool { if case .producer = self { true } else { false } }
}
