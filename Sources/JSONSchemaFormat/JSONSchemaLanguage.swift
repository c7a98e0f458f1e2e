import JSON
public import SchemaFormat

/// JSON Schema, in drafts 4, 6, 7, 2019-09 and 2020-12.
///
/// `$schema` says which one a schema is written in; it is draft 7 where there is none, as in Schema Registry. What a
/// schema refers to has to be given with it, nothing is fetched.
public struct JSONSchemaLanguage: SchemaLanguage {
    /// Creates it.
    public init() {}

    /// The language.
    public var type: SchemaType { .json }

    /// Reads a schema.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidSchema` if it is no JSON, if a keyword has a value that it cannot
    ///   have, or if a reference leads to what was not given; with code `.limitExceeded` if it is too large.
    public func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema {
        let size = dependencies.reduce(text.utf8.count) { $0 + $1.text.utf8.count }
        guard size <= SchemaLimits.textSize else {
            throw SchemaError(
                .limitExceeded,
                "The schema and what it refers to have \(size) bytes, more than the \(SchemaLimits.textSize) allowed")
        }
        let document: JSONValue
        do { document = try JSONValue(parsing: text) } catch {
            throw SchemaError(.invalidSchema, "The schema is no JSON: \(error)")
        }
        return try ParsedJSONSchema(document: document, dependencies: dependencies)
    }
}
