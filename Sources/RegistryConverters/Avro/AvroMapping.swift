import AvroFormat
import ConnectAPI
import JSON
import RecordFormat
import SchemaClient
import SchemaFormat

/// Connect's schemas and values in Avro (`io.confluent.connect.avro.AvroConverter`).
struct AvroMapping: FormatMapping {
    /// Writes values of a Connect schema as an Avro schema.
    struct Writer: Sendable {
        let writing: AvroWriting
        /// Whether a message is bytes and nothing else, which are written without their length.
        let isBare: Bool
    }

    /// Reads messages of an Avro schema.
    struct Reader: Sendable {
        let schema: ConnectSchema?
        let reading: AvroReading
        let isBare: Bool
    }

    let settings: AvroSettings

    init(_ settings: AvroSettings) { self.settings = settings }

    var name: String { "Avro" }

    func mapped(_ schema: ConnectSchema?) throws -> MappedSchema {
        let text = try schema.map { try AvroSchemaBuilder.json(of: $0, settings).text } ?? AvroAnything.text
        do throws(AvroError) {
            let parsed = try AvroSchema(parsing: text)
            return MappedSchema(
                source: schema, text: SchemaText(parsed.canonicalText, type: .avro), parsed: parsed)
        } catch {
            let hint = settings.scrubsNames ? "" : "; scrub.invalid.names=true replaces what names may not have"
            throw ConnectError(.invalidData, "the schema is none that Avro has: \(error)\(hint)", cause: error)
        }
    }

    func writer(for mapped: MappedSchema, as target: any ParsedSchema) throws -> Writer {
        guard let target = target as? AvroSchema else { throw misfit(target) }
        return Writer(
            writing: try AvroWritingBuilder.writing(of: mapped.source, as: target, settings),
            isBare: Self.isBytes(target))
    }

    func isAbsent(_ value: ConnectValue, _ schema: ConnectSchema?) throws -> Bool {
        guard value.isNull else { return false }
        guard schema?.isOptional ?? true else {
            throw ConnectError(.invalidData, "Found null value for non-optional schema")
        }
        return true
    }

    func message(of value: ConnectValue, _ writer: Writer, behind prefix: [UInt8]) throws -> [UInt8] {
        try AvroValueWriter.message(of: value, writer.writing, behind: prefix, isBare: writer.isBare)
    }

    func reader(of schema: any ParsedSchema, version: Int32?) throws -> Reader {
        guard let schema = schema as? AvroSchema else { throw misfit(schema) }
        let (connect, reading) = try AvroReadingBuilder.result(of: schema, version: version, settings)
        return Reader(schema: connect, reading: reading, isBare: Self.isBytes(schema))
    }

    func value(of message: RawSpan, _ reader: Reader) throws -> SchemaAndValue {
        if reader.isBare {
            let bytes = message.withUnsafeBytes { Array($0) }
            return SchemaAndValue(reader.schema, .bytes(ByteSlice(bytes)))
        }
        return SchemaAndValue(reader.schema, try AvroValueReader.value(of: message, reader.reading))
    }

    private func misfit(_ schema: any ParsedSchema) -> ConnectError {
        ConnectError(
            .invalidData,
            "the schema is of type \(schema.type.rawValue), which AvroConverter does not read; use that format's"
                + " converter"
        )
    }

    private static func isBytes(_ schema: AvroSchema) -> Bool {
        if case .bytes = schema.types[schema.root].content { true } else { false }
    }
}
