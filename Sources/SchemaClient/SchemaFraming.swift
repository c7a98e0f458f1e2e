/// What stands before a message in a record's key or value: a zero byte and the schema's number, in network order.
public enum SchemaFraming {
    /// The first byte.
    public static let magicByte: UInt8 = 0
    /// How many bytes come before the message.
    public static let prefixSize = 5

    /// The message with what comes before it.
    public static func framed(_ message: [UInt8], id: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefixSize + message.count)
        appendPrefix(of: id, to: &bytes)
        bytes += message
        return bytes
    }

    /// Writes what comes before a message.
    public static func appendPrefix(of id: Int32, to bytes: inout [UInt8]) {
        let id = UInt32(bitPattern: id)
        bytes.append(magicByte)
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: id >> shift)) }
    }

    /// The number of the schema that a key or value was written with; the message begins at ``prefixSize``.
    ///
    /// - Throws: ``SchemaClientError`` for bytes that no serializer with a registry wrote.
    public static func schemaID(of bytes: RawSpan) throws(SchemaClientError) -> Int32 {
        guard bytes.byteCount >= prefixSize else {
            throw SchemaClientError("\(bytes.byteCount) bytes are no message with a schema's id, which has 5 at least")
        }
        let magic = bytes.unsafeLoad(as: UInt8.self)
        guard magic == magicByte else {
            throw SchemaClientError(
                "Unknown magic byte! It is \(magic) and not 0, so no serializer with a Schema Registry wrote this")
        }
        return Int32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: Int32.self))
    }
}
