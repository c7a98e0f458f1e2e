import SchemaFormat

/// Reads Avro's binary form, value by value, from bytes that others sent.
///
/// Every length is compared with the bytes that are left before anything is made of it.
public struct AvroReader: ~Escapable {
    private let memory: RawSpan
    private var position = 0

    /// Creates a reader at the first byte.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) { memory = bytes }

    /// The bytes that are left.
    public var remaining: Int { memory.byteCount - position }

    /// Reads a boolean.
    public mutating func boolean() throws(AvroError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw AvroError(.invalidBytes, "a boolean is a byte of 0 or 1")
        }
    }

    /// Reads an int.
    public mutating func int() throws(AvroError) -> Int32 {
        guard let value = Int32(exactly: try long()) else {
            throw AvroError(.invalidBytes, "an int of more than 32 bits")
        }
        return value
    }

    /// Reads a long.
    public mutating func long() throws(AvroError) -> Int64 {
        let first = try byte()
        var value = UInt64(first & 0x7F)
        guard first >= 0x80 else { return Int64(value >> 1) ^ -Int64(value & 1) }
        var shift: UInt64 = 7
        while shift < 64 {
            let next = try byte()
            // The tenth byte has room for one bit.
            guard shift < 63 || next <= 1 else { break }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
            shift += 7
        }
        throw AvroError(.invalidBytes, "a number of more than 64 bits")
    }

    /// Reads a float.
    public mutating func float() throws(AvroError) -> Float {
        let start = try take(4)
        return Float(
            bitPattern: UInt32(littleEndian: memory.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)))
    }

    /// Reads a double.
    public mutating func double() throws(AvroError) -> Double {
        let start = try take(8)
        return Double(
            bitPattern: UInt64(littleEndian: memory.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)))
    }

    /// Reads bytes behind their length.
    public mutating func bytes() throws(AvroError) -> [UInt8] { try fixed(try length()) }

    /// Reads text behind its length.
    public mutating func string() throws(AvroError) -> String {
        let count = try length()
        let start = try take(count)
        let text = memory.extracting(start..<start + count).withUnsafeBytes { part in
            Self.text(part)
        }
        guard let text else { throw AvroError(.invalidBytes, "a string that is not UTF-8") }
        return text
    }

    /// The text that bytes are; `nil` if they are not UTF-8.
    ///
    /// What is not UTF-8 is mended by the decoding, which the comparison sees. The library's strict decoding is generic
    /// code that looks its types up in each call.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        var text = String(decoding: bytes, as: UTF8.self)
        let isWhole = text.withUTF8 { $0.elementsEqual(bytes) }
        return isWhole ? text : nil
    }

    /// Reads so many bytes.
    public mutating func fixed(_ count: Int) throws(AvroError) -> [UInt8] {
        let start = try take(count)
        return memory.extracting(start..<start + count).withUnsafeBytes { part in Array(part) }
    }

    /// Reads the head of a block of an array or a map.
    ///
    /// - Returns: The number of items that follow, 0 after the last block.
    public mutating func blockCount() throws(AvroError) -> Int {
        let count = try long()
        guard count < 0 else { return Int(count) }
        // A negative count says that the block's size follows, for readers that skip it.
        let size = try long()
        guard size >= 0, size <= remaining else {
            throw AvroError(.invalidBytes, "a block of \(size) bytes where \(remaining) are left")
        }
        guard count != .min else { throw AvroError(.invalidBytes, "a block of more items than there can be") }
        return Int(-count)
    }

    /// Reads the place of a symbol or of a member of a union.
    ///
    /// - Parameter count: How many there are.
    public mutating func place(below count: Int) throws(AvroError) -> Int {
        let place = try long()
        guard place >= 0, place < count else {
            throw AvroError(.invalidBytes, "number \(place) of a list of \(count)")
        }
        return Int(place)
    }

    private mutating func length() throws(AvroError) -> Int {
        let length = try long()
        guard length >= 0, length <= remaining else {
            throw AvroError(.invalidBytes, "a length of \(length) bytes where \(remaining) are left")
        }
        return Int(length)
    }

    @inline(__always) private mutating func byte() throws(AvroError) -> UInt8 {
        guard position < memory.byteCount else { throw AvroError(.invalidBytes, "the bytes end within a value") }
        let byte = memory.unsafeLoad(fromByteOffset: position, as: UInt8.self)
        position += 1
        return byte
    }

    /// Moves past so many bytes.
    ///
    /// - Returns: Where they begin.
    private mutating func take(_ count: Int) throws(AvroError) -> Int {
        guard count <= remaining else {
            throw AvroError(.invalidBytes, "the bytes end within a value: \(count) are needed, \(remaining) are left")
        }
        defer { position += count }
        return position
    }
}
