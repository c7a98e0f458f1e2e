public import RecordFormat

/// Reads the wire forms of Kafka's protocol from bytes that someone else sent.
///
/// Every length is compared with the bytes that are left before anything is allocated or skipped, so that no input can
/// read outside of the bytes or make the reader allocate more than they could hold. Strings are copied; bytes and
/// records are slices that share the storage. A reader is a value with one user at a time.
///
/// - SeeAlso: docs/format/protocol-schema.md
public struct ProtocolReader: Sendable {
    @usableFromInline let source: ByteSlice
    /// The position behind the last byte that may be read: the end of the bytes, or of the tagged field being read.
    @usableFromInline var limit: Int
    @usableFromInline var cursor: Int

    /// Creates a reader at the first of `bytes`.
    @inlinable public init(_ bytes: ByteSlice) {
        source = bytes
        limit = bytes.count
        cursor = 0
    }

    /// The position of the next byte.
    @inlinable public var position: Int { cursor }

    /// The number of bytes that are left.
    @inlinable public var remaining: Int { limit - cursor }
}

// MARK: - Numbers

extension ProtocolReader {
    /// Reads a big-endian integer of fixed width.
    @inlinable @inline(__always)
    mutating func readInteger<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: StaticString, as type: Value.Type
    ) throws(ProtocolError) -> Value {
        let width = MemoryLayout<Value>.size
        guard remaining >= width else { throw ProtocolError.truncated(field, needs: width, has: remaining) }
        let value = unsafe source.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: cursor, as: Value.self)
        }
        cursor += width
        return Value(bigEndian: value)
    }

    /// Reads one byte; every value but 0 is true.
    @inlinable public mutating func readBool(_ field: StaticString) throws(ProtocolError) -> Bool {
        try readInteger(field, as: UInt8.self) != 0
    }

    /// Reads an 8-bit integer.
    @inlinable public mutating func readInt8(_ field: StaticString) throws(ProtocolError) -> Int8 {
        try readInteger(field, as: Int8.self)
    }

    /// Reads a 16-bit integer.
    @inlinable public mutating func readInt16(_ field: StaticString) throws(ProtocolError) -> Int16 {
        try readInteger(field, as: Int16.self)
    }

    /// Reads a 32-bit integer.
    @inlinable public mutating func readInt32(_ field: StaticString) throws(ProtocolError) -> Int32 {
        try readInteger(field, as: Int32.self)
    }

    /// Reads a 64-bit integer.
    @inlinable public mutating func readInt64(_ field: StaticString) throws(ProtocolError) -> Int64 {
        try readInteger(field, as: Int64.self)
    }

    /// Reads a 16-bit integer without sign.
    @inlinable public mutating func readUInt16(_ field: StaticString) throws(ProtocolError) -> UInt16 {
        try readInteger(field, as: UInt16.self)
    }

    /// Reads a 32-bit integer without sign.
    @inlinable public mutating func readUInt32(_ field: StaticString) throws(ProtocolError) -> UInt32 {
        try readInteger(field, as: UInt32.self)
    }

    /// Reads an IEEE 754 number of 64 bits.
    @inlinable public mutating func readDouble(_ field: StaticString) throws(ProtocolError) -> Double {
        Double(bitPattern: try readInteger(field, as: UInt64.self))
    }

    /// Reads the 16 bytes of a UUID.
    @inlinable public mutating func readTopicID(_ field: StaticString) throws(ProtocolError) -> TopicID {
        guard remaining >= 16 else { throw ProtocolError.truncated(field, needs: 16, has: remaining) }
        let high = try readInteger(field, as: UInt64.self)
        let low = try readInteger(field, as: UInt64.self)
        return TopicID(high: high, low: low)
    }

    /// Reads a number of 1 to 5 bytes, seven bits each, lowest first (KIP-482).
    @inlinable public mutating func readVarint(_ field: StaticString) throws(ProtocolError) -> UInt32 {
        let first = try readInteger(field, as: UInt8.self)
        // Nearly every length of the protocol is below 128 and ends here.
        return first < 0x80 ? UInt32(first) : try readRestOfVarint(field, first)
    }

    @usableFromInline @inline(never)
    mutating func readRestOfVarint(_ field: StaticString, _ first: UInt8) throws(ProtocolError) -> UInt32 {
        var value = UInt32(first & 0x7F)
        for shift in stride(from: UInt32(7), through: 28, by: 7) {
            let byte = try readInteger(field, as: UInt8.self)
            // Of the fifth byte four bits fit; Kafka drops the others in the same way.
            value |= UInt32(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
        }
        throw ProtocolError.malformedVarint(field)
    }
}

// MARK: - Lengths

extension ProtocolReader {
    /// Reads what stands before an array, bytes or records: 32 bits, or a varint one higher than the length.
    ///
    /// - Returns: The length; `nil` for null, which is any negative one.
    @inlinable @inline(__always)
    mutating func readLength(_ field: StaticString, compact: Bool) throws(ProtocolError) -> Int? {
        let length = compact ? Int32(bitPattern: try readVarint(field)) &- 1 : try readInt32(field)
        return length < 0 ? nil : Int(length)
    }

    /// Reads what stands before a string: 16 bits, or a varint one higher than the length.
    @inlinable @inline(__always)
    mutating func readStringLength(_ field: StaticString, compact: Bool) throws(ProtocolError) -> Int? {
        let length = compact ? Int32(bitPattern: try readVarint(field)) &- 1 : Int32(try readInt16(field))
        guard length >= 0 else { return nil }
        // The compact form could say more, but a string has never had more than 2^15 - 1 bytes.
        guard length <= Int16.max else {
            throw ProtocolError.invalidLength(field, Int(length), limit: Int(Int16.max))
        }
        return Int(length)
    }

    /// Reads the number of an array's elements.
    ///
    /// An element takes a byte at least, so that a count above the bytes that are left is a lie.
    @inlinable @inline(__always)
    mutating func readCount(_ field: StaticString, compact: Bool) throws(ProtocolError) -> Int? {
        guard let count = try readLength(field, compact: compact) else { return nil }
        guard count <= remaining else { throw ProtocolError.invalidCount(field, count, has: remaining) }
        return count
    }

    /// Takes the next `length` bytes without copying them.
    @inlinable mutating func readSlice(_ field: StaticString, length: Int) throws(ProtocolError) -> ByteSlice {
        guard remaining >= length else { throw ProtocolError.truncated(field, needs: length, has: remaining) }
        let slice = source[cursor..<cursor + length]
        cursor += length
        return slice
    }
}
