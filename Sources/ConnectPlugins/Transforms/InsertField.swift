package import ConnectAPI
import RecordFormat

/// Adds fields with what is known of a record, or with a text of the configuration
/// (`org.apache.kafka.connect.transforms.InsertField`).
package struct InsertField: ImmediateTransform {
    private static let suffix =
        " Suffix with ! to make this a required field, or ? to keep it optional (the default)."

    static let definition = ConfigDefinition([
        ConfigKey(
            "topic.field", .string, default: .none, importance: .medium,
            documentation: "Field name for Kafka topic." + suffix),
        ConfigKey(
            "partition.field", .string, default: .none, importance: .medium,
            documentation: "Field name for Kafka partition." + suffix),
        ConfigKey(
            "offset.field", .string, default: .none, importance: .medium,
            documentation: "Field name for Kafka offset, which sink connectors' records have." + suffix),
        ConfigKey(
            "timestamp.field", .string, default: .none, importance: .medium,
            documentation: "Field name for record timestamp." + suffix),
        ConfigKey(
            "static.field", .string, default: .none, importance: .medium,
            documentation: "Field name for static data field." + suffix),
        ConfigKey(
            "static.value", .string, default: .none, importance: .medium,
            documentation: "Static field value, if field name configured."),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    /// What can be inserted, in the order in which the fields stand.
    private enum Source: String, CaseIterable {
        case topic = "topic.field"
        case partition = "partition.field"
        case offset = "offset.field"
        case timestamp = "timestamp.field"
        case text = "static.field"

        func schema(isOptional: Bool) -> ConnectSchema {
            switch self {
            case .topic, .text: isOptional ? .optionalString : .string
            case .partition: isOptional ? .optionalInt32 : .int32
            case .offset: isOptional ? .optionalInt64 : .int64
            case .timestamp: TimestampForm.timestamp.schema(isOptional: isOptional)
            }
        }
    }

    private let part: RecordPart
    private let sources: [(source: Source, isOptional: Bool)]
    private let text: String?
    private let rewriter: FieldRewriter<Void>

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        var sources: [(Source, Bool)] = []
        var tree = FieldTree<Void>()
        for source in Source.allCases {
            guard var name = parsed.string(source.rawValue), !name.isEmpty else { continue }
            let isOptional = !name.hasSuffix("!")
            if name.hasSuffix("!") || name.hasSuffix("?") { name.removeLast() }
            tree.add(
                source.schema(isOptional: isOptional), at: try FieldPath(name, parsed.fieldSyntax),
                place: sources.count)
            sources.append((source, isOptional))
        }
        guard !sources.isEmpty else { throw ConnectError(.invalidConfiguration, "No field insertion configured") }
        text = parsed.string("static.value")
        if text == nil, sources.contains(where: { $0.0 == .text }) {
            throw ConnectError(
                .invalidConfiguration,
                "Invalid value null for configuration static.value: No value specified for static field")
        }
        self.sources = sources
        rewriter = FieldRewriter(
            tree, purpose: "field insertion",
            replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true
        ) { _, _ in .keep }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        if record[part].value.isNull { return record }
        var values: [ConnectValue] = []
        values.reserveCapacity(sources.count)
        for (source, isOptional) in sources {
            let value = try value(of: source, record)
            if value.isNull, !isOptional, record[part].schema != nil {
                throw ConnectError(
                    .invalidData, "the record has no \(source) for the required field of \(source.rawValue)")
            }
            values.append(value)
        }
        record[part] = try rewriter.apply(record[part], adding: values)
        return record
    }

    private func value<Record: ConnectRecord>(of source: Source, _ record: Record) throws -> ConnectValue {
        switch source {
        case .topic: return .string(record.topic)
        case .partition: return record.partition.map(ConnectValue.int32) ?? .null
        case .timestamp: return record.timestamp.map { .int64($0.milliseconds) } ?? .null
        case .text: return text.map(ConnectValue.string) ?? .null
        case .offset:
            guard let sinkRecord = record as? SinkRecord else {
                throw ConnectError(.invalidData, "Only SinkRecord supported for [field insertion], found: SourceRecord")
            }
            return .int64(sinkRecord.offset.rawValue)
        }
    }
}
