import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

/// What goes in and out of transforms.
enum Records {
    static let time: Int64 = 1_483_425_001_864

    /// A record of a source with a value.
    static func source(
        _ value: ConnectValue, _ schema: ConnectSchema? = nil, key: ConnectValue = .null,
        keySchema: ConnectSchema? = nil, topic: String = "orders", timestamp: Int64? = Records.time
    ) -> SourceRecord {
        SourceRecord(
            sourcePartition: ["file": .string("f")], sourceOffset: ["position": .int64(1)], topic: topic, partition: 3,
            keySchema: keySchema, key: key, valueSchema: schema, value: value,
            timestamp: timestamp.map { Timestamp(milliseconds: $0) })
    }

    /// A record for a sink with a value.
    static func sink(_ value: ConnectValue, _ schema: ConnectSchema? = nil) -> SinkRecord {
        SinkRecord(
            origin: TopicPartition("orders", 3), offset: LogOffset(77), valueSchema: schema, value: value,
            timestamp: Timestamp(milliseconds: Records.time))
    }

    /// A structure with the schemas and values given.
    static func structure(
        _ fields: [(String, ConnectSchema, ConnectValue)], isOptional: Bool = false, name: String? = nil
    ) -> (schema: ConnectSchema, value: ConnectValue) {
        let schema = ConnectSchema.structure(
            fields.map { ConnectField($0.0, $0.1) }, isOptional: isOptional, name: name)
        return (schema, .structure(Struct(schema, values: fields.map(\.2))))
    }
}

/// The transform of a class, by the last part of its name.
func transform(_ name: String, _ configuration: [String: String] = [:]) throws -> any Transform {
    let entry = try #require(
        StandardPlugins.transforms.first { $0.className == "org.apache.kafka.connect.transforms.\(name)" })
    return try entry.make(configuration)
}

/// The predicate of a class, by its full name or the last part of one of Kafka's.
func predicate(_ name: String, _ configuration: [String: String] = [:]) throws -> any Predicate {
    let entry = try #require(
        StandardPlugins.predicates.first {
            [name, "org.apache.kafka.connect.transforms.predicates.\(name)"].contains($0.className)
        })
    return try entry.make(configuration)
}

extension Transform {
    /// The value that a value becomes.
    func value(_ value: ConnectValue, _ schema: ConnectSchema? = nil) async throws -> TypedValue? {
        try await apply(Records.source(value, schema)).map { TypedValue($0.valueSchema, $0.value) }
    }

    /// The key that a key becomes.
    func key(_ key: ConnectValue, _ schema: ConnectSchema? = nil) async throws -> TypedValue? {
        try await apply(Records.source(.null, key: key, keySchema: schema)).map { TypedValue($0.keySchema, $0.key) }
    }
}

extension TypedValue {
    /// A field of the structure or map that this is; fields of fields behind dots.
    func field(_ path: String) throws -> TypedValue? {
        try FieldPath(path, .v2).value(in: self, replacingNullWithDefault: false)
    }

    /// The names of the fields in order.
    var fieldNames: [String] {
        switch value {
        case .structure(let structure): structure.schema.fields.map(\.name)
        case .map(let map): map.map { $0.key.description }
        default: []
        }
    }
}

extension ConnectError {
    /// The message of what `body` throws.
    static func message(of body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? ConnectError)?.message ?? "\(error)" }
    }
}
