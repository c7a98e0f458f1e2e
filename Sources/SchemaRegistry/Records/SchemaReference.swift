import JSON

/// A version of a subject that a schema refers to by a name.
struct SchemaReference: Sendable, Hashable {
    /// The name by which the schema's text refers to it.
    var name: String
    /// The subject; without a context of its own it is one of the context that the schema is in.
    var subject: String
    /// The version; -1 in a request for the latest.
    var version: Int

    init(name: String, subject: String, version: Int) {
        self.name = name
        self.subject = subject
        self.version = version
    }

    /// Reads it from JSON.
    init(_ json: JSONValue) throws(ShapeError) {
        guard let object = json.object else { throw ShapeError("a reference has to be an object") }
        guard let name = try object.text("name"), let subject = try object.text("subject"),
            let version = try object.integer("version")
        else { throw ShapeError("a reference needs 'name', 'subject' and 'version'") }
        self.init(name: name, subject: subject, version: version)
    }

    /// Reads the list under `references`; empty where there is none.
    static func list(in object: JSONObject) throws(ShapeError) -> [SchemaReference] {
        var references: [SchemaReference] = []
        for json in try object.list("references") ?? [] { references.append(try SchemaReference(json)) }
        return references
    }

    /// The reference as JSON.
    var json: JSONValue {
        ["name": .string(name), "subject": .string(subject), "version": .integer(version)]
    }

    /// The reference as it stands in messages.
    var description: String { "{name='\(name)', subject='\(subject)', version=\(version)}" }
}
