package import ConnectAPI

/// Sets the name and version of a key's or value's schema
/// (`org.apache.kafka.connect.transforms.SetSchemaMetadata`).
package struct SetSchemaMetadata: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "schema.name", .string, default: .none, importance: .high, documentation: "Schema name to set."),
        ConfigKey(
            "schema.version", .int, default: .none, importance: .high, documentation: "Schema version to set."),
        .replaceNullWithDefault,
    ])

    private let part: RecordPart
    private let name: String?
    private let version: Int32?
    private let replacesNullWithDefault: Bool
    private let schemas = SchemaCache<ConnectSchema>()

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        name = parsed.string("schema.name")
        version = parsed.integer("schema.version").map { Int32(truncatingIfNeeded: $0) }
        guard name != nil || version != nil else {
            throw ConnectError(.invalidConfiguration, "Neither schema name nor version configured")
        }
        replacesNullWithDefault = parsed.boolean("replace.null.with.default") ?? true
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        guard let schema = before.schema else {
            if before.value.isNull { return record }
            throw ConnectError(.invalidData, "Schema required for [updating schema metadata]")
        }
        let updated = schemas.value(for: schema) { schema.copy(name: name, version: version) }
        var value = before.value
        if case .structure(let structure) = value {
            value = .structure(
                Struct(
                    updated,
                    values: schema.fields.enumerated().map { index, field in
                        structure[index].orDefault(of: field.schema, replacesNullWithDefault)
                    }))
        }
        record[part] = TypedValue(updated, value)
        return record
    }
}

extension ConnectSchema {
    /// The same type under another name or version; `nil` keeps what it has.
    fileprivate func copy(name: String?, version: Int32?) -> ConnectSchema {
        let (name, version) = (name ?? self.name, version ?? self.version)
        switch kind {
        case .structure:
            return .structure(
                fields, isOptional: isOptional, defaultValue: nil, name: name, version: version,
                documentation: documentation, parameters: parameters)
        case .array:
            return .array(
                of: valueSchema ?? .optionalString, isOptional: isOptional, defaultValue: defaultValue, name: name,
                version: version, documentation: documentation, parameters: parameters)
        case .map:
            return .map(
                from: keySchema ?? .optionalString, to: valueSchema ?? .optionalString, isOptional: isOptional,
                defaultValue: defaultValue, name: name, version: version, documentation: documentation,
                parameters: parameters)
        default:
            return ConnectSchema(
                kind, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
                documentation: documentation, parameters: parameters)
        }
    }
}
