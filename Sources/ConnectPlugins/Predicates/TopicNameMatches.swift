package import ConnectAPI

/// Records whose topic's whole name matches (`org.apache.kafka.connect.transforms.predicates.TopicNameMatches`).
package struct TopicNameMatches: ImmediatePredicate {
    static let definition = ConfigDefinition([
        ConfigKey(
            "pattern", .string, default: .required, importance: .medium,
            documentation: "A regular expression for matching against the name of a record's topic.",
            validator: .pattern)
    ])

    private let pattern: NamePattern

    init(_ configuration: [String: String]) throws {
        pattern = try NamePattern(try Self.definition.parse(configuration).string("pattern") ?? "")
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func test<Record: ConnectRecord>(_ record: Record) -> Bool { pattern.matches(record.topic) }
}
