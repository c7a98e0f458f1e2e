package import ConnectAPI

/// Puts the whole key or value into a field of a structure or a map
/// (`org.apache.kafka.connect.transforms.HoistField`).
package struct HoistField: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "field", .string, default: .required, importance: .medium,
            documentation: "The name of the field; with dots, and V2, of fields one within the other."),
        FieldPath.syntaxKey,
    ])

    private let part: RecordPart
    private let path: FieldPath
    private let schemas = SchemaCache<[ConnectSchema]>()

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        path = try FieldPath(parsed.string("field") ?? "", parsed.fieldSyntax)
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) -> Record? {
        var current = record.take(part)
        if let schema = current.schema {
            // From the innermost structure to the one that is the record's.
            let levels = schemas.value(for: schema) {
                var inner = schema
                return path.steps.reversed().map { name in
                    inner = .structure([ConnectField(name, inner)])
                    return inner
                }
            }
            for level in levels {
                current = TypedValue(level, .structure(Struct(level, values: [current.value])))
            }
        } else {
            for name in path.steps.reversed() { current.value = .map([name: current.value]) }
        }
        record[part] = current
        return record
    }
}
