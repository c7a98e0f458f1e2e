public import JSON
public import SchemaClient
public import SchemaFormat

/// Where the proxy has its schemas from: a registry, in this process or elsewhere.
///
/// What is asked for again is answered from memory by the service: the proxy asks with every request that carries data
/// with a schema.
public protocol SchemaService: Sendable {
    /// The schema with an id.
    ///
    /// - Throws: ``SchemaServiceError``.
    func schema(id: Int32) async throws -> RegisteredSchema

    /// The schema that a key or value was written with.
    ///
    /// - Throws: ``SchemaServiceError``.
    func schema(_ identity: SchemaMark.Identity) async throws -> RegisteredSchema

    /// A version of a subject; the latest where `version` is `nil`.
    ///
    /// - Throws: ``SchemaServiceError``.
    func schema(subject: String, version: Int32?) async throws -> RegisteredSchema

    /// Registers a schema under a subject, or finds that it is there.
    ///
    /// - Throws: ``SchemaServiceError``.
    func register(_ text: String, type: SchemaType, subject: String) async throws -> RegisteredSchema

    /// Reads a schema without registering it, for the subject name strategies that need its name.
    ///
    /// - Throws: ``SchemaServiceError``.
    func parse(_ text: String, type: SchemaType) async throws -> any ParsedSchema

    /// The bytes of a value, without what stands before them in a record.
    ///
    /// - Throws: `SchemaError`.
    func encode(_ value: JSONValue, with schema: any ParsedSchema, as form: JSONForm) throws -> [UInt8]

    /// The value of bytes that follow a schema's id.
    ///
    /// - Throws: `SchemaError`.
    func decode(_ bytes: RawSpan, with schema: any ParsedSchema, as form: JSONForm) throws -> JSONValue
}

extension SchemaService {
    /// The language's own JSON, which is the only form of most.
    public func encode(_ value: JSONValue, with schema: any ParsedSchema, as form: JSONForm) throws -> [UInt8] {
        try schema.encode(value)
    }

    /// The language's own JSON, which is the only form of most.
    public func decode(_ bytes: RawSpan, with schema: any ParsedSchema, as form: JSONForm) throws -> JSONValue {
        try schema.decode(bytes)
    }
}

/// Which JSON stands for data with a schema.
public enum JSONForm: String, Sendable, Hashable, CaseIterable {
    /// That of the schema's language: in Avro a union's value has its branch's name around it.
    case language = "default"
    /// Plain JSON, without what only Avro's readers need.
    case plain
}

/// Why a schema could not be had.
public struct SchemaServiceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: Sendable, Hashable {
        /// There is no such schema, subject or version.
        case notFound
        /// The text is no schema of its language.
        case invalidSchema
        /// The subject's compatibility level forbids it, or the registry does for another reason.
        case refused
        /// The registry could not be asked.
        case unavailable
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// What happened.
    public let message: String

    /// Creates an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The value as text, for logs and messages.
    public var description: String { message }
}
