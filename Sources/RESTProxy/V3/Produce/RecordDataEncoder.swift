import JSON
import RecordFormat
import SchemaClient
import SchemaFormat

/// Turns the keys and values of records into bytes, with the schemas that they have.
struct RecordDataEncoder: Sendable {
    /// Where schemas come from; `nil` for a proxy without a registry.
    let schemas: (any SchemaService)?

    /// A key or value as the cluster gets it, and what the answer says of it.
    struct Encoded: Sendable {
        /// The bytes; `nil` for none.
        var bytes: ByteSlice?
        /// What the data was.
        var kind: RecordData.Kind
        /// The schema it was written with.
        var schema: RegisteredSchema?
    }

    /// The bytes of a key or value.
    ///
    /// - Throws: ``RESTError``.
    func encode(_ data: RecordData, topic: String, isKey: Bool) async throws -> Encoded {
        if let kind = data.kind, kind.schemaType == nil {
            return Encoded(bytes: try plain(data.data, kind), kind: kind, schema: nil)
        }
        let schema = try await registered(data, topic: topic, isKey: isKey)
        let kind = RecordData.Kind(schema.schema.type)
        // Nothing is nothing, whatever the schema: it deletes a key.
        if data.data.isNull { return Encoded(bytes: nil, kind: kind, schema: schema) }
        do {
            let bytes = try schema.schema.encode(data.data)
            return Encoded(
                bytes: ByteSlice(SchemaFraming.framed(bytes, id: schema.id)), kind: kind, schema: schema)
        } catch {
            throw RESTError.messageSerialization(error.message)
        }
    }

    // MARK: Without a schema

    private func plain(_ data: JSONValue, _ kind: RecordData.Kind) throws -> ByteSlice? {
        switch (kind, data) {
        case (_, .null): return nil
        case (.json, _): return ByteSlice(data.utf8)
        case (.string, .string(let text)): return ByteSlice(text)
        case (.string, _): throw RESTError.badRequest("data=\(Self.quoted(data)) is not a string.")
        case (_, .string(let text)):
            guard let bytes = Base64.decode(Array(text.utf8)[...]) else {
                throw RESTError.badRequest("data=\(Self.quoted(data)) is not a valid base64 string.")
            }
            return bytes
        default: throw RESTError.badRequest("data=\(Self.quoted(data)) is not a base64 string.")
        }
    }

    /// Data as messages quote it: not more of it than tells which one it is.
    private static func quoted(_ data: JSONValue) -> String {
        let text = data.text
        return text.utf8.count > 256 ? String(text.prefix(256)) + "…" : text
    }

    // MARK: With a schema

    private func registered(_ data: RecordData, topic: String, isKey: Bool) async throws -> RegisteredSchema {
        guard let schemas else {
            throw RESTError.invalidPayload("Schema Registry must be configured when using schemas.")
        }
        do {
            switch data.schema ?? .latest {
            case .id(let id):
                var schema = try await schemas.schema(id: id)
                let subject = try subject(of: data, topic: topic, isKey: isKey, schema.schema.name)
                schema.subject = subject
                return await withVersion(schema, of: subject, from: schemas)
            case .version(let version):
                return try await schemas.schema(
                    subject: try subject(of: data, topic: topic, isKey: isKey, nil), version: version)
            case .latest:
                return try await schemas.schema(
                    subject: try subject(of: data, topic: topic, isKey: isKey, nil), version: nil)
            case .text(let text, let type):
                let needsName = data.subject == nil && data.strategy != .topicName
                let name = needsName ? try await schemas.parse(text, type: type).name : nil
                let subject = try subject(of: data, topic: topic, isKey: isKey, name)
                var schema = try await schemas.register(text, type: type, subject: subject)
                schema.subject = subject
                return await withVersion(schema, of: subject, from: schemas)
            }
        } catch let error as SchemaServiceError {
            throw RESTError(error, while: "There is no schema for the \(isKey ? "key" : "value").")
        }
    }

    /// A schema with its version, where that costs nothing to know: mostly the schema is the latest.
    private func withVersion(
        _ schema: RegisteredSchema, of subject: String, from schemas: any SchemaService
    ) async -> RegisteredSchema {
        guard schema.version == nil, let latest = try? await schemas.schema(subject: subject, version: nil),
            latest.id == schema.id
        else { return schema }
        var schema = schema
        schema.version = latest.version
        return schema
    }

    /// The name of the subject.
    ///
    /// - Parameter name: The schema's own name, where it is known.
    private func subject(of data: RecordData, topic: String, isKey: Bool, _ name: String?) throws -> String {
        if let subject = data.subject { return subject }
        switch data.strategy {
        case .topicName: return topic + (isKey ? "-key" : "-value")
        case .recordName, .topicRecordName:
            guard let name else {
                throw RESTError.badRequest(
                    "Cannot use schema_subject_strategy=\(data.strategy.rawValue) without schema_id or schema.")
            }
            return data.strategy == .recordName ? name : topic + "-" + name
        }
    }
}
