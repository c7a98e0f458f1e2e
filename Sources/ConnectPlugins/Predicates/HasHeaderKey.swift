package import ConnectAPI

/// Records with at least one header of a name (`org.apache.kafka.connect.transforms.predicates.HasHeaderKey`).
package struct HasHeaderKey: ImmediatePredicate {
    static let definition = ConfigDefinition([
        ConfigKey(
            "name", .string, default: .required, importance: .medium, documentation: "The header name.",
            validator: .nonEmpty)
    ])

    private let name: String

    init(_ configuration: [String: String]) throws {
        name = try Self.definition.parse(configuration).string("name") ?? ""
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func test<Record: ConnectRecord>(_ record: Record) -> Bool { record.headers.last(name) != nil }
}
