import ConnectAPI
import ProtobufFormat
import RecordFormat
import SchemaClient
import SchemaFormat
import Synchronization

/// Connect's schemas and values in Protobuf (`io.confluent.connect.protobuf.ProtobufConverter`).
struct ProtobufMapping: FormatMapping {
    /// Writes values of a Connect schema as a message.
    struct Writer: Sendable {
        let schema: ConnectSchema
        let form: ProtobufForm
        /// What stands before the message and says which of the file's it is.
        let indexes: [UInt8]
    }

    /// Reads the messages of a file, each as soon as there is one.
    final class Reader: Sendable {
        let schema: ProtobufSchema
        let version: Int32?
        // As many as the file has messages.
        let known = Mutex<[MessageID: ProtobufReadingBuilder.Result]>([:])

        init(_ schema: ProtobufSchema, version: Int32?) {
            self.schema = schema
            self.version = version
        }
    }

    let settings: ProtobufSettings

    init(_ settings: ProtobufSettings) { self.settings = settings }

    var name: String { "Protobuf" }

    func mapped(_ schema: ConnectSchema?) throws -> MappedSchema {
        guard let schema else {
            throw ConnectError(
                .invalidData, "ProtobufConverter writes values that have a schema; for others use JsonConverter")
        }
        let file = try ProtobufSchemaBuilder.file(of: schema, settings)
        do throws(SchemaError) {
            let parsed = try ProtobufLanguage().schema(file.text)
            return MappedSchema(
                source: schema, text: SchemaText(parsed.canonicalText, type: .protobuf), parsed: parsed,
                messageName: file.message)
        } catch {
            throw ConnectError(.invalidData, "the schema is none that Protobuf has: \(error)", cause: error)
        }
    }

    func writer(for mapped: MappedSchema, as target: any ParsedSchema) throws -> Writer {
        guard let target = target as? ProtobufSchema else { throw misfit(target) }
        guard let schema = mapped.source, let name = mapped.messageName, let id = target.types.message(named: name),
            let indexes = target.messageIndexes(of: name)
        else {
            throw ConnectError(
                .invalidData, "the registered schema has no message \(mapped.messageName ?? "") to write values as")
        }
        return Writer(
            schema: schema, form: try ProtobufWritingBuilder.form(of: schema, as: id, in: target.types, settings),
            indexes: Self.bytes(of: indexes))
    }

    /// The number of the indexes and they themselves; the first message's only index is a single zero.
    private static func bytes(of indexes: [Int]) -> [UInt8] {
        guard indexes != [0] else { return [0] }
        var writer = WireWriter()
        for index in [indexes.count] + indexes { writer.varint(UInt64(index) << 1) }
        return writer.bytes
    }

    func isAbsent(_ value: ConnectValue, _ schema: ConnectSchema?) throws -> Bool { value.isNull }

    func message(of value: ConnectValue, _ writer: Writer, behind prefix: [UInt8]) throws -> [UInt8] {
        prefix + writer.indexes + (try ProtobufValueWriter.bytes(of: value, writer.form, writer.schema))
    }

    func reader(of schema: any ParsedSchema, version: Int32?) throws -> Reader {
        guard let schema = schema as? ProtobufSchema else { throw misfit(schema) }
        return Reader(schema, version: version)
    }

    func value(of message: RawSpan, _ reader: Reader) throws -> SchemaAndValue {
        let bytes = message.withUnsafeBytes { Array($0) }
        let found: (id: MessageID, start: Int)
        do throws(SchemaError) {
            found = try reader.schema.message(at: bytes)
        } catch {
            throw ConnectError(.invalidData, "Error deserializing Protobuf message: \(error)", cause: error)
        }
        let result = try result(of: found.id, reader)
        return SchemaAndValue(
            result.schema, try ProtobufValueReader.value(of: bytes, from: found.start, result.form, result.schema))
    }

    private func result(of id: MessageID, _ reader: Reader) throws -> ProtobufReadingBuilder.Result {
        if let known = reader.known.withLock({ $0[id] }) { return known }
        let result = try ProtobufReadingBuilder.result(
            of: id, in: reader.schema.types, version: reader.version, settings)
        reader.known.withLock { $0[id] = result }
        return result
    }

    private func misfit(_ schema: any ParsedSchema) -> ConnectError {
        ConnectError(
            .invalidData,
            "the schema is of type \(schema.type.rawValue), which ProtobufConverter does not read; use that format's"
                + " converter")
    }
}
