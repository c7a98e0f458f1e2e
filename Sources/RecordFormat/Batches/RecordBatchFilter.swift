/// Takes records out of a batch, as compaction does: what is left stands where it stood.
///
/// Base offset, last offset, leader epoch, producer and base sequence stay, so that offsets mean what they meant and a
/// producer's last sequence number can still be told.
///
/// - SeeAlso: docs/format/record-batch.md; KIP-534 (delete horizon)
public struct RecordBatchFilter: Sendable {
    /// What there is to judge a record by.
    public struct Candidate: Sendable {
        /// The record's offset.
        public var offset: LogOffset
        /// Its key, or `nil` for a null one.
        public var key: ByteSlice?
        /// Whether its value is null.
        public var isTombstone: Bool
    }

    /// What becomes of a batch.
    public enum Outcome: Sendable, Equatable {
        /// It stays, byte for byte.
        case unchanged
        /// These bytes take its place.
        case replaced(ByteSlice)
        /// Nothing is left of it.
        case removed
    }

    /// What filtering one batch did.
    public struct Result: Sendable {
        /// What becomes of the batch.
        public var outcome: Outcome
        /// Records that it keeps.
        public var keptRecords: Int

        /// Creates a result.
        public init(outcome: Outcome, keptRecords: Int) {
            self.outcome = outcome
            self.keptRecords = keptRecords
        }
    }

    /// Whether a header without records stays where no record does.
    public var keepsEmptyBatch: Bool
    /// The delete horizon for a batch that keeps tombstones and has none yet; `nil` leaves such a batch without.
    public var deleteHorizon: Timestamp?
    /// Whether a batch gets ``deleteHorizon`` even without tombstones: for the marker of a transaction that has no
    /// records left.
    public var marksWithoutTombstones: Bool

    /// Creates a filter.
    public init(keepsEmptyBatch: Bool, deleteHorizon: Timestamp? = nil, marksWithoutTombstones: Bool = false) {
        self.keepsEmptyBatch = keepsEmptyBatch
        self.deleteHorizon = deleteHorizon
        self.marksWithoutTombstones = marksWithoutTombstones
    }

    /// What `batch` becomes when only the records stay of which `keep` says so.
    ///
    /// - Throws: ``RecordFormatError`` as ``RecordBatch/recordSection(limit:)``, or with code `.invalidRecord`,
    ///   `.codecFailed` or `.batchFull`.
    public func apply(
        to batch: RecordBatch, keeping keep: (Candidate) -> Bool
    ) throws(RecordFormatError) -> Result {
        let header = batch.header
        let section = try batch.recordSection()
        var cursor = RecordCursor(range: 0..<section.count, count: header.recordCount)
        var kept = Kept()
        var start = 0
        while let fields = try cursor.next(in: section.bytes) {
            let record = start..<cursor.nextPosition
            start = record.upperBound
            let candidate = Candidate(
                offset: header.baseOffset + Int64(fields.offsetDelta), key: fields.key.map { section[$0] },
                isTombstone: fields.value == nil)
            if keep(candidate) { kept.note(record, fields) }
        }
        let outcome = try outcome(for: batch, section: section, kept: kept)
        return Result(outcome: outcome, keptRecords: kept.records.count)
    }

    /// What the walk through a batch found worth keeping.
    private struct Kept {
        /// Where the records lie in the record section, length included.
        var records: [Range<Int>] = []
        var latestDelta = Int64.min
        var hasTombstone = false

        mutating func note(_ record: Range<Int>, _ fields: RecordCursor.Fields) {
            records.append(record)
            latestDelta = max(latestDelta, fields.timestampDelta)
            hasTombstone = hasTombstone || fields.value == nil
        }
    }

    private func outcome(
        for batch: RecordBatch, section: ByteSlice, kept: Kept
    ) throws(RecordFormatError) -> Outcome {
        let header = batch.header
        guard !kept.records.isEmpty else {
            guard keepsEmptyBatch else { return .removed }
            return header.recordCount == 0 ? .unchanged : .replaced(Self.emptied(batch))
        }
        let wantsHorizon = kept.hasTombstone || marksWithoutTombstones
        let horizon = wantsHorizon && header.deleteHorizon == nil ? deleteHorizon : nil
        if horizon == nil, kept.records.count == Int(header.recordCount) { return .unchanged }
        return .replaced(try Self.rewritten(batch, section: section, kept: kept, horizon: horizon))
    }

    /// The header alone; its latest timestamp still says when the producer was last there.
    private static func emptied(_ batch: RecordBatch) -> ByteSlice {
        var attributes = batch.header.attributes
        attributes.rawValue &= ~(RecordBatchAttributes.codecMask | RecordBatchAttributes.deleteHorizonBit)
        var bytes = headerCopy(of: batch, capacity: RecordBatchHeader.size)
        patch(
            &bytes, attributes: attributes, baseTimestamp: .none, maxTimestamp: batch.header.maxTimestamp,
            recordCount: 0)
        return bytes.finish()
    }

