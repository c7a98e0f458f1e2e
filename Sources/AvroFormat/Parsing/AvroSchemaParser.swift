import JSON
import SchemaFormat

/// Makes the types of a schema of its JSON.
///
/// One parser reads a schema after those that it depends on, and knows their names. A name takes its place among the
/// types where it is first met, defined or not, so that no reference has to be mended later.
struct AvroSchemaParser {
    /// Whether the schema is held to the rules for new ones.
    let isNew: Bool
    let rules: AvroNameRules
    var types: [AvroType?] = []
    /// What a union calls each type, known before the type is.
    var unionNames: [String] = []
    /// The names that are defined.
    var definitions: [String: AvroTypeID] = [:]
    /// The names that were used and are not defined yet.
    var awaited: [String: AvroTypeID] = [:]
    var mentions: [(name: String, path: [String])] = []
    /// Definitions of names that were defined already: they have to say the same.
    var repetitions: [(id: AvroTypeID, first: AvroTypeID, path: [String])] = []
    var defaults: [(field: String, type: AvroTypeID, value: JSONValue, path: [String])] = []
    var path: [String] = []

    init(isNew: Bool) {
        self.isNew = isNew
        rules = isNew ? .strict : .unicode
    }

    /// Reads what a schema depends on, then the schema itself.
    ///
    /// - Returns: All types, the place of the schema's own and those of its dependencies.
    static func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(AvroError) -> (types: AvroTypes, root: AvroTypeID, dependencies: [AvroTypeID]) {
        // What is registered is not held to the rules for new schemas.
        var parser = AvroSchemaParser(isNew: false)
        var roots: [AvroTypeID] = []
        for dependency in dependencies {
            do {
                roots.append(try parser.document(dependency.text))
            } catch {
                throw AvroError(error.code, "the referenced schema '\(dependency.name)': \(error)")
            }
        }
        parser = AvroSchemaParser(isNew: isNew, knowing: parser)
        let root = try parser.document(text)
        return (AvroTypes(parser.types.compactMap { $0 }), root, roots)
    }

    private init(isNew: Bool, knowing other: AvroSchemaParser) {
        self.init(isNew: isNew)
        types = other.types
        unionNames = other.unionNames
        definitions = other.definitions
    }

    private mutating func document(_ text: String) throws(AvroError) -> AvroTypeID {
        let root = try type(try AvroDocument.parse(text), in: nil)
        for mention in mentions where awaited[mention.name] != nil {
            throw AvroError(.invalidSchema, "Undefined schema: \(mention.name)", at: mention.path)
        }
        for (id, first, path) in repetitions where !isSameDefinition(id, first) {
            throw AvroError(.invalidSchema, "Can't redefine: \(unionNames[id.index])", at: path)
        }
        try checkDefaults()
        mentions = []
        repetitions = []
        defaults = []
        return root
    }

    func failure(_ message: String) -> AvroError { AvroError(.invalidSchema, message, at: path) }

    /// Does something one step further down.
    mutating func inside<Result>(
        _ step: String, _ body: (inout AvroSchemaParser) throws(AvroError) -> Result
    ) throws(AvroError) -> Result {
        path.append(step)
        let result = try body(&self)
        path.removeLast()
        return result
    }
}
