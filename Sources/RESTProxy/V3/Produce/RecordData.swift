import JSON
import SchemaClient
import SchemaFormat

/// The key or value of a record as requests of API v3 give it: its data, of which kind it is, and with which schema.
struct RecordData: Sendable, Hashable {
    /// What data is.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Bytes, in base64.
        case binary = "BINARY"
        /// Any JSON.
        case json = "JSON"
        /// Text.
        case string = "STRING"
        /// Data with an Avro schema.
        case avro = "AVRO"
        /// Data with a JSON Schema.
        case jsonSchema = "JSONSCHEMA"
        /// A Protobuf message.
        case protobuf = "PROTOBUF"

        /// The language of its schemas; `nil` for data without.
        var schemaType: SchemaType? {
            switch self {
            case .binary, .json, .string: nil
            case .avro: .avro
            case .jsonSchema: .json
            case .protobuf: .protobuf
            }
        }

        /// The kind of data that has schemas of a language.
        init(_ type: SchemaType) {
            switch type {
            case .avro: self = .avro
            case .json: self = .jsonSchema
            case .protobuf: self = .protobuf
            }
        }
    }

    /// Which schema the data has.
    enum Schema: Sendable, Hashable {
        /// The one with an id.
        case id(Int32)
        /// A version of the subject.
        case version(Int32)
        /// This one, which is registered if it is not yet.
        case text(String, SchemaType)
        /// The subject's latest.
        case latest
    }

    /// What the data is; `nil` where its schema says it.
    var kind: Kind?
    /// Which schema it has; `nil` for data without.
    var schema: Schema?
    /// The schema's subject, where it is named.
    var subject: String?
    /// How the subject gets its name, where it is not named.
    var strategy: SubjectNameStrategy
    /// The data.
    var data: JSONValue

    /// Whether it has no schema.
    var isPlain: Bool { schema == nil }

    /// Reads a key or value.
    ///
    /// - Throws: ``RESTError`` with status 400 for parts that contradict each other.
    init(_ json: JSONValue, _ name: String) throws {
        guard let object = json.object else { throw RESTError.badRequest("'\(name)' has to be an object") }
        kind = try Self.word(object, "type", Kind.self)
        let strategy = try Self.word(object, "subject_name_strategy", SubjectNameStrategy.self)
        subject = try object.optionalText("subject")
        let id = try object.optionalInteger("schema_id", as: Int32.self)
        let version = try object.optionalInteger("schema_version", as: Int32.self)
        let text = try object.optionalText("schema")
        data = object["data"] ?? .null
        guard strategy == nil || subject == nil else {
            throw Self.contradiction("Only one of 'subject_name_strategy' or 'subject' can be used.")
        }
        guard [id != nil, version != nil, text != nil].filter(\.self).count <= 1 else {
            throw Self.contradiction("Only one of 'schema_id', 'schema_version' or 'schema' can be used.")
        }
        self.strategy = strategy ?? .topicName
        if let kind, kind.schemaType == nil {
            let others = [
                ("subject_strategy", strategy != nil), ("subject", subject != nil), ("schema_id", id != nil),
                ("schema_version", version != nil), ("schema", text != nil),
            ]
            if let other = others.first(where: \.1) {
                throw Self.contradiction("'type=\(kind.rawValue)' cannot be used with '\(other.0)'.")
            }
        } else if let type = kind?.schemaType {
            if let id { throw Self.contradiction("'schema_id=\(id)' cannot be used with 'serializer'.") }
            if let version { throw Self.contradiction("'schema_version=\(version)' cannot be used with 'serializer'.") }
            guard let text else {
                throw Self.contradiction("'schema_version=latest' cannot be used with 'serializer'.")
            }
            schema = .text(text, type)
        } else {
            // A text without a type is Avro, the language that was there before types were.
            schema = id.map { .id($0) } ?? version.map { .version($0) } ?? text.map { .text($0, .avro) } ?? .latest
        }
    }

    private static func contradiction(_ what: String) -> RESTError {
        .badRequest("Error processing JSON: " + what)
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ object: JSONObject, _ name: String, _ type: Word.Type
    ) throws -> Word? where Word.RawValue == String {
        guard let text = try object.optionalText(name) else { return nil }
        if let word = Word(rawValue: text.uppercased()) { return word }
        throw RESTError.badRequest(
            "'\(name)' is \(text); it has to be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
}
