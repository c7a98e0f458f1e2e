/// What says which schema a key or value was written with.
///
/// It stands before the message, or in a header of the record, where Confluent's newer serializers write it on demand: a zero byte and
/// the schema's number, or a one and the sixteen bytes of its GUID. In a header the indexes of a Protobuf message follow.
public struct SchemaMark: Sendable, Hashable {
    /// How a schema is named.
    public enum Identity: Sendable, Hashable, CustomStringConvertible {
        /// By its number.
        case id(Int32)
        /// By its GUID, as registries write it: 32 hexadecimal digits with hyphens.
        case guid(String)

        /// The value as text, for logs and messages.
        public var description: String {
            switch self {
            case .id(let id): String(id)
            case .guid(let guid): guid
            }
        }
    }

    /// The schema.
    public let identity: Identity
    /// Where the message begins in the key or value.
    public let messageStart: Int
    /// What the header has of the message: it goes before what the key or value holds.
    public let leadingBytes: [UInt8]

    private static let guidSize = 16

    /// The name of the header for keys, or for values.
    public static func headerName(isKey: Bool) -> String { isKey ? "__key_schema_id" : "__value_schema_id" }

    /// Reads a header; the whole key or value is the message.
    ///
    /// - Throws: ``SchemaClientError`` for bytes that no serializer with a registry wrote.
    public init(header: RawSpan) throws(SchemaClientError) {
        let size: Int
        (identity, size) = try Self.identity(in: header)
        messageStart = 0
        leadingBytes = (size..<header.byteCount).map { header.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }

    /// Reads what stands before the message.
    ///
    /// - Throws: ``SchemaClientError`` for bytes that no serializer with a registry wrote.
    public init(before message: RawSpan) throws(SchemaClientError) {
        (identity, messageStart) = try Self.identity(in: message)
        leadingBytes = []
    }

    private static func identity(in bytes: RawSpan) throws(SchemaClientError) -> (Identity, size: Int) {
        guard bytes.byteCount > 0, bytes.unsafeLoad(as: UInt8.self) == 1 else {
            return (.id(try SchemaFraming.schemaID(of: bytes)), SchemaFraming.prefixSize)
        }
        guard bytes.byteCount > guidSize else {
            throw SchemaClientError("\(bytes.byteCount) bytes have no GUID of a schema, which takes 17")
        }
        var text = ""
        for place in 0..<guidSize {
            if [4, 6, 8, 10].contains(place) { text += "-" }
            let byte = bytes.unsafeLoad(fromByteOffset: 1 + place, as: UInt8.self)
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return (.guid(text), 1 + guidSize)
    }
}
