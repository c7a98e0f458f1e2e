/// The fixed 61 bytes in front of every record batch (format version 2, KIP-98).
///
/// - SeeAlso: docs/format/record-batch.md
public struct RecordBatchHeader: Sendable, Hashable {
    /// Offset of the first record, as assigned by the partition's leader.
    public var baseOffset: LogOffset
    /// Bytes in the batch after this field: the whole batch is 12 bytes longer.
    public var batchLength: Int32
    /// The leader epoch in which the batch was appended (KIP-101).
    public var leaderEpoch: LeaderEpoch
    /// The format version: 2.
    public var magic: Int8
    /// CRC-32C of everything from the attributes to the end of the batch.
    public var checksum: UInt32
    /// Codec, timestamp type and flags.
    public var attributes: RecordBatchAttributes
    /// Offset of the last record less that of the first; stays when compaction removes records.
    public var lastOffsetDelta: Int32
    /// The time that the records' timestamp deltas count from.
    public var baseTimestamp: Timestamp
    /// The latest timestamp of any record, or the append time (``RecordBatchAttributes/timestampType``).
    public var maxTimestamp: Timestamp
    /// The idempotent producer, or `.none`.
    public var producerID: ProducerID
    /// The producer's generation, or `.none`.
    public var producerEpoch: ProducerEpoch
    /// Sequence number of the first record, or `.none`.
    public var baseSequence: SequenceNumber
    /// The number of records that the batch holds.
    public var recordCount: Int32

    /// The header's size in bytes.
    public static let size = 61
    /// Bytes before ``batchLength`` ends: what one has to read to learn a batch's size.
    public static let sizePrefix = 12
    /// Where the checksum starts to count.
    public static let checksumStart = 21

    /// Where fields start, in bytes from the batch's first.
    public enum Position {
        /// Where ``RecordBatchHeader/baseOffset`` starts.
        public static let baseOffset = 0
        /// Where ``RecordBatchHeader/batchLength`` starts.
        public static let batchLength = 8
        /// Where ``RecordBatchHeader/leaderEpoch`` starts.
        public static let leaderEpoch = 12
        /// Where ``RecordBatchHeader/magic`` starts.
        public static let magic = 16
        /// Where ``RecordBatchHeader/checksum`` starts.
        public static let checksum = 17
        /// Where ``RecordBatchHeader/attributes`` starts.
        public static let attributes = 21
        /// Where ``RecordBatchHeader/lastOffsetDelta`` starts.
        public static let lastOffsetDelta = 23
        /// Where ``RecordBatchHeader/baseTimestamp`` starts.
        public static let baseTimestamp = 27
        /// Where ``RecordBatchHeader/maxTimestamp`` starts.
        public static let maxTimestamp = 35
        /// Where ``RecordBatchHeader/producerID`` starts.
        public static let producerID = 43
        /// Where ``RecordBatchHeader/producerEpoch`` starts.
        public static let producerEpoch = 51
        /// Where ``RecordBatchHeader/baseSequence`` starts.
        public static let baseSequence = 53
        /// Where ``RecordBatchHeader/recordCount`` starts.
        public static let recordCount = 57
    }

    /// The whole batch in bytes.
    @inlinable public var totalSize: Int { Int(batchLength) + Self.sizePrefix }
    /// Offset of the last record.
    @inlinable public var lastOffset: LogOffset { baseOffset + Int64(lastOffsetDelta) }
    /// The offset after the last record's.
    @inlinable public var nextOffset: LogOffset { baseOffset + Int64(lastOffsetDelta) + 1 }
    /// Sequence number of the last record; `.none` if the first has none.
    @inlinable public var lastSequence: SequenceNumber {
        baseSequence == .none ? .none : baseSequence.advanced(by: lastOffsetDelta)
    }
    /// The time from which on compaction may drop the batch's tombstones, once it has set one (KIP-534).
    @inlinable public var deleteHorizon: Timestamp? { attributes.hasDeleteHorizon ? baseTimestamp : nil }
    /// Whether the batch comes from an idempotent or transactional producer.
    @inlinable public var hasProducer: Bool { producerID.rawValue >= 0 }

