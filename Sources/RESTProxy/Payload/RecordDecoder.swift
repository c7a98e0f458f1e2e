import JSON
import RecordFormat
import SchemaClient
import SchemaFormat

/// Writes the keys and values of records to answers.
struct RecordDecoder: Sendable {
    /// What the answer's data is.
    let format: EmbeddedFormat
    /// Where schemas come from; `nil` for a proxy without a registry.
    let schemas: (any SchemaService)?
    /// Which JSON stands for data with a schema.
    let form: JSONForm

    /// Adds a key or value.
    ///
    /// - Parameter headers: Those of the record, which may name the schema.
    /// - Throws: ``RESTError`` with code 40801 for bytes that are not of the format.
    func write(
        _ bytes: ByteSlice?, isKey: Bool, headers: [RecordHeader], to answer: inout AnswerBuffer
    ) async throws {
        guard let bytes else { return answer.append("null") }
        switch format {
        case .binary: answer.append(base64: bytes)
        case .json: try writeJSON(bytes, to: &answer)
        case .text: answer.append(text: bytes.string)
        case .avro, .jsonschema, .protobuf: answer.append(json: try await decoded(bytes, isKey, headers))
        }
    }

    /// JSON is checked and handed on as it is: bytes that are none would spoil the answer around them.
    private func writeJSON(_ bytes: ByteSlice, to answer: inout AnswerBuffer) throws {
        let text = bytes.array
        var cursor = JSONCursor(text)
        do {
            _ = try cursor.skipValue()
            try cursor.finish()
        } catch let error as RESTError {
            throw RESTError.serialization("the record is not JSON: \(error.message)")
        }
        answer.append(contentsOf: text)
    }

    private func decoded(_ bytes: ByteSlice, _ isKey: Bool, _ headers: [RecordHeader]) async throws -> JSONValue {
        guard let schemas else { throw RESTError.serialization(Self.noRegistry) }
        guard let mark = try? SchemaMark(of: bytes, isKey: isKey, headers: headers) else {
            throw RESTError.serialization("the record does not begin with the id of a schema")
        }
        let id = mark.identity
        do {
            let schema = try await schemas.schema(id)
            guard schema.schema.type == format.schemaType else {
                throw RESTError.serialization(
                    "the record's schema \(id) is \(schema.schema.type.rawValue), the consumer instance reads \(format.rawValue)"
                )
            }
            return try schemas.decode(mark.message(in: bytes).bytes, with: schema.schema, as: form)
        } catch let error as SchemaServiceError {
            throw RESTError.serialization("Error when fetching schema by id. schemaId = \(id): \(error.message)")
        } catch let error as SchemaError {
            throw RESTError.serialization("the record does not fit its schema \(id): \(error.message)")
        }
    }

    /// What is wrong with data that has a schema where there is no registry.
    static let noRegistry = "this proxy has no schema registry; set schema.registry.url"
}
