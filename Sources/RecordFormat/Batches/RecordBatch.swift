/// A record batch and its parsed header; the bytes are shared, never copied.
public struct RecordBatch: Sendable {
    /// The whole batch, header included.
    public let bytes: ByteSlice
    /// The header.
    public let header: RecordBatchHeader

    /// The most that a batch may grow to when decompressed, in bytes: a kilobyte of zstd can claim gigabytes.
    public static let decompressedLimit = 1 << 30

    /// Creates a view of one batch, checking size and checksum.
    ///
    /// - Throws: ``RecordFormatError``: as ``RecordBatchHeader/init(parsing:at:)``, `.truncated` or `.invalidSize` if
    ///   `bytes` are not exactly one batch, `.checksumMismatch` if they were damaged.
    /// - Complexity: O(*n*), one checksum over the bytes.
    public init(validating bytes: ByteSlice) throws(RecordFormatError) {
        let header = try RecordBatchHeader(parsing: bytes.bytes)
        guard header.totalSize == bytes.count else {
            throw RecordFormatError(
                header.totalSize > bytes.count ? .truncated : .invalidSize,
                "the batch says \(header.totalSize) bytes, \(bytes.count) are there")
        }
        try Self.verifyChecksum(of: header, in: bytes.bytes, at: 0)
        self.init(unchecked: bytes, header: header)
    }

    /// Creates a view of bytes whose size and checksum the caller has checked.
    init(unchecked bytes: ByteSlice, header: RecordBatchHeader) {
        self.bytes = bytes
        self.header = header
    }

    /// Creates a view of one whole batch that the caller has checked, as ``init(validating:)`` does.
    ///
    /// - Precondition: `bytes` are as long as `header` says.
    public init(verified bytes: ByteSlice, header: RecordBatchHeader) {
        precondition(bytes.count == header.totalSize, "a batch of \(header.totalSize) bytes in \(bytes.count)")
        self.init(unchecked: bytes, header: header)
    }

    /// Compares the checksum of the batch at `start` with the one its header names.
    ///
    /// - Precondition: the whole batch lies within `bytes`.
    public static func verifyChecksum(
        of header: RecordBatchHeader, in bytes: RawSpan, at start: Int
    ) throws(RecordFormatError) {
        let range = start + RecordBatchHeader.checksumStart..<start + header.totalSize
        try compare(CRC32C.checksum(of: bytes.extracting(range)), with: header)
    }

    /// Compares a checksum that was computed from a batch's bytes, piece by piece, with the one its header names.
    ///
    /// - Throws: ``RecordFormatError`` with code `.checksumMismatch`.
    package static func compare(
        _ computed: UInt32, with header: RecordBatchHeader
    ) throws(RecordFormatError) {
        guard computed == header.checksum else {
            throw RecordFormatError(
                .checksumMismatch,
                "the header says \(hexadecimal(header.checksum)), the bytes give \(hexadecimal(computed))")
        }
    }

    private static func hexadecimal(_ checksum: UInt32) -> String { "0x" + String(checksum, radix: 16) }

    /// The encoded records, decompressed if they were compressed.
    ///
    /// - Parameter limit: The most bytes that the result may take.
    /// - Throws: ``RecordFormatError`` with code `.unsupportedCompression`, `.codecFailed` or `.limitExceeded`.
    public func recordSection(limit: Int = decompressedLimit) throws(RecordFormatError) -> ByteSlice {
        let section = bytes[RecordBatchHeader.size..<bytes.count]
        guard header.attributes.isCompressed else { return section }
        guard let codec = header.attributes.codec else {
            throw RecordFormatError(.unsupportedCompression, "codec number \(header.attributes.rawValue & 7)")
        }
        return try codec.decompress(section.bytes, limit: limit)
    }

    /// The records, decompressed if need be, with offsets and timestamps made absolute.
    ///
    /// - Throws: ``RecordFormatError`` as ``recordSection(limit:)``, or with code `.invalidRecord`.
    public func records(limit: Int = decompressedLimit) throws(RecordFormatError) -> [Record] {
        let section = try recordSection(limit: limit)
        var cursor = RecordCursor(range: 0..<section.count, count: header.recordCount)
        var records: [Record] = []
        // A record takes seven bytes at least, so a count that lies cannot reserve more than the batch's own size.
        records.reserveCapacity(min(Int(header.recordCount), section.count / 7 + 1))
        let appendTime = header.attributes.timestampType == .logAppendTime ? header.maxTimestamp : nil
        while let fields = try cursor.next(in: section.bytes) {
            records.append(
                Record(
                    offset: header.baseOffset + Int64(fields.offsetDelta),
                    timestamp: appendTime
                        ?? Timestamp(milliseconds: header.baseTimestamp.milliseconds &+ fields.timestampDelta),
                    key: fields.key.map { section[$0] }, value: fields.value.map { section[$0] },
                    headers: try fields.parseHeaders(in: section)))
        }
        return records
    }
}

/// The batches in a `records` field or a stretch of a log file, one behind the other.
///
/// A batch cut off at the end is normal in a fetch answer and ends the sequence; anything else wrong is thrown.
public struct RecordBatchSequence: Sendable {
    private let bytes: ByteSlice
    private var position = 0

    /// Creates a sequence over `bytes`, which start with a batch.
    public init(_ bytes: ByteSlice) { self.bytes = bytes }

    /// Where the next batch starts.
    public var nextPosition: Int { position }

    /// The next batch, its checksum checked; `nil` at the end or before an incomplete batch.
    ///
    /// - Throws: ``RecordFormatError`` as ``RecordBatch/init(validating:)``.
    public mutating func next() throws(RecordFormatError) -> RecordBatch? {
        guard bytes.count - position >= RecordBatchHeader.size else { return nil }
        let header = try RecordBatchHeader(parsing: bytes.bytes, at: position)
        guard header.totalSize <= bytes.count - position else { return nil }
        try RecordBatch.verifyChecksum(of: header, in: bytes.bytes, at: position)
        defer { position += header.totalSize }
        return RecordBatch(unchecked: bytes[position..<position + header.totalSize], header: header)
    }

    /// Where the last of the complete batches in `bytes` ends; `nil` if there is none, or if a header is damaged.
    ///
    /// - Complexity: one look at each batch's header; checksums are left to who reads the records.
    package static func nextOffset(behind bytes: ByteSlice) -> LogOffset? {
        var (position, last) = (0, LogOffset?.none)
        while bytes.count - position >= RecordBatchHeader.size {
            guard let header = try? RecordBatchHeader(parsing: bytes.bytes, at: position) else { return nil }
            position += header.totalSize
            guard position <= bytes.count else { break }
            last = header.nextOffset
        }
        return last
    }
}
