import JSON

/// A schema as a request has it.
struct SchemaDraft: Sendable {
    /// The text; empty for that of the latest version.
    var text: String
    /// The language, which may be one that there is not.
    var type: String
    /// What it refers to; -1 is the latest version.
    var references: [SchemaReference]
    var metadata: SchemaMetadata?
    var ruleSet: RuleSet?
    /// The id that it has elsewhere, for modes in which schemas are imported.
    var id: Int?
    /// The version that it is to become; `nil` for any, -1 for the next one with its number in the metadata.
    var version: Int?

    init(
        text: String, type: String = RegisteredSchema.usualType, references: [SchemaReference] = [],
        metadata: SchemaMetadata? = nil, ruleSet: RuleSet? = nil, id: Int? = nil, version: Int? = nil
    ) {
        self.text = text
        self.type = type
        self.references = references
        self.metadata = metadata
        self.ruleSet = ruleSet
        self.id = id
        self.version = version
    }

    /// A schema that is registered, to be read.
    init(_ schema: RegisteredSchema) {
        self.init(
            text: schema.text, type: schema.type, references: schema.references, metadata: schema.metadata,
            ruleSet: schema.ruleSet)
    }

    /// Reads a request.
    init(_ object: JSONObject) throws(ShapeError) {
        text = try object.text("schema") ?? ""
        type = try object.text("schemaType") ?? RegisteredSchema.usualType
        references = try SchemaReference.list(in: object)
        if let object = try object.object("metadata") { metadata = try SchemaMetadata(object) }
        if let object = try object.object("ruleSet") { ruleSet = try RuleSet(object) }
        // Others take no id for a negative one, and no version for 0.
        id = try object.integer("id").flatMap { $0 >= 0 ? $0 : nil }
        version = try object.integer("version").flatMap { $0 == 0 ? nil : $0 }
    }

    /// Whether there is nothing but white space.
    var isEmpty: Bool { !text.unicodeScalars.contains { !$0.properties.isWhitespace } }

    /// How much of a text stands in a message.
    private static let quotedLimit = 10 * 1024

    /// The schema as messages show it.
    func description(of subject: String) -> String {
        let guid = SchemaGUID(text: text, references: references, metadata: metadata, ruleSet: ruleSet)
        let quoted = text.count > Self.quotedLimit ? text.prefix(Self.quotedLimit) + "..." : text[...]
        return "{subject=\(subject),version=\(version ?? 0),id=\(id ?? -1),guid=\(guid),schemaType=\(type),"
            + "references=\(referenceList),metadata=\(metadata?.json.text ?? "null"),"
            + "ruleSet=\(ruleSet?.json.text ?? "null"),schema=\(quoted),schemaTags=null,ts=null,deleted=null}"
    }

    /// The references as messages show them.
    var referenceList: String { "[\(references.map(\.description).joined(separator: ", "))]" }
}
