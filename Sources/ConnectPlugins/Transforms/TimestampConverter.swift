package import ConnectAPI

/// Turns moments from one form into another: text, counts since 1970, and Connect's own dates and times
/// (`org.apache.kafka.connect.transforms.TimestampConverter`).
package struct TimestampConverter: ImmediateTransform {
    static let definition = ConfigDefinition([
        ConfigKey(
            "field", .string, default: .value(""), importance: .high,
            documentation: "The field containing the timestamp, or empty if the entire value is a timestamp"),
        ConfigKey(
            "target.type", .string, default: .required, importance: .high,
            documentation: "The desired timestamp representation: string, unix, Date, Time, or Timestamp",
            validator: .oneOf(TimestampForm.allCases.map(\.rawValue))),
        ConfigKey(
            "format", .string, default: .value(""), importance: .medium,
            documentation:
                "A SimpleDateFormat-compatible format for the timestamp. Used to generate the output when type=string or used"
                + " to parse the input if the input is a string."),
        ConfigKey(
            "unix.precision", .string, default: .value("milliseconds"), importance: .low,
            documentation:
                "The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds.",
            validator: .oneOf(UnixPrecision.allCases.map(\.rawValue))),
        .replaceNullWithDefault,
        FieldPath.syntaxKey,
    ])

    /// How a moment is read and written.
    private struct Conversion: Sendable {
        var target: TimestampForm
        var pattern: DatePattern?
        var precision: UnixPrecision

        /// - Parameter source: The form that it has; `nil` to go by the value itself.
        func convert(_ value: ConnectValue, from source: TimestampForm?) throws -> ConnectValue {
            if value.isNull { return .null }
            return write(try read(value, source ?? form(of: value)))
        }

        private func form(of value: ConnectValue) throws -> TimestampForm {
            switch value {
            case .int64: return .unix
            case .string: return .string
            default:
                throw ConnectError(
                    .invalidData,
                    "TimestampConverter does not support \(value.kind?.rawValue ?? "null") objects as timestamps")
            }
        }

        private func read(_ value: ConnectValue, _ form: TimestampForm) throws -> Int64 {
            if form == .string {
                guard let text = value.string else {
                    throw ConnectError(.invalidData, "Expected string timestamp to be a String, but found \(value)")
                }
                guard let pattern else {
                    throw ConnectError(.invalidData, "a string timestamp needs the option format to be read by")
                }
                guard let time = pattern.milliseconds(from: text) else {
                    throw ConnectError(
                        .invalidData,
                        "Could not parse timestamp: value (\(text)) does not match pattern (\(pattern))")
                }
                return time
            }
            guard let number = value.integer else {
                throw ConnectError(
                    .invalidData, "Expected \(form.rawValue) timestamp to be a number, but found \(value)")
            }
            switch form {
            case .unix: return precision.milliseconds(of: number)
            case .date: return number * CivilTime.millisecondsPerDay
            default: return number
            }
        }

        private func write(_ time: Int64) -> ConnectValue {
            let (days, rest) = time.flooredDivision(by: CivilTime.millisecondsPerDay)
            switch target {
            case .string: return .string(pattern?.string(from: time) ?? "")
            case .unix: return .int64(precision.count(ofMilliseconds: time))
            case .date: return .int32(Int32(clamping: days))
            case .time: return .int32(Int32(rest))
            case .timestamp: return .int64(time)
            }
        }
    }

    private let part: RecordPart
    private let conversion: Conversion
    /// What changes the field; `nil` where the whole key or value is the moment.
    private let rewriter: FieldRewriter<Void>?

    init(_ configuration: [String: String], _ part: RecordPart) throws {
        self.part = part
        let parsed = try Self.definition.parse(configuration)
        let target = TimestampForm(rawValue: parsed.string("target.type") ?? "") ?? .timestamp
        let format = parsed.string("format") ?? ""
        if target == .string, format.trimmingSpace.isEmpty {
            throw ConnectError(
                .invalidConfiguration,
                "TimestampConverter requires format option to be specified when using string timestamps")
        }
        let conversion = Conversion(
            target: target, pattern: format.isEmpty ? nil : try DatePattern(format),
            precision: UnixPrecision(rawValue: parsed.string("unix.precision") ?? "") ?? .milliseconds)
        self.conversion = conversion
        let field = parsed.string("field") ?? ""
        guard !field.isEmpty else {
            rewriter = nil
            return
        }
        var tree = FieldTree<Void>()
        tree.set((), at: try FieldPath(field, parsed.fieldSyntax))
        rewriter = FieldRewriter(
            tree, purpose: "converting timestamp formats",
            replacesNullWithDefault: parsed.boolean("replace.null.with.default") ?? true
        ) { _, schema in
            let source = try schema.map { try Self.form(of: $0) }
            return .change(schema.map { conversion.target.schema(isOptional: $0.isOptional) }) { value in
                try conversion.convert(value, from: source)
            }
        }
    }

    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record? {
        let before = record[part]
        if let rewriter {
            record[part] = try rewriter.apply(before)
            return record
        }
        let source = try before.schema.map { try Self.form(of: $0) }
        record[part] = TypedValue(
            before.schema.map { conversion.target.schema(isOptional: $0.isOptional) },
            try conversion.convert(before.value, from: source))
        return record
    }

    private static func form(of schema: ConnectSchema) throws -> TimestampForm {
        guard let form = TimestampForm(schema) else {
            throw ConnectError(
                .invalidData,
                "Schema \(schema.name ?? schema.kind.rawValue) does not correspond to a known timestamp type format")
        }
        return form
    }
}
