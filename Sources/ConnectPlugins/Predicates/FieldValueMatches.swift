package import ConnectAPI

/// Records in which a field has a value (`millrace.connect.predicates.FieldValueMatches$Key` and `$Value`).
///
/// Kafka has no predicate that looks into a record. The field is a path with dots, and what it has is compared as text, as
/// `Cast` to `string` writes it. A record without the field, or with null in it, does not match.
package struct FieldValueMatches: ImmediatePredicate {
    static let definition = ConfigDefinition([
        ConfigKey(
            "field", .string, default: .required, importance: .high,
            documentation: "The field to look at; names with dots lead to nested ones, backticks hold names with dots.",
            validator: .nonEmpty),
        ConfigKey(
            "value", .string, default: .none, importance: .medium,
            documentation: "The text that the field has to have. One of value and pattern is given."),
        ConfigKey(
            "pattern", .string, default: .none, importance: .medium,
            documentation: "A regular expression that the field's whole text has to match.", validator: .pattern),
    ])

    private enum Condition {
        case text(String)
        case pattern(NamePattern)
    }

    private let part: RecordPart
    private let path: FieldPath
    private let condition: Condition

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        path = try FieldPath(parsed.string("field") ?? "", .v2)
        switch (parsed.string("value"), parsed.string("pattern")) {
        case (let text?, nil): condition = .text(text)
        case (nil, let pattern?): condition = .pattern(try NamePattern(pattern))
        default: throw ConnectError(.invalidConfiguration, "Must configure exactly one of value and pattern")
        }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func test<Record: ConnectRecord>(_ record: Record) -> Bool {
        guard let found = try? path.value(in: record[part], replacingNullWithDefault: true),
            case .string(let text)? = try? ValueCast.cast(found.value, found.schema, to: .string)
        else { return false }
        switch condition {
        case .text(let expected): return text == expected
        case .pattern(let pattern): return pattern.matches(text)
        }
    }
}
