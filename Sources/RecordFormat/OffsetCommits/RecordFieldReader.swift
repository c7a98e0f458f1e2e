/// Reads the fields of a key or value of an internal topic, front to back.
///
/// Every length is held against the bytes that remain before anything is allocated for it.
///
/// - SeeAlso: docs/format/consumer-offsets.md, docs/format/transaction-state.md
package struct RecordFieldReader {
    private let bytes: ByteSlice
    private var position = 0
    /// Whether lengths are unsigned varints plus one and structures end with tagged fields (KIP-482).
    package var isFlexible = false

    /// Starts at the first of `bytes`.
    package init(_ bytes: ByteSlice) { self.bytes = bytes }

    /// The number of bytes not read yet.
    package var remaining: Int { bytes.count - position }

    private mutating func advance(_ count: Int, _ field: StaticString) throws(RecordDecodingError) -> Range<Int> {
        guard count <= remaining else {
            throw RecordDecodingError(.truncated, "\(field) needs \(count) bytes, \(remaining) remain")
        }
        defer { position += count }
        return position..<(position + count)
    }

    /// An integer, big-endian.
    package mutating func integer<Value: FixedWidthInteger>(
        _ field: StaticString, as _: Value.Type = Value.self
    ) throws(RecordDecodingError) -> Value {
        var value: Value = 0
        for index in try advance(MemoryLayout<Value>.size, field) {
            // For one byte the masking shift is none, and there is nothing to shift yet.
            value = value &<< 8 | Value(truncatingIfNeeded: bytes[index])
        }
        return value
    }

    /// An unsigned varint of at most 32 bits.
    package mutating func unsignedVarint(_ field: StaticString) throws(RecordDecodingError) -> UInt32 {
        var value: UInt32 = 0
        for shift: UInt32 in stride(from: 0, through: 28, by: 7) {
            let byte = bytes[try advance(1, field).lowerBound]
            if shift == 28 && byte > 0x0F { break }
            value |= UInt32(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw RecordDecodingError(.malformed, "\(field) is a varint of more than 32 bits")
    }

    /// A length field in the form of the record's version; `nil` for null.
    private mutating func length<Wire: FixedWidthInteger & SignedInteger>(
        classic _: Wire.Type, _ field: StaticString
    ) throws(RecordDecodingError) -> Int? {
        if isFlexible {
            let encoded = try unsignedVarint(field)
            return encoded == 0 ? nil : Int(encoded - 1)
        }
        let length = try integer(field, as: Wire.self)
        guard length >= -1 else { throw RecordDecodingError(.malformed, "\(field) has the length \(length)") }
        return length == -1 ? nil : Int(length)
    }

    /// A string, or `nil` for null.
    package mutating func nullableString(_ field: StaticString) throws(RecordDecodingError) -> String? {
        guard let length = try length(classic: Int16.self, field) else { return nil }
        guard let string = bytes[try advance(length, field)].validatedString else {
            throw RecordDecodingError(.malformed, "\(field) is not UTF-8")
        }
        return string
    }

    /// A string that cannot be null.
    package mutating func string(_ field: StaticString) throws(RecordDecodingError) -> String {
        guard let string = try nullableString(field) else { throw RecordDecodingError(.malformed, "\(field) is null") }
        return string
    }

    /// Bytes behind their length, in memory of their own: records are read from a log by the megabyte, and what is kept of
    /// one must not keep all that was read with it.
    package mutating func byteString(_ field: StaticString) throws(RecordDecodingError) -> ByteSlice {
        guard let length = try length(classic: Int32.self, field) else {
            throw RecordDecodingError(.malformed, "\(field) is null")
        }
        return ByteSlice(copying: bytes[try advance(length, field)].bytes)
    }

    /// The number of elements of an array, each of which takes at least `minimumSize` bytes.
    package mutating func count(minimumSize: Int, _ field: StaticString) throws(RecordDecodingError) -> Int {
        guard let count = try nullableCount(minimumSize: minimumSize, field) else {
            throw RecordDecodingError(.malformed, "\(field) is null")
        }
        return count
    }

    /// The number of elements of an array, each of which takes at least `minimumSize` bytes, or `nil` for null.
    package mutating func nullableCount(
        minimumSize: Int, _ field: StaticString
    ) throws(RecordDecodingError) -> Int? {
        guard let count = try length(classic: Int32.self, field) else { return nil }
        guard count <= remaining / minimumSize else {
            throw RecordDecodingError(.truncated, "\(field) has \(count) elements, \(remaining) bytes remain")
        }
        return count
    }

    /// Passes over the tagged fields at the end of a structure, giving each to `body` by tag and contents.
    package mutating func taggedFields(
        _ field: StaticString, _ body: (UInt32, ByteSlice) throws(RecordDecodingError) -> Void = { _, _ in }
    ) throws(RecordDecodingError) {
        guard isFlexible else { return }
        for _ in 0..<(try unsignedVarint(field)) {
            let tag = try unsignedVarint(field)
            let size = try unsignedVarint(field)
            try body(tag, bytes[try advance(Int(size), field)])
        }
    }
}