    /// Reads the header of the batch that starts at `start`, without touching what follows it.
    ///
    /// - Throws: ``RecordFormatError`` with code `.truncated` if less than a header is there, `.unsupportedMagic` for
    ///   another format version, `.invalidSize` for lengths, deltas or counts that no batch can have.
    @inlinable public init(parsing bytes: RawSpan, at start: Int = 0) throws(RecordFormatError) {
        guard start >= 0, bytes.byteCount - start >= Self.size else {
            throw Self.truncated(available: bytes.byteCount - start)
        }
        baseOffset = unsafe LogOffset(bytes.uncheckedBigEndian(at: start + Position.baseOffset))
        batchLength = unsafe bytes.uncheckedBigEndian(at: start + Position.batchLength)
        leaderEpoch = unsafe LeaderEpoch(bytes.uncheckedBigEndian(at: start + Position.leaderEpoch))
        magic = unsafe bytes.uncheckedBigEndian(at: start + Position.magic)
        checksum = unsafe bytes.uncheckedBigEndian(at: start + Position.checksum)
        attributes = unsafe RecordBatchAttributes(rawValue: bytes.uncheckedBigEndian(at: start + Position.attributes))
        lastOffsetDelta = unsafe bytes.uncheckedBigEndian(at: start + Position.lastOffsetDelta)
        baseTimestamp = unsafe Timestamp(milliseconds: bytes.uncheckedBigEndian(at: start + Position.baseTimestamp))
        maxTimestamp = unsafe Timestamp(milliseconds: bytes.uncheckedBigEndian(at: start + Position.maxTimestamp))
        producerID = unsafe ProducerID(bytes.uncheckedBigEndian(at: start + Position.producerID))
        producerEpoch = unsafe ProducerEpoch(bytes.uncheckedBigEndian(at: start + Position.producerEpoch))
        baseSequence = unsafe SequenceNumber(bytes.uncheckedBigEndian(at: start + Position.baseSequence))
        recordCount = unsafe bytes.uncheckedBigEndian(at: start + Position.recordCount)
        try validate()
    }

    @usableFromInline static func truncated(available: Int) -> RecordFormatError {
        RecordFormatError(.truncated, "a batch header takes \(size) bytes, \(available) are there")
    }

    /// Refuses what no writer of the format can have meant.
    @usableFromInline func validate() throws(RecordFormatError) {
        guard magic == 2 else {
            throw RecordFormatError(.unsupportedMagic, "format version \(magic), only 2 is supported")
        }
        guard batchLength >= Self.size - Self.sizePrefix else {
            throw RecordFormatError(.invalidSize, "batch length \(batchLength) is below the header's own")
        }
        guard lastOffsetDelta >= 0, recordCount >= 0, Int64(recordCount) <= Int64(lastOffsetDelta) + 1 else {
            throw RecordFormatError(
                .invalidSize, "\(recordCount) records with a last offset delta of \(lastOffsetDelta)")
        }
        guard baseOffset.rawValue >= 0, baseOffset.rawValue <= Int64.max - Int64(Int32.max) - 1 else {
            throw RecordFormatError(.invalidSize, "base offset \(baseOffset) is out of range")
        }
    }
}

/// The codec, timestamp type and flags of a batch.
public struct RecordBatchAttributes: RawRepresentable, Hashable, Sendable {
    /// The bits as the batch carries them.
    public var rawValue: Int16

    /// Creates attributes from their wire value.
    @inlinable public init(rawValue: Int16) { self.rawValue = rawValue }

    /// Creates attributes from their parts.
    public init(
        codec: CompressionCodec, timestampType: TimestampType = .createTime, isTransactional: Bool = false,
        isControl: Bool = false
    ) {
        rawValue = Int16(codec.rawValue)
        if timestampType == .logAppendTime { rawValue |= Self.appendTimeBit }
        if isTransactional { rawValue |= Self.transactionalBit }
        if isControl { rawValue |= Self.controlBit }
    }

    @usableFromInline static let codecMask: Int16 = 0x07
    @usableFromInline static let appendTimeBit: Int16 = 0x08
    @usableFromInline static let transactionalBit: Int16 = 0x10
    @usableFromInline static let controlBit: Int16 = 0x20
    @usableFromInline static let deleteHorizonBit: Int16 = 0x40

    /// The codec of the records, or `nil` for a number that no codec has.
    @inlinable public var codec: CompressionCodec? {
        CompressionCodec(rawValue: Int8(truncatingIfNeeded: rawValue & Self.codecMask))
    }
    /// Whether any codec's bits are set.
    @inlinable public var isCompressed: Bool { rawValue & Self.codecMask != 0 }
    /// Whose clock the timestamps come from (KIP-32).
    @inlinable public var timestampType: TimestampType {
        rawValue & Self.appendTimeBit == 0 ? .createTime : .logAppendTime
    }
    /// Whether the batch belongs to a transaction (KIP-98).
    @inlinable public var isTransactional: Bool { rawValue & Self.transactionalBit != 0 }
    /// Whether the batch holds a transaction's end marker instead of records (KIP-98).
    @inlinable public var isControl: Bool { rawValue & Self.controlBit != 0 }
    /// Whether compaction has put the time in the place of the base timestamp from which on the batch's tombstones may
    /// go (KIP-534).
    @inlinable public var hasDeleteHorizon: Bool { rawValue & Self.deleteHorizonBit != 0 }
}

/// Whose clock a record's timestamp comes from (KIP-32).
public enum TimestampType: Int8, Sendable, Hashable {
    /// The producer's.
    case createTime = 0
    /// The broker's, when it appended the batch.
    case logAppendTime = 1
}
