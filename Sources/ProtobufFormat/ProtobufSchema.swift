public import SchemaFormat

/// A `.proto` file with all that it imports.
///
/// Immutable; reading and writing messages with it needs no lock.
public struct ProtobufSchema: ParsedSchema {
    /// The types of the file and of all that it imports.
    public let types: TypeTable
    /// The text as Schema Registry prints it: comments and the author's layout are gone, names stay as they are written.
    public let canonicalText: String

    /// What the file says, in the order in which it is printed.
    let file: FileElement
    /// The same with complete names of all types.
    let qualified: FileElement
    /// The file, linked, as a serialized FileDescriptorProto.
    let serialized: [UInt8]
    /// The file's messages in the order by which message indexes count.
    let indexedMessages: [IndexedMessage]
    /// The messages that the file declares outside of any other.
    let topLevelMessages: [MessageID]
    /// The file's package; empty where it has none.
    let package: String
    /// The full name of the file's first enum.
    private let firstEnum: String?
    /// The names of all top-level fields.
    private let topLevelFields: Set<String>

    /// Protocol Buffers.
    public var type: SchemaType { .protobuf }

    /// The full name of the first message, or of the first enum where there is no message.
    public var name: String? { indexedMessages.first.map { types[$0.id].fullName } ?? firstEnum }

    /// Takes files that were read.
    ///
    /// - Parameter text: The file's text; `nil` where it was given as a descriptor.
    init(_ files: LinkedFiles, text: [UInt8]?) throws(SchemaError) {
        guard let own = files.linked.last else { throw SchemaError(.invalidSchema, "the schema is empty") }
        types = TypeTable(files.linked)
        serialized = files.serialized
        file = try FileElement(files.written, text: text)
        qualified = try FileElement(files.written.qualified(by: own), text: text)
        canonicalText = SchemaPrinter().text(of: file)
        // A file that only hands on another one stands for that, as in Schema Registry.
        let (effective, element) = try Self.effective(files, own, file)
        indexedMessages = IndexedMessage.list(element.messages, of: types, package: effective.package)
        package = own.package
        let scope = package.isEmpty ? "" : package + "."
        let table = types
        topLevelMessages = own.messages.compactMap { table.message(named: scope + $0.name) }
        firstEnum = element.enums.first.map { (effective.package.isEmpty ? "" : effective.package + ".") + $0.name }
        topLevelFields = Set(element.messages.flatMap { $0.fields.map(\.name) })
    }

    private init(_ schema: ProtobufSchema, normalized: FileElement, text: String) {
        types = schema.types
        canonicalText = text
        file = normalized
        qualified = normalized
        serialized = schema.serialized
        topLevelMessages = schema.topLevelMessages
        package = schema.package
        firstEnum = schema.firstEnum
        topLevelFields = schema.topLevelFields
        indexedMessages =
            normalized.messages.isEmpty
            ? schema.indexedMessages
            : IndexedMessage.list(normalized.messages, of: schema.types, package: normalized.package ?? "")
    }

    private static func effective(
        _ files: LinkedFiles, _ own: FileProto, _ element: FileElement
    ) throws(SchemaError) -> (FileProto, FileElement) {
        guard own.messages.isEmpty, own.enums.isEmpty, own.services.isEmpty, own.extensions.isEmpty,
            own.dependencies.count == 1, own.publicDependencies == [0],
            let other = files.linked.first(where: { $0.name == own.dependencies[0] })
        else { return (own, element) }
        return (other, try FileElement(other, text: nil, foldsMaps: true))
    }

    /// The same schema with complete names, options and numbers in order, and imports that stand once.
    public func normalized() throws(SchemaError) -> any ParsedSchema {
        let normalized = Normalizer(types: types, package: file.package).normalized(qualified)
        return ProtobufSchema(self, normalized: normalized, text: SchemaPrinter().text(of: normalized))
    }

    /// The schema in another form: `serialized` is the descriptor in Base64, `ignore_extensions` leaves out extensions and
    /// all custom options but `confluent`'s own.
    public func text(in form: String) throws(SchemaError) -> String {
        switch form {
        case "serialized": Base64.encode(serialized)
        case "ignore_extensions": SchemaPrinter().text(of: file.withoutExtensions)
        default: canonicalText
        }
    }

    /// Whether a message at the top level has a field that is in no oneof.
    public func hasTopLevelField(_ name: String) -> Bool { topLevelFields.contains(name) }

    /// Why this schema cannot read what was written with another; the differences that Schema Registry finds.
    public func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] {
        guard let writer = writer as? ProtobufSchema else { return ["Incompatible because of different schema type"] }
        return SchemaComparison(from: writer, to: self).differences.map { $0.message(roles) }
    }
}
