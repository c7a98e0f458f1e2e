/// A record batch where it lies: in a mapped file, a network buffer, anywhere that outlives the view.
///
/// Nothing is copied and nothing counts references; the compiler keeps the view from outliving the bytes.
public struct RecordBatchView: ~Escapable {
    /// The header.
    public let header: RecordBatchHeader
    /// The whole batch, header included.
    public let bytes: RawSpan
    /// The records one behind the other, decompressed if they were compressed.
    @usableFromInline let section: RawSpan

    /// Creates a view of a batch that the caller has checked.
    ///
    /// - Parameters:
    ///   - header: The batch's header.
    ///   - bytes: Exactly the batch.
    ///   - section: Its records, decompressed if they were compressed.
    @_lifetime(copy bytes, copy section)
    @inlinable public init(header: RecordBatchHeader, bytes: RawSpan, section: RawSpan) {
        self.header = header
        self.bytes = bytes
        self.section = section
    }

    /// The batch's records, to be walked once from the first to the last.
    @_lifetime(copy self)
    @inlinable public func records() -> RecordViews { RecordViews(header: header, section: section) }
}

/// The records of one batch, which ``next()`` gives one after the other.
public struct RecordViews: ~Escapable {
    @usableFromInline let section: RawSpan
    @usableFromInline var cursor: RecordCursor
    @usableFromInline let baseOffset: LogOffset
    @usableFromInline let baseTimestamp: Int64
    /// The time of all records, where it is the broker's.
    @usableFromInline let appendTime: Timestamp?

    @_lifetime(copy section)
    @inlinable init(header: RecordBatchHeader, section: RawSpan) {
        self.section = section
        cursor = RecordCursor(range: 0..<section.byteCount, count: header.recordCount)
        baseOffset = header.baseOffset
        baseTimestamp = header.baseTimestamp.milliseconds
        appendTime = header.attributes.timestampType == .logAppendTime ? header.maxTimestamp : nil
    }

    /// The next record, or `nil` after the last.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if a record does not parse or bytes are left over.
    @_lifetime(copy self)
    @inlinable @inline(__always) public mutating func next() throws(RecordFormatError) -> RecordView? {
        guard let fields = try cursor.next(in: section) else { return nil }
        return RecordView(
            offset: baseOffset + Int64(fields.offsetDelta),
            timestamp: appendTime ?? Timestamp(milliseconds: baseTimestamp &+ fields.timestampDelta), fields: fields,
            section: section)
    }
}

/// A record where it lies.
public struct RecordView: ~Escapable {
    /// Its position in the partition.
    public let offset: LogOffset
    /// The producer's time, or the broker's where the topic says so.
    public let timestamp: Timestamp
    @usableFromInline let fields: RecordCursor.Fields
    @usableFromInline let section: RawSpan

    @_lifetime(copy section)
    @inlinable init(offset: LogOffset, timestamp: Timestamp, fields: RecordCursor.Fields, section: RawSpan) {
        self.offset = offset
        self.timestamp = timestamp
        self.fields = fields
        self.section = section
    }

    /// The key, or `nil` for a null one.
    public var key: RawSpan? {
        @_lifetime(copy self)
        @inlinable get {
            guard let range = fields.key else { return nil }
            return section.extracting(range)
        }
    }

    /// The value, or `nil` for a null one (a tombstone in a compacted topic).
    public var value: RawSpan? {
        @_lifetime(copy self)
        @inlinable get {
            guard let range = fields.value else { return nil }
            return section.extracting(range)
        }
    }

    /// The number of headers.
    @inlinable public var headerCount: Int { fields.headerCount }

    /// The headers in the order of the producer, copied; keys may repeat (KIP-82).
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if they do not parse.
    public func headers() throws(RecordFormatError) -> [RecordHeader] {
        guard fields.headerCount > 0 else { return [] }
        var copied = fields
        copied.headers = 0..<fields.headers.count
        return try copied.parseHeaders(in: ByteSlice(copying: section.extracting(fields.headers)))
    }
}
