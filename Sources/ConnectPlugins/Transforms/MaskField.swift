package import ConnectAPI
import RecordFormat

/// Replaces fields by a value that says nothing, or by one that the configuration gives
/// (`org.apache.kafka.connect.transforms.MaskField`).
package struct MaskField: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "fields", .list, default: .required, importance: .high, documentation: "The fields to mask.",
            validator: .nonEmptyList),
        ConfigKey(
            "replacement", .string, default: .none, importance: .low,
            documentation: "What stands in their place, for text and numbers; else 0, false, or nothing.",
            validator: .nonEmpty),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    private let part: RecordPart
    private let rewriter: FieldRewriter<Void>

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        let replacement = parsed.string("replacement")
        var tree = FieldTree<Void>()
        for name in parsed.names("fields") { tree.set((), at: try FieldPath(name, parsed.fieldSyntax)) }
        rewriter = FieldRewriter(
            tree, purpose: "mask fields",
            replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true
        ) { _, schema in
            .change(schema) { value in try Self.masked(value, schema, replacement) }
        }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        // A tombstone has nothing to mask.
        if record[part].value.isNull { return record }
        record[part] = try rewriter.apply(record[part])
        return record
    }

    private static let dateNames: Set = [LogicalType.date, LogicalType.time, LogicalType.timestamp]

    private static func masked(
        _ value: ConnectValue, _ schema: ConnectSchema?, _ replacement: String?
    ) throws -> ConnectValue {
        guard let kind = value.kind else { return .null }
        guard let replacement else { return try blank(value) }
        switch kind {
        case .bytes where schema?.isLogical(LogicalType.decimal) ?? false:
            let scale = Int(schema?.parameters["scale"] ?? "") ?? 0
            guard let bytes = DecimalText.unscaled(replacement, scale: scale) else { throw noNumber(replacement) }
            return .bytes(bytes)
        case .boolean, .bytes, .array, .map, .structure:
            throw ConnectError(
                .invalidData, "Cannot mask value of type \(kind.rawValue) with custom replacement.")
        default:
            if let name = schema?.name, dateNames.contains(name) {
                throw ConnectError(.invalidData, "Cannot mask value of type \(name) with custom replacement.")
            }
            do { return try ValueCast.cast(.string(replacement), nil, to: kind) } catch { throw noNumber(replacement) }
        }
    }

    private static func blank(_ value: ConnectValue) throws -> ConnectValue {
        switch value {
        case .null: return .null
        case .int8: return .int8(0)
        case .int16: return .int16(0)
        case .int32: return .int32(0)
        case .int64: return .int64(0)
        case .float32: return .float32(0)
        case .float64: return .float64(0)
        case .boolean: return .boolean(false)
        case .string: return .string("")
        case .array: return .array([])
        case .map: return .map(ConnectMap())
        // As a decimal they are 0; as bytes, which Kafka refuses to mask, one byte of zero.
        case .bytes: return .bytes(ByteSlice([0]))
        case .structure: throw ConnectError(.invalidData, "Cannot mask value of type: struct")
        }
    }

    private static func noNumber(_ text: String) -> ConnectError {
        ConnectError(.invalidData, "Unable to convert \(text) to number")
    }
}
