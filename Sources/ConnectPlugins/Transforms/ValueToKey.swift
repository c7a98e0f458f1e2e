package import ConnectAPI

/// Makes the key of fields of the value (`org.apache.kafka.connect.transforms.ValueToKey`).
package struct ValueToKey: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "fields", .list, default: .required, importance: .high,
            documentation: "Field names on the record value to extract as the record key.", validator: .nonEmptyList),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    private static let purpose = "copying fields from value to key"

    private let paths: [FieldPath]
    private let replacesNullWithDefault: Bool
    private let schemas = SchemaCache<ConnectSchema>()

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        paths = try parsed.names("fields").map { try FieldPath($0, parsed.fieldSyntax) }
        replacesNullWithDefault = parsed.boolean("replace.null.with.default") ?? true
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let value = record[.value]
        guard let schema = value.schema else {
            _ = try value.value.requireMap(for: Self.purpose)
            var key = ConnectMap()
            for path in paths { key[path.name] = try found(path, in: value) }
            record[.key] = TypedValue(nil, .map(key))
            return record
        }
        let structure = try value.value.requireStructure(for: Self.purpose)
        let keySchema = try schemas.value(for: schema) {
            .structure(
                try paths.map { path in
                    guard let field = path.field(in: structure.schema) else {
                        throw ConnectError(
                            .invalidData, "Field does not exist: \(path.steps.joined(separator: "."))")
                    }
                    return ConnectField(path.name, field.schema)
                }.differentlyNamed())
        }
        record[.key] = TypedValue(
            keySchema, .structure(Struct(keySchema, values: try paths.map { try found($0, in: value) })))
        return record
    }

    private func found(_ path: FieldPath, in value: TypedValue) throws -> ConnectValue {
        try path.value(in: value, replacingNullWithDefault: replacesNullWithDefault)?.value ?? .null
    }
}
