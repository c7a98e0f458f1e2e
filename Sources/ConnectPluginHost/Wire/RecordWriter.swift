import ConnectAPI
import ConnectPlugins
import JSON
import RecordFormat

/// Writes records for a plug-in: values in the form of JsonConverter's payloads, each schema once in a frame.
///
/// - SeeAlso: docs/plugin-protocol.md, "Records"
struct RecordWriter {
    private static let data = JSONDataCodec(writesDecimalsAsNumbers: false, replacesNullWithDefault: false)
    private static let codec = JSONSchemaCodec(data: data)

    /// The frame's `schemas`.
    private(set) var schemas: [JSONValue] = []
    private var places: [ConnectSchema: Int] = [:]

    /// A sink record.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for a value that does not fit its schema.
    mutating func json(of record: SinkRecord) throws -> JSONValue {
        var object = try json(common: record)
        object["offset"] = .integer(record.offset.rawValue)
        if record.topic != record.origin.topic || record.partition != record.origin.partition {
            object["origin"] = Self.json(of: record.origin)
        }
        return .object(object)
    }

    /// A source record.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for a value that does not fit its schema.
    mutating func json(of record: SourceRecord) throws -> JSONValue {
        var object = try json(common: record)
        object["sourcePartition"] = try Self.json(of: record.sourcePartition)
        object["sourceOffset"] = try Self.json(of: record.sourceOffset)
        return .object(object)
    }

    private mutating func json(common record: some ConnectRecord) throws -> JSONObject {
        var object = JSONObject()
        object["topic"] = .string(record.topic)
        if let partition = record.partition { object["partition"] = .integer(partition) }
        try write(record.key, record.keySchema, "key", "keySchema", into: &object)
        try write(record.value, record.valueSchema, "value", "valueSchema", into: &object)
        if let timestamp = record.timestamp { object["timestamp"] = .integer(timestamp.milliseconds) }
        guard !record.headers.isEmpty else { return object }
        var headers: [JSONValue] = []
        for header in record.headers.headers {
            var entry = JSONObject()
            entry["name"] = .string(header.name)
            try write(header.value, header.schema, "value", "schema", into: &entry)
            headers.append(.object(entry))
        }
        object["headers"] = .array(headers)
        return object
    }

    private mutating func write(
        _ value: ConnectValue, _ schema: ConnectSchema?, _ valueName: String, _ schemaName: String,
        into object: inout JSONObject
    ) throws {
        // Without their schema bytes could not be told from text.
        let schema = schema ?? (value.kind == .bytes ? .optionalBytes : nil)
        if schema == nil && value.isNull { return }
        object[valueName] = try Self.data.json(of: value, schema)
        guard let schema else { return }
        if let place = places[schema] {
            object[schemaName] = .integer(place)
        } else {
            object[schemaName] = .integer(schemas.count)
            places[schema] = schemas.count
            schemas.append(try Self.codec.json(of: schema))
        }
    }

    // MARK: Parts

    /// A source partition or offset.
    static func json(of map: ConnectMap) throws -> JSONValue { try data.json(of: .map(map), nil) }

    /// A partition of a topic.
    static func json(of partition: TopicPartition) -> JSONValue {
        ["topic": .string(partition.topic), "partition": .integer(partition.partition)]
    }

    /// Offsets of partitions, in the partitions' order.
    static func json(of offsets: [TopicPartition: LogOffset]) -> JSONValue {
        .array(
            offsets.sorted { $0.key < $1.key }.map { partition, offset in
                [
                    "topic": .string(partition.topic), "partition": .integer(partition.partition),
                    "offset": .integer(offset.rawValue),
                ]
            })
    }
}
