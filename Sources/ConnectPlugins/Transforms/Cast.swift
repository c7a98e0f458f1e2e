package import ConnectAPI
import RecordFormat

/// Turns fields, or the whole key or value, into another type (`org.apache.kafka.connect.transforms.Cast`).
package struct Cast: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "spec", .list, default: .required, importance: .high,
            documentation:
                "Fields and the types that they become, such as count:int32,price:float64, or one type for the whole value.",
            validator: .nonEmptyList),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    private enum Target {
        case whole(ConnectSchema.Kind, SchemaCache<ConnectSchema>)
        case fields(FieldRewriter<ConnectSchema.Kind>)
    }

    private let part: RecordPart
    private let target: Target

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        let specs = parsed.names("spec")
        if specs.count == 1, !specs[0].contains(":") {
            target = .whole(try ValueCast.kind(named: specs[0]), SchemaCache())
            return
        }
        var tree = FieldTree<ConnectSchema.Kind>()
        for spec in specs {
            guard let colon = spec.lastIndex(of: ":") else {
                throw ConnectError(
                    .invalidConfiguration,
                    "Cast transformations that specify a type to cast the entire value to may only specify a single"
                        + " cast in their spec")
            }
            let name = String(spec[..<colon]).trimmingSpace
            let kind = try ValueCast.kind(named: String(spec[spec.index(after: colon)...]).trimmingSpace)
            guard !name.isEmpty else {
                throw ConnectError(.invalidConfiguration, "Invalid cast: \(spec) names no field")
            }
            tree.set(kind, at: try FieldPath(name, parsed.fieldSyntax))
        }
        target = .fields(
            FieldRewriter(
                tree, purpose: "cast types",
                replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true
            ) { kind, schema in
                .change(try schema.map { try Self.schema($0, as: kind) }) { value in
                    try ValueCast.cast(value, schema, to: kind)
                }
            })
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        if before.value.isNull { return record }
        switch target {
        case .fields(let rewriter): record[part] = try rewriter.apply(before)
        case .whole(let kind, let schemas):
            let schema = try before.schema.map { schema in
                try schemas.value(for: schema) { try Self.schema(schema, as: kind, isNamed: true) }
            }
            record[part] = TypedValue(schema, try ValueCast.cast(before.value, before.schema, to: kind))
        }
        return record
    }

    /// The schema of what is cast. A field's is a plain one: its name may have said what its type no longer can.
    private static func schema(
        _ schema: ConnectSchema, as kind: ConnectSchema.Kind, isNamed: Bool = false
    ) throws -> ConnectSchema {
        ConnectSchema(
            kind, isOptional: schema.isOptional,
            defaultValue: try schema.defaultValue.map { try ValueCast.cast($0, schema, to: kind) },
            name: isNamed ? schema.name : nil, version: isNamed ? schema.version : nil,
            documentation: isNamed ? schema.documentation : nil, parameters: isNamed ? schema.parameters : [:])
    }
}
