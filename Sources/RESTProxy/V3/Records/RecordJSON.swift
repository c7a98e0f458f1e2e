import JSON
import KafkaClient
import RecordFormat
import SchemaClient
import SchemaFormat

/// Writes records as JSON: in the form in which API v3 takes them, with offset and time beside it, so that what was
/// read can be written as it is.
struct RecordJSON: Sendable {
    /// What keys are.
    let keyFormat: RecordData.Kind
    /// What values are.
    let valueFormat: RecordData.Kind
    /// Where schemas come from; `nil` for a proxy without a registry.
    let schemas: (any SchemaService)?

    /// A record.
    func json(_ record: Record, of partition: Int32) async -> JSONValue {
        var object = JSONObject()
        object["partition_id"] = .integer(partition)
        object["offset"] = .integer(record.offset.rawValue)
        object["timestamp"] = .string(InstantText.text(of: record.timestamp))
        object["headers"] = .array(
            record.headers.map {
                ["name": .string($0.key), "value": .text($0.value.map { Base64.text(of: $0) })]
            })
        object["key"] = await data(record.key, keyFormat, isKey: true, record.headers)
        object["value"] = await data(record.value, valueFormat, isKey: false, record.headers)
        return .object(object)
    }

    /// The bytes that a record counts as.
    static func size(of record: Record) -> Int {
        record.headers.reduce((record.key?.count ?? 0) + (record.value?.count ?? 0)) {
            $0 + $1.key.utf8.count + ($1.value?.count ?? 0)
        }
    }

    /// A key or value; what is not of the format is given as bytes, and says so: one such record must not end a stream.
    private func data(
        _ bytes: ByteSlice?, _ format: RecordData.Kind, isKey: Bool, _ headers: [RecordHeader]
    ) async -> JSONValue {
        guard let bytes else { return .null }
        switch format {
        case .binary: break
        case .string: if bytes.isUTF8 { return ["type": "STRING", "data": .string(bytes.string)] }
        case .json: if let json = try? JSONValue(parsing: bytes.array) { return ["type": "JSON", "data": json] }
        case .avro, .jsonSchema, .protobuf: if let json = await decoded(bytes, isKey, headers) { return json }
        }
        return ["type": "BINARY", "data": .string(Base64.text(of: bytes))]
    }

    private func decoded(_ bytes: ByteSlice, _ isKey: Bool, _ headers: [RecordHeader]) async -> JSONValue? {
        guard let schemas, let mark = try? SchemaMark(of: bytes, isKey: isKey, headers: headers),
            let schema = try? await schemas.schema(mark.identity),
            let data = try? schema.schema.decode(mark.message(in: bytes).bytes)
        else { return nil }
        // Without a type, as a request has it whose schema says what the data is.
        return ["schema_id": .integer(schema.id), "data": data]
    }
}
