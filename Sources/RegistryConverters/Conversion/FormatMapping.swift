import ConnectAPI
import SchemaClient
import SchemaFormat

/// A Connect schema as a format has it.
final class MappedSchema: Sendable {
    /// The Connect schema; `nil` for values without one.
    let source: ConnectSchema?
    /// What is registered.
    let text: SchemaText
    /// The same, parsed.
    let parsed: any ParsedSchema
    /// The message in it that values are, where a schema may have several.
    let messageName: String?

    init(
        source: ConnectSchema?, text: SchemaText, parsed: any ParsedSchema, messageName: String? = nil
    ) {
        self.messageName = messageName
        self.source = source
        self.text = text
        self.parsed = parsed
    }
}

/// A format's part of a converter: its schemas and its values, in both directions, without any registry.
protocol FormatMapping: Sendable {
    /// What writes values of one Connect schema as one schema of the registry.
    associatedtype Writer: Sendable
    /// What reads messages of one schema of the registry.
    associatedtype Reader: Sendable

    /// The format's name in messages.
    var name: String { get }

    /// What a Connect schema becomes.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for a schema that the format cannot have.
    func mapped(_ schema: ConnectSchema?) throws -> MappedSchema

    /// Makes what writes values of a mapped schema as `target`, which is that schema itself or another.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` where values of the one are none of the other.
    func writer(for mapped: MappedSchema, as target: any ParsedSchema) throws -> Writer

    /// Whether a value becomes a record without key or value.
    func isAbsent(_ value: ConnectValue, _ schema: ConnectSchema?) throws -> Bool

    /// A message, behind `prefix`.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for a value that does not fit.
    func message(of value: ConnectValue, _ writer: Writer, behind prefix: [UInt8]) throws -> [UInt8]

    /// Makes what reads messages of a schema.
    ///
    /// - Parameter version: The schema's version under its subject, if it has one.
    /// - Throws: ``ConnectError`` with code `.invalidData` for a schema that Connect cannot have.
    func reader(of schema: any ParsedSchema, version: Int32?) throws -> Reader

    /// The value of a message, which is what follows the schema's number.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    func value(of message: RawSpan, _ reader: Reader) throws -> SchemaAndValue
}
