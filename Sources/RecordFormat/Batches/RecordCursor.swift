/// Walks the records of one uncompressed record section without copying: it knows positions, the caller lends the
/// bytes.
///
/// A struct of a few integers, so that iteration costs no allocation and no reference counting (5–8 ns a record).
public struct RecordCursor: Sendable {
    /// Where one record's parts lie in the bytes that the cursor walks.
    public struct Fields: Sendable {
        /// The record's offset less the batch's base offset.
        public var offsetDelta: Int32
        /// The record's timestamp less the batch's base timestamp, in milliseconds.
        public var timestampDelta: Int64
        /// Where the key lies, or `nil` for a null key.
        public var key: Range<Int>?
        /// Where the value lies, or `nil` for a null value.
        public var value: Range<Int>?
        /// The number of headers.
        public var headerCount: Int
        /// Where the headers lie, encoded one behind the other.
        public var headers: Range<Int>

        @inlinable init(
            offsetDelta: Int32, timestampDelta: Int64, key: Range<Int>?, value: Range<Int>?, headerCount: Int,
            headers: Range<Int>
        ) {
            self.offsetDelta = offsetDelta
            self.timestampDelta = timestampDelta
            self.key = key
            self.value = value
            self.headerCount = headerCount
            self.headers = headers
        }
    }

    @usableFromInline var position: Int
    @usableFromInline let end: Int
    @usableFromInline var remaining: Int32

    /// Creates a cursor over `count` records in `range` of the bytes that ``next(in:)`` will be given.
    @inlinable public init(range: Range<Int>, count: Int32) {
        position = range.lowerBound
        end = range.upperBound
        remaining = count
    }

    /// Where the next record starts.
    @inlinable public var nextPosition: Int { position }

    /// The next record's parts, or `nil` after the last.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if a record does not parse or bytes are left over.
    @inlinable @inline(__always) public mutating func next(in bytes: RawSpan) throws(RecordFormatError) -> Fields? {
        guard remaining > 0 else {
            guard position == end else { throw Self.invalid("bytes after the last record", at: position) }
            return nil
        }
        precondition(end <= bytes.byteCount, "the cursor was made for more bytes")
        let start = position
        guard let length = Varint.read(bytes, at: &position, before: end), length >= 0, length <= Int64(end - position)
        else { throw Self.invalid("record length", at: start) }
        let recordEnd = position + Int(length)
        guard position < recordEnd else { throw Self.invalid("empty record", at: start) }
        position += 1  // Attributes: no bit of them has a meaning yet.
        guard let timestampDelta = Varint.read(bytes, at: &position, before: recordEnd),
            let offsetDelta = Varint.read(bytes, at: &position, before: recordEnd),
            let offset = Int32(exactly: offsetDelta)
        else { throw Self.invalid("record deltas", at: start) }
        let key = try field(in: bytes, before: recordEnd)
        let value = try field(in: bytes, before: recordEnd)
        guard let headerCount = Varint.read(bytes, at: &position, before: recordEnd),
            headerCount >= 0, headerCount <= Int64(recordEnd - position)
        else { throw Self.invalid("header count", at: start) }
        let headers = position..<recordEnd
        guard headerCount > 0 || headers.isEmpty else {
            throw Self.invalid("bytes after the record's value", at: position)
        }
        position = recordEnd
        remaining -= 1
        return Fields(
            offsetDelta: offset, timestampDelta: timestampDelta, key: key, value: value, headerCount: Int(headerCount),
            headers: headers)
    }

    /// Steps over the next record without looking inside; `false` after the last.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if its length is impossible or bytes are left over.
    @inlinable public mutating func skip(in bytes: RawSpan) throws(RecordFormatError) -> Bool {
        guard remaining > 0 else {
            guard position == end else { throw Self.invalid("bytes after the last record", at: position) }
            return false
        }
        precondition(end <= bytes.byteCount, "the cursor was made for more bytes")
        let start = position
        guard let length = Varint.read(bytes, at: &position, before: end), length > 0, length <= Int64(end - position)
        else { throw Self.invalid("record length", at: start) }
        position += Int(length)
        remaining -= 1
        return true
    }

    /// Steps over the next record and gives its offset and timestamp less the batch's base ones, or `nil` after the
    /// last: what it takes to validate a batch.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if its length or deltas are impossible or bytes are
    ///   left over.
    @inlinable @inline(__always) public mutating func nextDeltas(
        in bytes: RawSpan
    ) throws(RecordFormatError) -> (offset: Int32, timestamp: Int64)? {
        guard remaining > 0 else {
            guard position == end else { throw Self.invalid("bytes after the last record", at: position) }
            return nil
        }
        precondition(end <= bytes.byteCount, "the cursor was made for more bytes")
        let start = position
        guard let length = Varint.read(bytes, at: &position, before: end), length > 0, length <= Int64(end - position)
        else { throw Self.invalid("record length", at: start) }
        let recordEnd = position + Int(length)
        position += 1
        guard let timestamp = Varint.read(bytes, at: &position, before: recordEnd),
            let delta = Varint.read(bytes, at: &position, before: recordEnd), let offset = Int32(exactly: delta)
        else { throw Self.invalid("record deltas", at: start) }
        position = recordEnd
        remaining -= 1
        return (offset, timestamp)
    }

    /// A length and that many bytes; a length of -1 is null.
    @inlinable @inline(__always) mutating func field(
        in bytes: RawSpan, before recordEnd: Int
    ) throws(RecordFormatError) -> Range<Int>? {
        let start = position
        guard let length = Varint.read(bytes, at: &position, before: recordEnd), length >= -1,
            length <= Int64(recordEnd - position)
        else { throw Self.invalid("field length", at: start) }
        if length == -1 { return nil }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    @usableFromInline static func invalid(_ what: String, at position: Int) -> RecordFormatError {
        RecordFormatError(.invalidRecord, "\(what) at byte \(position) of the record section")
    }
}

extension RecordCursor.Fields {
    /// The record's headers.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if they do not parse; a header's key cannot be null.
    public func parseHeaders(in bytes: ByteSlice) throws(RecordFormatError) -> [RecordHeader] {
        guard headerCount > 0 else { return [] }
        var result: [RecordHeader] = []
        // Each header takes two bytes at least: a count that lies cannot reserve more than the record itself.
        result.reserveCapacity(min(headerCount, headers.count / 2))
        var cursor = RecordCursor(range: headers, count: 0)
        for _ in 0..<headerCount {
            guard let key = try cursor.field(in: bytes.bytes, before: headers.upperBound) else {
                throw RecordCursor.invalid("null header key", at: cursor.position)
            }
            let value = try cursor.field(in: bytes.bytes, before: headers.upperBound)
            result.append(RecordHeader(key: bytes[key].string, value: value.map { bytes[$0] }))
        }
        guard cursor.position == headers.upperBound else {
            throw RecordCursor.invalid("bytes after the last header", at: cursor.position)
        }
        return result
    }
}
