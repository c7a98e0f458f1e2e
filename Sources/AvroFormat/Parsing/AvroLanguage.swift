public import SchemaFormat

/// Reads schemas of Apache Avro.
public struct AvroLanguage: SchemaLanguage {
    /// Creates it.
    public init() {}

    /// The language.
    public var type: SchemaType { .avro }

    /// Reads a schema.
    ///
    /// The names that the dependencies define are known in it, and a name may be used before it is defined.
    ///
    /// - Parameters:
    ///   - text: The schema.
    ///   - dependencies: What it refers to; those that a schema refers to stand before it.
    ///   - isNew: Whether names have to be of ASCII letters and digits, and defaults have to fit their fields.
    /// - Throws: ``SchemaError`` with what Apache Avro has against it and the place in the text.
    public func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema {
        do {
            return try AvroSchema(parsing: text, dependencies: dependencies, isNew: isNew)
        } catch {
            throw error.schemaError
        }
    }
}
