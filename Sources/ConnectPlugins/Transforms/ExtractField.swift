package import ConnectAPI

/// Puts one field in the place of the structure or map that it is in
/// (`org.apache.kafka.connect.transforms.ExtractField`).
package struct ExtractField: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey("field", .string, default: .required, importance: .medium, documentation: "The field to take."),
        FieldPath.syntaxKey,
        .replaceNullWithDefault,
    ])

    private let part: RecordPart
    private let path: FieldPath
    private let text: String
    private let replacesNullWithDefault: Bool

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        text = parsed.string("field") ?? ""
        path = try FieldPath(text, parsed.fieldSyntax)
        replacesNullWithDefault = parsed.boolean("replace.null.with.default") ?? true
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        guard let schema = before.schema else {
            record[part] =
                try before.value.isNull
                ? TypedValue(nil, .null)
                : path.value(in: before, replacingNullWithDefault: replacesNullWithDefault) ?? TypedValue(nil, .null)
            return record
        }
        guard let field = path.field(in: schema) else {
            throw ConnectError(.invalidData, "Unknown field: \(text)")
        }
        let found =
            before.value.isNull
            ? nil : try path.value(in: before, replacingNullWithDefault: replacesNullWithDefault)
        record[part] = TypedValue(field.schema, found?.value ?? .null)
        return record
    }
}
