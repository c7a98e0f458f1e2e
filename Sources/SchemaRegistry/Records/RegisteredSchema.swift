import JSON

/// A version of a subject, by the names of both.
struct SubjectVersion: Sendable, Hashable {
    /// The subject with its context.
    var subject: String
    /// The version, from 1.
    var version: Int
}

/// A schema as a version of a subject: the value of a SCHEMA record.
struct RegisteredSchema: Sendable, Hashable {
    /// The subject with its context.
    var subject: String
    /// The version, from 1.
    var version: Int
    /// The id, which is one of the context.
    var id: Int
    /// The name that it has everywhere.
    var guid: SchemaGUID
    /// The language, which may be one that nobody here reads.
    var type: String
    /// What it refers to.
    var references: [SchemaReference]
    /// What is said of it.
    var metadata: SchemaMetadata?
    /// Rules for its values.
    var ruleSet: RuleSet?
    /// The text.
    var text: String
    /// Whether it was deleted softly.
    var isDeleted: Bool
    /// When its record was written, in milliseconds since 1970; not part of the record's value.
    var timestamp: Int64?

    /// The language of schemas that do not say which.
    static let usualType = "AVRO"

    /// Which version of which subject it is.
    var key: SubjectVersion { SubjectVersion(subject: subject, version: version) }

    init(
        subject: String, version: Int, id: Int, type: String = usualType, references: [SchemaReference] = [],
        metadata: SchemaMetadata? = nil, ruleSet: RuleSet? = nil, text: String, isDeleted: Bool = false
    ) {
        self.subject = subject
        self.version = version
        self.id = id
        guid = SchemaGUID(text: text, references: references, metadata: metadata, ruleSet: ruleSet)
        self.type = type
        self.references = references
        self.metadata = metadata
        self.ruleSet = ruleSet
        self.text = text
        self.isDeleted = isDeleted
    }

    /// Reads the value of a record.
    init(_ object: JSONObject) throws(ShapeError) {
        guard let subject = try object.text("subject"), let version = try object.integer("version"),
            let id = try object.integer("id"), let text = try object.text("schema")
        else { throw ShapeError("a schema needs 'subject', 'version', 'id' and 'schema'") }
        let references = try SchemaReference.list(in: object)
        var metadata: SchemaMetadata?
        if let object = try object.object("metadata") { metadata = try SchemaMetadata(object) }
        var ruleSet: RuleSet?
        if let object = try object.object("ruleSet") { ruleSet = try RuleSet(object) }
        self.init(
            subject: subject, version: version, id: id, type: try object.text("schemaType") ?? Self.usualType,
            references: references, metadata: metadata, ruleSet: ruleSet, text: text,
            isDeleted: try object.flag("deleted") ?? false)
        // What the writer says counts: its text may have been canonicalised since.
        if let guid = try object.text("md5").flatMap(SchemaGUID.init(base64:)) { self.guid = guid }
    }

    /// The value of the record, with its members in the order that others write.
    var record: JSONValue {
        var object = JSONObject()
        object["subject"] = .string(subject)
        object["version"] = .integer(version)
        object["id"] = .integer(id)
        object["md5"] = .string(guid.base64)
        object["schemaType"] = .string(type)
        if !references.isEmpty { object["references"] = .array(references.map(\.json)) }
        object.set("metadata", metadata?.json)
        object.set("ruleSet", ruleSet?.json)
        object["schema"] = .string(text)
        object["deleted"] = .bool(isDeleted)
        return .object(object)
    }

    /// Whether it says the same as another one, whatever their subjects, versions and ids are.
    func hasSameContent(as other: RegisteredSchema) -> Bool {
        type == other.type && text == other.text && references == other.references && metadata == other.metadata
            && ruleSet == other.ruleSet
    }
}
