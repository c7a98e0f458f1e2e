package import ConnectAPI
package import RecordFormat

/// Keys, values and headers as the bytes they are (`org.apache.kafka.connect.converters.ByteArrayConverter`).
package struct ByteArrayConverter: ImmediateConverter, ImmediateHeaderConverter {
    /// Creates a converter.
    package init() {}

    package func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try Self.bytes(of: value, schema) }

    package func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) throws -> SchemaAndValue {
        SchemaAndValue(.optionalBytes, bytes.map(ConnectValue.bytes) ?? .null)
    }

    package func serialize(
        topic: String, name: String, schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try Self.bytes(of: value, schema) }

    package func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue {
        SchemaAndValue(.optionalBytes, bytes.map(ConnectValue.bytes) ?? .null)
    }

    private static func bytes(of value: ConnectValue, _ schema: ConnectSchema?) throws -> ByteSlice? {
        if let schema, schema.kind != .bytes {
            throw ConnectError(
                .invalidData, "Invalid schema type for ByteArrayConverter: \(schema.kind.rawValue.uppercased())")
        }
        switch value {
        case .null: return nil
        case .bytes(let bytes): return bytes
        default:
            throw ConnectError(
                .invalidData,
                "ByteArrayConverter is not compatible with objects of type \(value.kind?.rawValue ?? "null")")
        }
    }
}
