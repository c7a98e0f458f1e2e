import ConnectAPI
import JSON
import JSONSchemaFormat
import SchemaClient
import SchemaFormat

/// Connect's schemas and values in JSON with a JSON Schema (`io.confluent.connect.json.JsonSchemaConverter`).
struct JSONSchemaMapping: FormatMapping {
    let settings: JSONSchemaSettings

    init(_ settings: JSONSchemaSettings) { self.settings = settings }

    var name: String { "JSON" }

    func mapped(_ schema: ConnectSchema?) throws -> MappedSchema {
        guard let schema else {
            throw ConnectError(
                .invalidData,
                "JsonSchemaConverter writes values that have a schema; for others use JsonConverter with"
                    + " schemas.enable=false")
        }
        let text = try JSONSchemaBuilder.json(of: schema, settings).text
        do throws(SchemaError) {
            let parsed = try JSONSchemaLanguage().parse(text, dependencies: [], isNew: true)
            return MappedSchema(
                source: schema, text: SchemaText(parsed.canonicalText, type: .json), parsed: parsed)
        } catch {
            throw ConnectError(.invalidData, "the schema is none that JSON Schema has: \(error)", cause: error)
        }
    }

    /// Values are written as their own schema has them, whichever of the subject's it is called.
    func writer(for mapped: MappedSchema, as target: any ParsedSchema) throws -> MappedSchema {
        guard target.type == .json else { throw misfit(target) }
        return mapped
    }

    func isAbsent(_ value: ConnectValue, _ schema: ConnectSchema?) throws -> Bool {
        guard value.isNull, let schema else { return value.isNull }
        // A null of an optional schema is a message that says so.
        return !schema.isOptional && (schema.defaultValue == nil || settings.common.ignoresDefaults)
    }

    func message(of value: ConnectValue, _ writer: MappedSchema, behind prefix: [UInt8]) throws -> [UInt8] {
        guard let schema = writer.source else { return prefix }
        var output = JSONWriter()
        try JSONValueWriter(settings: settings).write(value, schema, to: &output)
        return prefix + output.utf8
    }

    func reader(of schema: any ParsedSchema, version: Int32?) throws -> ConnectSchema {
        guard schema.type == .json else { throw misfit(schema) }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: schema.canonicalText)
        } catch {
            throw ConnectError(.invalidData, "the schema is no JSON: \(error)", cause: error)
        }
        return try JSONSchemaReader.schema(of: document, version: version, settings)
    }

    func value(of message: RawSpan, _ reader: ConnectSchema) throws -> SchemaAndValue {
        let text = message.withUnsafeBytes { Array($0) }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: text)
        } catch {
            throw ConnectError(.invalidData, "Error deserializing JSON message: \(error)", cause: error)
        }
        return SchemaAndValue(reader, try JSONValueReader(settings: settings).value(of: json, reader))
    }

    private func misfit(_ schema: any ParsedSchema) -> ConnectError {
        ConnectError(
            .invalidData,
            "the schema is of type \(schema.type.rawValue), which JsonSchemaConverter does not read; use that format's"
                + " converter")
    }
}
