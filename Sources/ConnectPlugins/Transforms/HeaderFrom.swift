package import ConnectAPI

/// Copies or moves fields to headers (`org.apache.kafka.connect.transforms.HeaderFrom`).
package struct HeaderFrom: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "fields", .list, default: .required, importance: .high, documentation: "The fields to take.",
            validator: .nonEmptyList),
        ConfigKey(
            "headers", .list, default: .required, importance: .high,
            documentation: "The names of the headers that they become, in the same order.", validator: .nonEmptyList),
        ConfigKey(
            "operation", .string, default: .required, importance: .high,
            documentation: "Whether the fields stay (copy) or go (move).", validator: .oneOf(["move", "copy"])),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    private let part: RecordPart
    private let fields: [(path: FieldPath, header: String)]
    private let isMove: Bool
    private let purpose: String
    private let replacesNullWithDefault: Bool
    private let remover: FieldRewriter<Void>

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        let headers = parsed.names("headers")
        let paths = try parsed.names("fields").map { try FieldPath($0, parsed.fieldSyntax) }
        guard paths.count == headers.count else {
            throw ConnectError(
                .invalidConfiguration,
                "'fields' config must have the same number of elements as 'headers' config.")
        }
        fields = Array(zip(paths, headers)).map { ($0, $1) }
        isMove = parsed.string("operation") == "move"
        purpose = "header \(isMove ? "move" : "copy")"
        replacesNullWithDefault = parsed.boolean("replace.null.with.default") ?? true
        var tree = FieldTree<Void>()
        for path in paths { tree.set((), at: path) }
        remover = FieldRewriter(tree, purpose: purpose, replacesNullWithDefault: replacesNullWithDefault) { _, _ in
            .drop
        }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        if before.schema == nil {
            _ = try before.value.requireMap(for: purpose)
        } else {
            _ = try before.value.requireStructure(for: purpose)
        }
        for (path, header) in fields {
            let found = try path.value(in: before, replacingNullWithDefault: replacesNullWithDefault)
            let schema = before.schema.flatMap { path.field(in: $0)?.schema }
            if before.schema != nil, schema == nil {
                throw ConnectError(.invalidData, "Unknown field: \(path.steps.joined(separator: "."))")
            }
            record.headers.add(header, found?.value ?? .null, schema: schema)
        }
        if isMove { record[part] = try remover.apply(before) }
        return record
    }
}
