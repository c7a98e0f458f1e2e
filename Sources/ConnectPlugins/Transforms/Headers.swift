package import ConnectAPI
import RecordFormat

/// Removes headers (`org.apache.kafka.connect.transforms.DropHeaders`).
package struct DropHeaders: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "headers", .list, default: .required, importance: .high,
            documentation: "The name of the headers to be removed.", validator: .nonEmptyList)
    ])

    private let names: [String]

    init(_ configuration: [String: String]) throws {
        names = try Self.definition.parse(configuration).names("headers")
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) -> Record? {
        for name in names { record.headers.remove(name) }
        return record
    }
}

/// Adds a header whose value is a text of the configuration, with the type that the text shows
/// (`org.apache.kafka.connect.transforms.InsertHeader`).
package struct InsertHeader: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "header", .string, default: .required, importance: .high, documentation: "The name of the header.",
            validator: .nonEmpty),
        ConfigKey(
            "value.literal", .string, default: .required, importance: .high,
            documentation: "The literal value that is to be set as the header value on all records.",
            validator: .nonEmpty),
    ])

    private let name: String
    private let value: SchemaAndValue

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        name = parsed.string("header") ?? ""
        value = SimpleHeaderConverter.value(of: parsed.string("value.literal") ?? "")
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) -> Record? {
        record.headers.add(name, value.value, schema: value.schema)
        return record
    }
}
