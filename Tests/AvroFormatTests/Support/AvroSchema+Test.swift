import AvroFormat
import JSON
import SchemaFormat
import Testing

/// A schema of a text that has to be one.
func schema(_ text: String, dependencies: [SchemaDependency] = [], isNew: Bool = true) throws -> AvroSchema {
    try AvroSchema(parsing: text, dependencies: dependencies, isNew: isNew)
}

extension AvroSchema {
    /// What bytes decode to.
    func decoded(_ bytes: [UInt8]) throws -> AvroValue { try value(from: bytes.span.bytes) }

    /// What bytes decode to, as all schema languages tell it.
    func decodedJSON(_ bytes: [UInt8], form: AvroJSONForm = .avro) throws -> JSONValue {
        try decode(bytes.span.bytes, form: form)
    }

    /// What bytes of another schema decode to.
    func decoded(_ bytes: [UInt8], writtenWith writer: AvroSchema) throws -> AvroValue {
        try value(from: bytes.span.bytes, writtenWith: writer)
    }

    /// What bytes decode to, as the text of JSON.
    func decodedText(_ bytes: [UInt8], form: AvroJSONForm = .avro) throws -> String {
        try decodedJSON(bytes, form: form).text
    }

    /// The bytes that the text of JSON stands for.
    func encoded(_ text: String) throws -> [UInt8] { try encode(JSONValue(parsing: text)) }
}

/// What a refusal says; `nil` if nothing was refused.
func refusal<Result>(_ body: () throws -> Result) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
