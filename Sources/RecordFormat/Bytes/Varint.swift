/// Variable-length integers as records use them: zigzag, seven bits a byte, lowest first.
///
/// - SeeAlso: docs/format/record-batch.md
@usableFromInline enum Varint {
    /// The longest encoding of a 64-bit number.
    @usableFromInline static let longest = 10

    /// The number of bytes that `value` takes.
    @inlinable static func size(_ value: Int64) -> Int {
        let zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        return (UInt64.bitWidth - (zigzag | 1).leadingZeroBitCount + 6) / 7
    }

    /// Writes `value` at `position`, which moves past it. The caller has made sure of ``longest`` bytes of room.
    @inlinable @inline(__always) static func write(
        _ value: Int64, to memory: UnsafeMutableRawPointer, at position: inout Int
    ) {
        // Most numbers in a record take one byte: deltas, and lengths below 64.
        if value >= -64 && value < 64 {
            unsafe memory.storeBytes(
                of: UInt8(truncatingIfNeeded: value << 1 ^ value >> 63), toByteOffset: position, as: UInt8.self)
            position += 1
        } else {
            unsafe writeLong(value, to: memory, at: &position)
        }
    }

    /// The general case of ``write(_:to:at:)``.
    @usableFromInline static func writeLong(_ value: Int64, to memory: UnsafeMutableRawPointer, at position: inout Int)
    {
        var zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        while zigzag > 0x7F {
            unsafe memory.storeBytes(
                of: UInt8(truncatingIfNeeded: zigzag) | 0x80, toByteOffset: position, as: UInt8.self)
            position += 1
            zigzag >>= 7
        }
        unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: zigzag), toByteOffset: position, as: UInt8.self)
        position += 1
    }

    /// Reads a number at `position`, which moves past it; `nil` if the bytes end first or hold more than 64 bits.
    @inlinable @inline(__always) static func read(_ bytes: RawSpan, at position: inout Int, before end: Int) -> Int64? {
        // One byte holds deltas and lengths below 64, two those below 8192: together nearly all that there is.
        guard end - position >= 2 else { return readLong(bytes, at: &position, before: end) }
        let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt8.self)
        guard first >= 0x80 else {
            position += 1
            return Int64(first >> 1) ^ -Int64(first & 1)
        }
        let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position + 1, as: UInt8.self)
        guard second >= 0x80 else {
            position += 2
            let zigzag = UInt64(first & 0x7F) | UInt64(second) << 7
            return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
        }
        return readLong(bytes, at: &position, before: end)
    }

    /// The general case of ``read(_:at:before:)``.
    @inlinable static func readLong(_ bytes: RawSpan, at position: inout Int, before end: Int) -> Int64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }
}
