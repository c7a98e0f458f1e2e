package import ConnectAPI

/// Leaves out and renames fields (`org.apache.kafka.connect.transforms.ReplaceField`).
package struct ReplaceField: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "exclude", .list, default: .value(""), importance: .medium,
            documentation: "Fields to exclude. This takes precedence over the fields to include."),
        ConfigKey(
            "include", .list, default: .value(""), importance: .medium,
            documentation: "Fields to include. If specified, only these fields will be used."),
        ConfigKey(
            "renames", .list, default: .value(""), importance: .medium, documentation: "Field rename mappings.",
            validator: ConfigValidator { text in
                text.split(separator: ",").map { String($0).trimmingSpace }
                    .first { !$0.isEmpty && Self.rename($0) == nil }
                    .map { "Invalid rename mapping: \($0)" }
            }),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    private let part: RecordPart
    private let rewriter: FieldRewriter<FieldOutcome>

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        func paths(_ key: String) throws -> [FieldPath] {
            try parsed.names(key).map { try FieldPath($0, parsed.fieldSyntax) }
        }
        var tree = FieldTree<FieldOutcome>()
        let included = try paths("include")
        for path in included {
            tree.makeExclusive(around: path)
            tree.set(.keep, at: path)
        }
        for (name, other) in parsed.names("renames").compactMap(Self.rename) {
            let path = try FieldPath(name, parsed.fieldSyntax)
            // What is not included goes, whatever it would have been called.
            if included.isEmpty || included.contains(path) { tree.set(.rename(other), at: path) }
        }
        for path in try paths("exclude") { tree.set(.drop, at: path) }
        rewriter = FieldRewriter(
            tree, purpose: "field replacement",
            replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true
        ) { outcome, _ in outcome }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        if record[part].value.isNull { return record }
        record[part] = try rewriter.apply(record[part])
        return record
    }

    /// The names before and after of `before:after`; the one after is a field beside the one before.
    private static func rename(_ mapping: String) -> (String, String)? {
        let names = mapping.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace }
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        return (names[0], names[1])
    }
}
