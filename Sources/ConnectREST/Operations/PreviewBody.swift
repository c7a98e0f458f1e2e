import ConnectAPI
import ConnectPlugins
import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON
import RecordFormat

/// What `POST /transforms/preview` is sent, and what it answers.
struct PreviewBody {
    let configuration: [String: String]
    let records: [PreviewRecord]

    private static let recordLimit = 100
    private static let bodyLimit = 1 << 20
    /// Every step of every record is answered, so that little could become much.
    private static let answerLimit = 8 << 20

    private static let data = JSONDataCodec(writesDecimalsAsNumbers: true, replacesNullWithDefault: true)
    private static let schemas = JSONSchemaCodec(data: data)

    /// Reads a request's body.
    ///
    /// - Throws: ``ServiceError`` with status 413 for more than 1 MiB, 400 for what is wrong otherwise.
    init(_ request: ServiceRequest) throws {
        guard request.body.count <= Self.bodyLimit else {
            throw ServiceError(.contentTooLarge, "A preview may have \(Self.bodyLimit) bytes at most")
        }
        let json = try request.json()
        guard let config = json["config"], config.object != nil else {
            throw ServiceError(
                .badRequest, "A preview needs a 'config' with the keys of transforms and predicates, and 'records'")
        }
        configuration = try RequestBodies.configuration(config)
        guard let list = json["records"]?.array, !list.isEmpty, list.count <= Self.recordLimit else {
            throw ServiceError(.badRequest, "A preview needs 1 to \(Self.recordLimit) 'records'")
        }
        let topic = json["topic"]?.string
        records = try list.enumerated().map { index, record in
            do {
                return try Self.record(record, topic: topic, offset: Int64(index))
            } catch let error as ConnectError {
                throw ServiceError(.badRequest, "Record \(index): \(error.message)")
            }
        }
    }

    private static func record(_ json: JSONValue, topic: String?, offset: Int64) throws -> PreviewRecord {
        guard let object = json.object else { throw invalid("it has to be a JSON object") }
        let known = [
            "topic", "partition", "offset", "timestamp", "key", "keySchema", "rawKey", "value", "valueSchema",
            "rawValue",
            "headers",
        ]
        if let other = object.first(where: { !known.contains($0.name) })?.name {
            throw invalid("'\(other)' is none of \(known.joined(separator: ", "))")
        }
        guard let topic = object["topic"]?.string ?? topic else {
            throw invalid("there is no 'topic', neither of the record nor of all")
        }
        var record = PreviewRecord(topic: topic, offset: try integer(object, "offset") ?? offset)
        record.partition = try integer(object, "partition").map { Int32(clamping: $0) }
        record.timestamp = try integer(object, "timestamp").map { Timestamp(milliseconds: $0) }
        record.key = try part(object["key"], object["keySchema"])
        record.value = try part(object["value"], object["valueSchema"])
        record.rawKey = object["rawKey"]?.string.map { ByteSlice($0) }
        record.rawValue = object["rawValue"]?.string.map { ByteSlice($0) }
        for header in object["headers"]?.array ?? [] {
            guard let name = header["name"]?.string else { throw invalid("each of the 'headers' needs a 'name'") }
            let value = try part(header["value"], header["schema"])
            record.headers.add(name, value.value, schema: value.schema)
        }
        return record
    }

    private static func part(_ json: JSONValue?, _ schema: JSONValue?) throws -> SchemaAndValue {
        let schema = try schema.flatMap { $0.isNull ? nil : try schemas.schema(of: $0) }
        guard json != nil || schema == nil else { return SchemaAndValue(schema, .null) }
        return SchemaAndValue(schema, try data.value(of: json, schema))
    }

    private static func integer(_ object: JSONObject, _ name: String) throws -> Int64? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.int64 else { throw invalid("its '\(name)' has to be a whole number") }
        return number
    }

    private static func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    // MARK: Answer

    /// Each record with its way through the transforms.
    ///
    /// - Throws: ``ServiceError`` with status 400 when that is too much for one answer.
    static func answer(_ records: [PreviewedRecord]) throws -> JSONValue {
        var room = answerLimit
        return ["records": .array(try records.map { try json($0, &room) })]
    }

    /// A part of the answer, if there is room for it: the next one is not made otherwise.
    private static func taking(_ json: JSONValue, from room: inout Int) throws -> JSONValue {
        room -= json.utf8.count
        guard room >= 0 else {
            throw ServiceError(
                .badRequest,
                "The answer would have more than \(answerLimit) bytes; send fewer transforms, or fewer or smaller records"
            )
        }
        return json
    }

    private static func json(_ record: PreviewedRecord, _ room: inout Int) throws -> JSONValue {
        var object = JSONObject()
        object["record"] = try record.record.map { try taking(json($0), from: &room) } ?? .null
        object["steps"] = .array(try record.steps.map { try taking(json($0), from: &room) })
        object["outcome"] = .string(record.outcome.rawValue)
        if let error = record.error { object["error"] = try taking(.string(error), from: &room) }
        return .object(object)
    }

    private static func json(_ step: PreviewedRecord.Step) -> JSONValue {
        var object = JSONObject()
        object["transform"] = .string(step.alias)
        object["class"] = .string(step.className)
        object["outcome"] = .string(step.outcome.rawValue)
        if let record = step.record { object["record"] = json(record) }
        if let error = step.error { object["error"] = .string(error) }
        return .object(object)
    }

    private static func json(_ record: PreviewRecord) -> JSONValue {
        var object = JSONObject()
        object["topic"] = .string(record.topic)
        object["partition"] = record.partition.map { .integer($0) } ?? .null
        object["timestamp"] = record.timestamp.map { .integer($0.milliseconds) } ?? .null
        object["key"] = json(record.key.value, record.key.schema)
        object["keySchema"] = json(record.key.schema)
        object["value"] = json(record.value.value, record.value.schema)
        object["valueSchema"] = json(record.value.schema)
        object["headers"] = .array(
            record.headers.headers.map { header in
                [
                    "name": .string(header.name), "value": json(header.value, header.schema),
                    "schema": json(header.schema),
                ]
            })
        return .object(object)
    }

    private static func json(_ value: ConnectValue, _ schema: ConnectSchema?) -> JSONValue {
        guard !value.isNested(deeperThan: JSONSchemaCodec.depthLimit) else {
            return .string("more than \(JSONSchemaCodec.depthLimit) levels of nesting")
        }
        // A transform may make what does not fit its schema; seeing that is what a preview is for.
        return (try? data.json(of: value, schema)) ?? (try? data.json(of: value, nil)) ?? .string("\(value)")
    }

    private static func json(_ schema: ConnectSchema?) -> JSONValue {
        schema.flatMap { try? schemas.json(of: $0) } ?? .null
    }
}