    private static func rewritten(
        _ batch: RecordBatch, section: ByteSlice, kept: Kept, horizon: Timestamp?
    ) throws(RecordFormatError) -> ByteSlice {
        let header = batch.header
        var attributes = header.attributes
        if horizon != nil { attributes.rawValue |= RecordBatchAttributes.deleteHorizonBit }
        let base = horizon ?? header.baseTimestamp
        let shift = header.baseTimestamp.milliseconds &- base.milliseconds
        let latest = Timestamp(milliseconds: header.baseTimestamp.milliseconds &+ kept.latestDelta)
        guard let codec = attributes.codec else {
            throw RecordFormatError(.unsupportedCompression, "codec number \(attributes.rawValue & 7)")
        }
        // Another base makes each delta longer by a few bytes at most.
        let room = kept.records.reduce(0) { $0 + $1.count + (shift == 0 ? 0 : Varint.longest) }
        var records = ByteAccumulator(capacity: room)
        for record in kept.records {
            if shift == 0 {
                records.append(section.bytes.extracting(record))
            } else {
                try append(record, of: section, shiftedBy: shift, to: &records)
            }
        }
        let content = records.finish()
        let compressed = codec == .none ? content : try codec.compress(content.bytes)
        guard compressed.count <= Int(Int32.max) - RecordBatchHeader.size else {
            throw RecordFormatError(.batchFull, "the batch at offset \(header.baseOffset) has outgrown the format")
        }
        var bytes = headerCopy(of: batch, capacity: RecordBatchHeader.size + compressed.count)
        bytes.append(compressed.bytes)
        patch(
            &bytes, attributes: attributes, baseTimestamp: base,
            maxTimestamp: attributes.timestampType == .logAppendTime ? header.maxTimestamp : latest,
            recordCount: Int32(kept.records.count))
        return bytes.finish()
    }

    /// Appends the record in `range` with its timestamp counted from another base.
    private static func append(
        _ range: Range<Int>, of section: ByteSlice, shiftedBy shift: Int64, to records: inout ByteAccumulator
    ) throws(RecordFormatError) {
        let source = section.bytes
        var position = range.lowerBound
        guard Varint.read(source, at: &position, before: range.upperBound) != nil else {
            throw RecordCursor.invalid("record length", at: range.lowerBound)
        }
        let recordAttributes = section[position]
        position += 1
        guard let delta = Varint.read(source, at: &position, before: range.upperBound) else {
            throw RecordCursor.invalid("record deltas", at: range.lowerBound)
        }
        let rest = position..<range.upperBound
        let shifted = delta &+ shift
        let length = 1 + Varint.size(shifted) + rest.count
        unsafe records.appendUninitialized(room: 2 * Varint.longest + 1) { room in
            let memory = room.baseAddress!
            var written = 0
            unsafe Varint.write(Int64(length), to: memory, at: &written)
            unsafe memory.storeBytes(of: recordAttributes, toByteOffset: written, as: UInt8.self)
            written += 1
            unsafe Varint.write(shifted, to: memory, at: &written)
            return written
        }
        records.append(source.extracting(rest))
    }

    private static func headerCopy(of batch: RecordBatch, capacity: Int) -> ByteAccumulator {
        var bytes = ByteAccumulator(capacity: capacity)
        bytes.append(batch.bytes.bytes.extracting(0..<RecordBatchHeader.size))
        return bytes
    }

    /// Writes the fields that differ from the original's, and the checksum, into a complete batch.
    private static func patch(
        _ bytes: inout ByteAccumulator, attributes: RecordBatchAttributes, baseTimestamp: Timestamp,
        maxTimestamp: Timestamp, recordCount: Int32
    ) {
        typealias Position = RecordBatchHeader.Position
        unsafe bytes.withUnsafeMutableBytes { batch in
            unsafe batch.storeBigEndian(Int32(batch.count - RecordBatchHeader.sizePrefix), at: Position.batchLength)
            unsafe batch.storeBigEndian(attributes.rawValue, at: Position.attributes)
            unsafe batch.storeBigEndian(baseTimestamp.milliseconds, at: Position.baseTimestamp)
            unsafe batch.storeBigEndian(maxTimestamp.milliseconds, at: Position.maxTimestamp)
            unsafe batch.storeBigEndian(recordCount, at: Position.recordCount)
            let covered = unsafe UnsafeRawBufferPointer(rebasing: batch[RecordBatchHeader.checksumStart...])
            unsafe batch.storeBigEndian(CRC32C.checksum(of: covered), at: Position.checksum)
        }
    }
}
