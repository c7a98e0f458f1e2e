import SchemaFormat

/// What the keys and values of records are in the JSON of requests and answers.
enum EmbeddedFormat: String, Sendable, Hashable, CaseIterable {
    /// Bytes, in base64.
    case binary
    /// Any JSON, which is the record's text.
    case json
    /// The JSON encoding of Avro data.
    case avro
    /// JSON that a JSON Schema holds for.
    case jsonschema
    /// The JSON mapping of Protobuf messages.
    case protobuf
    /// Text, as Strimzi's bridge and API v3's `STRING` have it.
    case text

    /// The language of the schemas that the format's data has; `nil` for data without.
    var schemaType: SchemaType? {
        switch self {
        case .binary, .json, .text: nil
        case .avro: .avro
        case .jsonschema: .json
        case .protobuf: .protobuf
        }
    }
}
