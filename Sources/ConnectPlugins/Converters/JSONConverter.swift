package import ConnectAPI
import JSON
package import RecordFormat
import Synchronization

/// Keys, values and headers as JSON, with the schema in an envelope unless that is switched off
/// (`org.apache.kafka.connect.json.JsonConverter`).
///
/// Schemas that went by are kept, so that a topic's records share one ``ConnectSchema`` and its JSON is built once.
package final class JSONConverter: ImmediateConverter, ImmediateHeaderConverter {
    static let definition = ConfigDefinition([
        ConfigKey(
            "schemas.enable", .boolean, default: .value("true"), importance: .high,
            documentation:
                "Whether every key and value carries its schema in an envelope; auto reads both kinds, and writes an envelope"
                + " where there is a schema.",
            group: "Schemas", order: 1, width: .medium, displayName: "Enable Schemas",
            furtherValues: [EnvelopeUse.auto.rawValue]),
        ConfigKey(
            "schemas.cache.size", .int, default: .value("1000"), importance: .high,
            documentation: "How many schemas are kept so that they need not be built again.",
            group: "Schemas", order: 2, width: .medium, displayName: "Schema Cache Size"),
        ConfigKey(
            "decimal.format", .string, default: .value("BASE64"), importance: .low,
            documentation: "How decimals are written: BASE64 for their bytes as text, NUMERIC for a JSON number.",
            validator: .oneOf(["BASE64", "NUMERIC"], ignoringCase: true), group: "Serialization", order: 1,
            width: .medium, displayName: "Decimal Format"),
        ConfigKey(
            "replace.null.with.default", .boolean, default: .value("true"), importance: .low,
            documentation: "Whether a null becomes the field's default where it has one.",
            group: "Serialization", order: 2, width: .medium, displayName: "Replace null with default"),
    ])

    /// Where the schema goes along.
    private enum EnvelopeUse: String {
        case always = "true"
        case never = "false"
        case auto
    }

    private let envelopeUse: EnvelopeUse
    private let data: JSONDataCodec
    private let cacheLimit: Int
    private let cache = Mutex(SchemaCache())
    private let output = Mutex(Output())

    /// Schemas in both directions.
    private struct SchemaCache {
        /// In UTF-8, as they go into envelopes.
        var toJSON: [ConnectSchema: [UInt8]] = [:]
        var toConnect: [JSONValue: ConnectSchema] = [:]
    }

    /// What values are written to, again and again, so that a small one needs no memory of its own.
    private struct Output: ~Copyable {
        /// The room that is kept for the next value.
        static let keptCapacity = 64 * 1024

        var writer = JSONWriter(capacity: 0)
        var slab = ByteSlab()

        /// The bytes of what `write` adds to a document.
        mutating func bytes(_ write: (inout JSONWriter) throws -> Void) rethrows -> ByteSlice {
            defer {
                if writer.utf8.capacity > Self.keptCapacity {
                    writer = JSONWriter(capacity: 0)
                } else {
                    writer.removeAll()
                }
            }
            try write(&writer)
            return Self.copy(writer, into: &slab)
        }

        private static func copy(_ writer: borrowing JSONWriter, into slab: inout ByteSlab) -> ByteSlice {
            slab.copy(writer.utf8.span.bytes)
        }
    }

    /// Creates a converter.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    package init(configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        envelopeUse = EnvelopeUse(rawValue: (parsed.string("schemas.enable") ?? "").lowercased()) ?? .always
        cacheLimit = max(0, parsed.integer("schemas.cache.size") ?? 0)
        data = JSONDataCodec(
            writesDecimalsAsNumbers: parsed.string("decimal.format")?.uppercased() == "NUMERIC",
            replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true)
    }

    package func serialize(
        topic: String, headers: inout [RecordHeader], schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try serialize(schema, value) }

    package func deserialize(topic: String, headers: [RecordHeader], bytes: ByteSlice?) throws -> SchemaAndValue {
        try deserialize(bytes)
    }

    package func serialize(
        topic: String, name: String, schema: ConnectSchema?, value: ConnectValue
    ) throws -> ByteSlice? { try serialize(schema, value) }

    package func deserialize(topic: String, name: String, bytes: ByteSlice?) throws -> SchemaAndValue {
        try deserialize(bytes)
    }

    private func serialize(_ schema: ConnectSchema?, _ value: ConnectValue) throws -> ByteSlice? {
        if schema == nil && value.isNull { return nil }
        let isBare = envelopeUse == .never || (envelopeUse == .auto && schema == nil)
        guard !isBare else {
            return try output.withLock { try $0.bytes { try data.write(value, schema, to: &$0) } }
        }
        let schemaDocument = try schema.map(utf8(of:)) ?? Array("null".utf8)
        return try output.withLock { output in
            try output.bytes { writer in
                writer.beginObject()
                writer.addName("schema")
                writer.add(document: schemaDocument)
                writer.addName("payload")
                try data.write(value, schema, to: &writer)
                writer.endObject()
            }
        }
    }

    private func deserialize(_ bytes: ByteSlice?) throws -> SchemaAndValue {
        guard let bytes else { return .null }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes.array)
        } catch {
            throw ConnectError(
                .invalidData, "Converting byte[] to Kafka Connect data failed due to serialization error: \(error)",
                cause: error)
        }
        if envelopeUse == .never { return SchemaAndValue(nil, try data.value(of: json, nil)) }
        guard let envelope = json.object, envelope.count == 2, let schemaJSON = envelope["schema"],
            let payload = envelope["payload"]
        else {
            if envelopeUse == .auto { return SchemaAndValue(nil, try data.value(of: json, nil)) }
            throw ConnectError(
                .invalidData,
                "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not contain"
                    + " additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false"
                    + " in your converter configuration.")
        }
        let schema = try schemaJSON.isNull ? nil : self.schema(of: schemaJSON)
        return SchemaAndValue(schema, try data.value(of: payload, schema))
    }

    private func utf8(of schema: ConnectSchema) throws -> [UInt8] {
        if let known = cache.withLock({ $0.toJSON[schema] }) { return known }
        let utf8 = try JSONSchemaCodec(data: data).json(of: schema).utf8
        cache.withLock { cache in
            if cache.toJSON.count >= cacheLimit { cache.toJSON.removeAll() }
            if cacheLimit > 0 { cache.toJSON[schema] = utf8 }
        }
        return utf8
    }

    private func schema(of json: JSONValue) throws -> ConnectSchema {
        if let known = cache.withLock({ $0.toConnect[json] }) { return known }
        let schema = try JSONSchemaCodec(data: data).schema(of: json)
        cache.withLock { cache in
            if cache.toConnect.count >= cacheLimit { cache.toConnect.removeAll() }
            if cacheLimit > 0 { cache.toConnect[json] = schema }
        }
        return schema
    }
}
