import JSON
public import SchemaFormat

/// A schema of Apache Avro with the types that it refers to.
///
/// Immutable, so that threads share it without a lock.
public final class AvroSchema: ParsedSchema {
    /// All types, those of the dependencies too.
    public let types: AvroTypes
    /// The schema's own type.
    public let root: AvroTypeID
    /// The text that Apache Avro's `Schema.toString()` gives, with the dependencies' types as names.
    public let canonicalText: String
    /// The full names of the types that the dependencies are.
    private let dependencyNames: Set<String>

    /// Reads a schema.
    ///
    /// - Parameters:
    ///   - text: The schema.
    ///   - dependencies: What it refers to; those that a schema refers to stand before it.
    ///   - isNew: Whether it is held to the rules for new schemas: strict names, and defaults that fit.
    public convenience init(
        parsing text: String, dependencies: [SchemaDependency] = [], isNew: Bool = true
    ) throws(AvroError) {
        let (types, root, roots) = try AvroSchemaParser.parse(text, dependencies: dependencies, isNew: isNew)
        try self.init(types: types, root: root, dependencyNames: Set(roots.compactMap { types.content($0).name?.full }))
    }

    private init(types: AvroTypes, root: AvroTypeID, dependencyNames: Set<String>) throws(AvroError) {
        self.types = types
        self.root = root
        self.dependencyNames = dependencyNames
        canonicalText = try AvroSchemaWriter.text(of: root, in: types, knowing: dependencyNames)
    }

    /// The language.
    public var type: SchemaType { .avro }

    /// The full name of the record that it is.
    public var name: String? {
        if case .record(let record) = types.content(root) { record.name.full } else { nil }
    }

    /// The same schema with sorted properties and aliases.
    public func normalized() throws(SchemaError) -> any ParsedSchema {
        do throws(AvroError) {
            return try AvroSchema(
                types: AvroNormalizer(types: types).normalized(), root: root, dependencyNames: dependencyNames)
        } catch {
            throw error.schemaError
        }
    }

    /// The text; in the form `resolved` with the dependencies' types written out.
    public func text(in form: String) throws(SchemaError) -> String {
        guard form == "resolved" else { return canonicalText }
        do throws(AvroError) {
            return try AvroSchemaWriter.text(of: root, in: types, knowing: [])
        } catch {
            throw error.schemaError
        }
    }

    /// Whether it is a record with such a field.
    public func hasTopLevelField(_ name: String) -> Bool {
        if case .record(let record) = types.content(root) { record.place(ofField: name) != nil } else { false }
    }

    /// Why data that was written with `writer` cannot be read with this schema, in Schema Registry's words.
    public func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] {
        guard let writer = writer as? AvroSchema else { return ["Incompatible because of different schema type"] }
        return AvroComparison.obstacles(reading: writer, with: self, roles: roles)
    }
}
