import SchemaFormat

/// How data with a schema lies in a record: a zero byte, the schema's id in four bytes, the data.
enum SchemaFraming {
    /// The bytes before the data.
    static let size = 5

    /// Puts a schema's id before data.
    static func frame(_ data: [UInt8], schemaID: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + data.count)
        bytes.append(0)
        let id = UInt32(bitPattern: schemaID)
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: id >> UInt32(shift)))
        }
        return bytes + data
    }

    /// The id that stands before data; `nil` for bytes that were not written so.
    static func schemaID(of bytes: RawSpan) -> Int32? {
        guard bytes.byteCount >= size, bytes.unsafeLoad(as: UInt8.self) == 0 else { return nil }
        let id = (1..<size).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) }
        return Int32(bitPattern: id)
    }
}
