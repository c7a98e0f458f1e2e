package import ConnectAPI
package import RecordFormat

/// Keys, values and headers as UTF-8 text (`org.apache.kafka.connect.storage.StringConverter`).
package struct StringConverter: TextConverter, ImmediateHeaderConverter {
    static let definition = ConfigDefinition([
        ConfigKey(
            "converter.encoding", .string, default: .value("UTF-8"), importance: .high,
            documentation: "The character set of the text; UTF-8 is the one that is supported.",
            validator: .oneOf(["UTF-8", "UTF8"], ignoringCase: true), group: "Encoding", order: 1, width: .medium,
            displayName: "Encoding")
    ])

    /// Creates a converter.
    ///
    /// - Throws: ``ConnectError`` for a character set other than UTF-8.
    package init(configuration: [String: String]) throws { _ = try Self.definition.parse(configuration) }

    package func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { Self.bytes(of: value) }

    package func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) throws -> SchemaAndValue {
        Self.value(of: bytes)
    }

    package func serialize(
        topic: String, name: String, schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { Self.bytes(of: value) }

    package func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue {
        Self.value(of: bytes)
    }

    private static func bytes(of value: ConnectValue) -> ByteSlice? {
        switch value {
        case .null: nil
        case .string(let text): ByteSlice(text)
        default: ByteSlice(value.description)
        }
    }

    private static func value(of bytes: ByteSlice?) -> SchemaAndValue {
        SchemaAndValue(.optionalString, bytes.map { .string($0.string) } ?? .null)
    }
}
