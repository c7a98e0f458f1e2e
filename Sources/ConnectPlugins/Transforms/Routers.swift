package import ConnectAPI
import RecordFormat

/// Gives records whose topic's name matches another topic (`org.apache.kafka.connect.transforms.RegexRouter`).
package struct RegexRouter: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "regex", .string, default: .required, importance: .high,
            documentation: "Regular expression to use for matching.", validator: .pattern),
        ConfigKey(
            "replacement", .string, default: .required, importance: .high, documentation: "Replacement string."),
    ])

    private let pattern: NamePattern
    private let replacement: ReplacementText

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        pattern = try NamePattern(parsed.string("regex") ?? "")
        replacement = try ReplacementText(parsed.string("replacement") ?? "")
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        guard let groups = pattern.groups(in: record.topic) else { return record }
        record.topic = try replacement.text(with: groups)
        return record
    }
}

/// Gives records a topic whose name has their own topic's and their time in it
/// (`org.apache.kafka.connect.transforms.TimestampRouter`).
package struct TimestampRouter: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "topic.format", .string, default: .value("${topic}-${timestamp}"), importance: .high,
            documentation:
                "Format string which can contain ${topic} and ${timestamp} as placeholders for the topic and timestamp,"
                + " respectively."),
        ConfigKey(
            "timestamp.format", .string, default: .value("yyyyMMdd"), importance: .high,
            documentation: "Format string for the timestamp that is compatible with java.text.SimpleDateFormat."),
    ])

    private let format: String
    private let pattern: DatePattern

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        format = parsed.string("topic.format") ?? ""
        pattern = try DatePattern(parsed.string("timestamp.format") ?? "")
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        guard let time = record.timestamp else {
            throw ConnectError(.invalidData, "Timestamp missing on record of topic \(record.topic)")
        }
        record.topic = format.replacing("${topic}", with: record.topic)
            .replacing("${timestamp}", with: pattern.string(from: time.milliseconds))
        return record
    }
}
