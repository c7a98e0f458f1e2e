/// Writes Avro's binary form, value by value.
public struct AvroWriter {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// Creates a writer.
    ///
    /// - Parameter capacity: The bytes to reserve at first; more are taken as needed.
    public init(capacity: Int = 128) { bytes.reserveCapacity(capacity) }

    /// Forgets what was written, and keeps the room that it took.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a boolean.
    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Writes an int, which has the form of a long.
    public mutating func write(_ value: Int32) { write(Int64(value)) }

    /// Writes a long; counts, places and lengths are longs too.
    public mutating func write(_ value: Int64) {
        var zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        while zigzag > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: zigzag) | 0x80)
            zigzag >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: zigzag))
    }

    /// Writes a float.
    public mutating func write(_ value: Float) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes a double.
    public mutating func write(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes text behind its length.
    public mutating func write(_ value: String) {
        var value = value
        value.withUTF8 { memory in
            write(Int64(memory.count))
            bytes.append(contentsOf: memory)
        }
    }

    /// Writes bytes behind their length.
    public mutating func write(_ value: [UInt8]) {
        write(Int64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes the bytes of a fixed.
    public mutating func write(fixed value: [UInt8]) { bytes.append(contentsOf: value) }

    /// Writes the head of a block of an array or a map; a block of 0 ends it.
    public mutating func write(blockOf count: Int) { write(Int64(count)) }
}
