public import JSON

/// A schema that was read together with everything it refers to.
///
/// One exists for each version of a subject that is in use, so it is immutable and shared; reading and writing values
/// with it needs no lock.
public protocol ParsedSchema: Sendable {
    /// The language it is written in.
    var type: SchemaType { get }

    /// The text that is stored, answered and compared: white space and the like that mean nothing are gone.
    var canonicalText: String { get }

    /// The full name of the record or message that it describes, for the subject name strategies that use it: an Avro
    /// record's, a JSON Schema's title, the first Protobuf message's; `nil` where it has none.
    var name: String? { get }

    /// The same schema written in the one way that all schemas with its meaning have (`normalize=true`).
    func normalized() throws(SchemaError) -> any ParsedSchema

    /// The schema's text in another form (`format=`): `resolved` for Avro, `serialized` and `ignore_extensions` for
    /// Protobuf. A form that the language does not have is the canonical text, as in Schema Registry.
    func text(in form: String) throws(SchemaError) -> String

    /// Why data that was written with `writer` cannot be read with this schema; empty if it can.
    ///
    /// Each is Schema Registry's message for the difference: the path and the rule that was broken, and the two schemas
    /// called as `roles` says. A writer of another language is never passed.
    func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String]

    /// Whether the top level has a field, for names that are reserved by a subject's metadata.
    func hasTopLevelField(_ name: String) -> Bool

    // MARK: Values

    /// The bytes of a message, without magic byte and schema id, from its JSON form.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidValue` and the path of what does not fit.
    func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8]

    /// The JSON form of a message, from what follows its schema id.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidBytes`; nothing is allocated for a length that the bytes do not have.
    func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue
}

extension ParsedSchema {
    /// The canonical text, which is the only form of most languages.
    public func text(in form: String) throws(SchemaError) -> String { canonicalText }
}

/// What two schemas are called in messages about them.
public struct SchemaRoles: Sendable, Hashable {
    /// The one that reads.
    public var reader: String
    /// The one that the data was written with.
    public var writer: String

    /// Creates it.
    public init(reader: String, writer: String) {
        self.reader = reader
        self.writer = writer
    }

    /// A new version reads what was written with an earlier one.
    public static let newReader = SchemaRoles(reader: "new", writer: "old")
    /// An earlier version reads what is written with the new one.
    public static let oldReader = SchemaRoles(reader: "old", writer: "new")
}

/// A schema that another one refers to by a name, with its text.
public struct SchemaDependency: Sendable, Hashable {
    /// The name by which it is referred to: a type's full name in Avro, a URI in JSON Schema, an import's path in Protobuf.
    public var name: String
    /// The text.
    public var text: String

    /// Creates it.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// Reads the schemas of one language.
public protocol SchemaLanguage: Sendable {
    /// The language.
    var type: SchemaType { get }

    /// Reads a schema.
    ///
    /// - Parameters:
    ///   - text: The schema.
    ///   - dependencies: What it refers to, directly or through others; those that a schema refers to stand before it.
    ///   - isNew: Whether it is to be held to rules that those which are registered already need not keep, such as that
    ///     an Avro default fits its field.
    /// - Throws: ``SchemaError``.
    func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema
}
