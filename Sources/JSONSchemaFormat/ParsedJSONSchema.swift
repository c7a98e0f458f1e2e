import JSON
import SchemaFormat

/// A JSON Schema with everything that it refers to.
struct ParsedJSONSchema: ParsedSchema {
    let document: JSONValue
    let dependencies: [SchemaDependency]
    let graph: SchemaGraph
    let canonicalText: String

    init(document: JSONValue, dependencies: [SchemaDependency]) throws(SchemaError) {
        guard document.object != nil || document.bool != nil else {
            throw SchemaError(.invalidSchema, "A JSON Schema is an object or a boolean")
        }
        self.document = document
        self.dependencies = dependencies
        graph = try SchemaLoader.load(document, dependencies: dependencies)
        canonicalText = document.asJacksonWritesIt.text
    }

    var type: SchemaType { .json }

    var name: String? { document["title"]?.string }

    func normalized() throws(SchemaError) -> any ParsedSchema {
        try ParsedJSONSchema(document: document.withSortedMembers, dependencies: dependencies)
    }

    func hasTopLevelField(_ name: String) -> Bool { document["properties"]?[name] != nil }

    func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] {
        guard let writer = writer as? ParsedJSONSchema else { return ["Incompatible because of different schema type"] }
        return SchemaComparison.differences(from: writer.graph, to: graph).map { $0.message(roles) }
    }

    // MARK: - Values

    func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] {
        try InstanceValidator.check(value, against: graph)
        return value.utf8
    }

    func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue {
        let text = bytes.withUnsafeBytes { Array($0) }
        do { return try JSONValue(parsing: text) } catch {
            throw SchemaError(.invalidBytes, "The message is no JSON: \(error)")
        }
    }
}
