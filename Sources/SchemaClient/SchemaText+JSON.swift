import JSON
import SchemaFormat

extension SchemaText {
    /// The body of a registration.
    var json: JSONValue {
        var object = JSONObject()
        object["schema"] = .string(text)
        // As serializers write it: a registry takes what has no type for Avro.
        if type != .avro { object["schemaType"] = .string(type.rawValue) }
        if !references.isEmpty {
            object["references"] = .array(
                references.map { reference in
                    [
                        "name": .string(reference.name), "subject": .string(reference.subject),
                        "version": .integer(reference.version),
                    ]
                })
        }
        return .object(object)
    }

    /// The schema in a registry's answer.
    init(_ answer: JSONValue) throws(SchemaClientError) {
        guard let text = answer["schema"]?.string else {
            throw SchemaClientError("the registry's answer has no schema")
        }
        let name = answer["schemaType"]?.string ?? SchemaType.avro.rawValue
        guard let type = SchemaType(rawValue: name) else {
            throw SchemaClientError("schemas of type \(name) cannot be read here")
        }
        var references: [SchemaReference] = []
        for reference in answer["references"]?.array ?? [] {
            guard let name = reference["name"]?.string, let subject = reference["subject"]?.string,
                let version = reference["version"]?.int64
            else { throw SchemaClientError("a reference in the registry's answer lacks its name, subject or version") }
            references.append(SchemaReference(name: name, subject: subject, version: Int(version)))
        }
        self.init(text, type: type, references: references)
    }
}
