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
    @inlinable static func write(_ value: Int64, to memory: UnsafeMutableRawPointer, at position: inout Int) {
        var zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        while zigzag > 0x7F {
            unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: zigzag) | 0x80, toByteOffset: position, as: UInt8.self)
            position += 1
            zigzag >>= 7
        }
        unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: zigzag), toByteOffset: position, as: UInt8.self)
        position += 1
    }

    /// Reads a number at `position`, which moves past it; `nil` if the bytes end first or hold more than 64 bits.
    @inlinable static func read(_ bytes: RawSpan, at position: inout Int, before end: Int) -> Int64? {
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
