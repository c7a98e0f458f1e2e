import ConnectAPI
import ConnectPlugins
import JSON
import RecordFormat

/// Reads records and what belongs to them from a plug-in's frames.
///
/// - SeeAlso: docs/plugin-protocol.md, "Records"
struct RecordReader {
    private static let data = JSONDataCodec(writesDecimalsAsNumbers: false, replacesNullWithDefault: false)
    private static let codec = JSONSchemaCodec(data: data)

    /// The most schemas that are kept so that records of one schema share it.
    private static let cacheLimit = 1000

    private var frameSchemas: [JSONValue] = []
    private var known: [JSONValue: ConnectSchema] = [:]

    /// The source records of an answer to `poll`.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that names the record and its member.
    mutating func sourceRecords(of json: JSONValue) throws -> [SourceRecord] {
        try records(of: json) { reader, object in try reader.sourceRecord(object) }
    }

    /// The sink records of a `put`.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that names the record and its member.
    mutating func sinkRecords(of json: JSONValue) throws -> [SinkRecord] {
        try records(of: json) { reader, object in try reader.sinkRecord(object) }
    }

    private mutating func records<Record>(
        of json: JSONValue, _ read: (inout RecordReader, JSONObject) throws -> Record
    ) throws -> [Record] {
        guard let entries = json["records"]?.array else {
            if json["records"]?.isNull ?? true { return [] }
            throw Self.invalid("'records' has to be an array")
        }
        frameSchemas = json["schemas"]?.array ?? []
        if known.count > Self.cacheLimit { known = [:] }
        return try entries.enumerated().map { index, entry in
            do {
                guard let object = entry.object else { throw Self.invalid("it is no object") }
                return try read(&self, object)
            } catch let error as ConnectError {
                throw ConnectError(.invalidData, "records[\(index)]: \(error.message)", cause: error.cause)
            }
        }
    }

    private mutating func sourceRecord(_ object: JSONObject) throws -> SourceRecord {
        let key = try value(object, "key", "keySchema")
        let value = try value(object, "value", "valueSchema")
        return SourceRecord(
            sourcePartition: try Self.map(object["sourcePartition"], "sourcePartition"),
            sourceOffset: try Self.map(object["sourceOffset"], "sourceOffset"), topic: try Self.topic(object),
            partition: try Self.partition(object, isRequired: false), keySchema: key.schema, key: key.value,
            valueSchema: value.schema, value: value.value, timestamp: try Self.timestamp(object),
            headers: try headers(object))
    }

    private mutating func sinkRecord(_ object: JSONObject) throws -> SinkRecord {
        let key = try value(object, "key", "keySchema")
        let value = try value(object, "value", "valueSchema")
        let place = try Self.topicPartition(.object(object))
        var record = SinkRecord(
            origin: try object["origin"].map(Self.topicPartition) ?? place, offset: try Self.offset(object),
            keySchema: key.schema, key: key.value, valueSchema: value.schema, value: value.value,
            timestamp: try Self.timestamp(object), headers: try headers(object))
        record.topic = place.topic
        record.partition = place.partition
        return record
    }

    private mutating func value(
        _ object: JSONObject, _ valueName: String, _ schemaName: String
    ) throws -> SchemaAndValue {
        do {
            let schema = try schema(object[schemaName])
            return SchemaAndValue(schema, try Self.data.value(of: object[valueName], schema))
        } catch let error as ConnectError {
            throw ConnectError(.invalidData, "'\(valueName)': \(error.message)", cause: error.cause)
        }
    }

    /// A schema: itself, or its place in the frame's `schemas`.
    private mutating func schema(_ json: JSONValue?) throws -> ConnectSchema? {
        guard var json, !json.isNull else { return nil }
        if case .number = json {
            guard let place = json.int64, frameSchemas.indices.contains(Int(clamping: place)) else {
                throw Self.invalid("the frame has no schemas[\(json.text)]")
            }
            json = frameSchemas[Int(place)]
        }
        if let schema = known[json] { return schema }
        let schema = try Self.codec.schema(of: json)
        known[json] = schema
        return schema
    }

    private mutating func headers(_ object: JSONObject) throws -> ConnectHeaders {
        var headers = ConnectHeaders()
        for entry in object["headers"]?.array ?? [] {
            guard let header = entry.object, let name = header["name"]?.string else {
                throw Self.invalid("a header needs a 'name'")
            }
            let value = try value(header, "value", "schema")
            headers.add(name, value.value, schema: value.schema)
        }
        return headers
    }

    // MARK: Parts

    /// A source partition or offset.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func map(_ json: JSONValue?, _ name: String) throws -> ConnectMap {
        guard let json, json.object != nil, case .map(let map) = try data.value(of: json, nil) else {
            throw invalid("'\(name)' has to be an object")
        }
        return map
    }

    /// A partition of a topic.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func topicPartition(_ json: JSONValue) throws -> TopicPartition {
        guard let object = json.object, let partition = try partition(object, isRequired: true) else {
            throw invalid("a partition has to be an object with 'topic' and 'partition'")
        }
        return TopicPartition(try topic(object), partition)
    }

    /// The partitions of a list.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func topicPartitions(_ json: JSONValue?) throws -> [TopicPartition] {
        guard let list = json?.array else { throw invalid("'partitions' has to be an array") }
        return try list.map(topicPartition)
    }

    /// Offsets of partitions.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func offsets(_ json: JSONValue?) throws -> [TopicPartition: LogOffset] {
        guard let list = json?.array else { throw invalid("'offsets' has to be an array") }
        return try list.reduce(into: [:]) { offsets, entry in
            offsets[try topicPartition(entry)] = try offset(entry.object ?? JSONObject())
        }
    }

    private static func offset(_ object: JSONObject) throws -> LogOffset {
        guard let offset = object["offset"]?.int64, offset >= 0 else {
            throw invalid("'offset' has to be a number from 0 on")
        }
        return LogOffset(offset)
    }

    private static func topic(_ object: JSONObject) throws -> String {
        guard let topic = object["topic"]?.string, !topic.isEmpty else { throw invalid("'topic' has to be a text") }
        return topic
    }

    private static func partition(_ object: JSONObject, isRequired: Bool) throws -> Int32? {
        guard let json = object["partition"], !json.isNull || isRequired else {
            if isRequired { throw invalid("'partition' is missing") }
            return nil
        }
        guard let partition = json.int64.flatMap({ Int32(exactly: $0) }), partition >= 0 else {
            throw invalid("'partition' has to be a number from 0 on")
        }
        return partition
    }

    private static func timestamp(_ object: JSONObject) throws -> Timestamp? {
        guard let json = object["timestamp"], !json.isNull else { return nil }
        guard let milliseconds = json.int64 else { throw invalid("'timestamp' has to be a number of milliseconds") }
        return Timestamp(milliseconds: milliseconds)
    }

    private static func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }
}
