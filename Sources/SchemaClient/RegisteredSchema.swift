public import SchemaFormat

/// A reference of a schema to a version of another subject.
public struct SchemaReference: Sendable, Hashable {
    /// The name that the schema uses.
    public var name: String
    /// The subject.
    public var subject: String
    /// The version; -1 is the latest.
    public var version: Int

    /// Creates a reference.
    public init(name: String, subject: String, version: Int) {
        self.name = name
        self.subject = subject
        self.version = version
    }
}

/// A schema as it is given to a registry.
public struct SchemaText: Sendable, Hashable {
    /// The language.
    public var type: SchemaType
    /// The text.
    public var text: String
    /// What it refers to.
    public var references: [SchemaReference]

    /// Creates it.
    public init(_ text: String, type: SchemaType = .avro, references: [SchemaReference] = []) {
        self.type = type
        self.text = text
        self.references = references
    }
}

/// A schema that a registry knows.
public struct RegisteredSchema: Sendable {
    /// Its number, which stands before each message.
    public var id: Int32
    /// The subject that it was asked for under; `nil` where it was asked for by its number alone.
    public var subject: String?
    /// Its version there, from 1.
    public var version: Int?
    /// What it refers to.
    public var references: [SchemaReference]
    /// The schema itself.
    public var schema: any ParsedSchema

    /// Creates it.
    public init(
        id: Int32, subject: String? = nil, version: Int? = nil, references: [SchemaReference] = [],
        schema: any ParsedSchema
    ) {
        self.id = id
        self.subject = subject
        self.version = version
        self.references = references
        self.schema = schema
    }
}
