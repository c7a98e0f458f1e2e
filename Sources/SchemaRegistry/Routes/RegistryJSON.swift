import JSON

/// Schemas and settings as answers have them.
enum RegistryJSON {
    /// A version of a subject.
    ///
    /// - Parameters:
    ///   - text: The text, where it is asked for in another form.
    ///   - isExtended: Whether the client takes the members that older registries do not have.
    static func version(
        _ schema: RegisteredSchema, text: String? = nil, aliases: [String]? = nil, isExtended: Bool
    ) -> JSONValue {
        var object = JSONObject()
        object["subject"] = .string(schema.subject)
        object["version"] = .integer(schema.version)
        object["id"] = .integer(schema.id)
        add(schema, text: text, isExtended: isExtended, to: &object)
        if let aliases, !aliases.isEmpty { object["aliases"] = .array(aliases.map(JSONValue.string)) }
        return .object(object)
    }

    /// What a registration answers.
    static func registration(_ schema: RegisteredSchema, text: String? = nil, isExtended: Bool) -> JSONValue {
        var object = JSONObject()
        object["id"] = .integer(schema.id)
        object["version"] = .integer(schema.version)
        add(schema, text: text, isExtended: isExtended, to: &object)
        return .object(object)
    }

    /// A schema by its id or fingerprint.
    ///
    /// - Parameter isNamed: Whether the subject and version that were found are said.
    static func schema(
        _ schema: RegisteredSchema, text: String? = nil, isNamed: Bool, maxID: Int? = nil, isExtended: Bool
    ) -> JSONValue {
        var object = JSONObject()
        if isNamed {
            object["subject"] = .string(schema.subject)
            object["version"] = .integer(schema.version)
        }
        add(schema, text: text, isExtended: isExtended, to: &object)
        object.set("maxId", maxID.map { .integer($0) })
        return .object(object)
    }

    private static func add(
        _ schema: RegisteredSchema, text: String?, isExtended: Bool, to object: inout JSONObject
    ) {
        object["guid"] = .string(schema.guid.description)
        // A schema that does not say its language is Avro, to every client.
        if schema.type != RegisteredSchema.usualType { object["schemaType"] = .string(schema.type) }
        if !schema.references.isEmpty { object["references"] = .array(schema.references.map(\.json)) }
        object.set("metadata", schema.metadata?.json)
        object.set("ruleSet", schema.ruleSet?.json)
        object["schema"] = .string(text ?? schema.text)
        guard isExtended else { return }
        object.set("ts", schema.timestamp.map { .integer($0) })
        object["deleted"] = .bool(schema.isDeleted)
    }

    /// Where a schema is.
    static func place(_ schema: RegisteredSchema) -> JSONValue {
        ["subject": .string(schema.subject), "version": .integer(schema.version)]
    }

    /// A configuration that is asked for.
    static func config(_ config: SubjectConfig) -> JSONValue { .object(config.members()) }

    /// A configuration that was changed.
    static func changedConfig(_ config: SubjectConfig) -> JSONValue {
        .object(config.members(levelName: ConfigUpdate.levelName))
    }

    /// A mode.
    static func mode(_ mode: RegistryMode?) -> JSONValue {
        var object = JSONObject()
        object.set("mode", mode.map { .string($0.rawValue) })
        return .object(object)
    }

    /// The verdict on a schema.
    static func verdict(_ obstacles: [String], isVerbose: Bool) -> JSONValue {
        var object = JSONObject()
        object["is_compatible"] = .bool(obstacles.isEmpty)
        if isVerbose { object["messages"] = .array(obstacles.map(JSONValue.string)) }
        return .object(object)
    }
}
