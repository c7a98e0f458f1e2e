import ConnectAPI

/// The forms in which a moment stands in a record, as `TimestampConverter` names them.
enum TimestampForm: String, Sendable, CaseIterable {
    case string, unix
    case date = "Date"
    case time = "Time"
    case timestamp = "Timestamp"

    /// The form that a schema says; `nil` where it is none of a moment.
    init?(_ schema: ConnectSchema) {
        switch (schema.name, schema.kind) {
        case (LogicalType.timestamp, .int64): self = .timestamp
        case (LogicalType.date, .int32): self = .date
        case (LogicalType.time, .int32): self = .time
        case (_, .string): self = .string
        case (_, .int64): self = .unix
        default: return nil
        }
    }

    /// The schema of this form.
    func schema(isOptional: Bool) -> ConnectSchema {
        switch self {
        case .string: isOptional ? .optionalString : .string
        case .unix: isOptional ? .optionalInt64 : .int64
        case .date: ConnectSchema(.int32, isOptional: isOptional, name: LogicalType.date, version: 1)
        case .time: ConnectSchema(.int32, isOptional: isOptional, name: LogicalType.time, version: 1)
        case .timestamp: ConnectSchema(.int64, isOptional: isOptional, name: LogicalType.timestamp, version: 1)
        }
    }
}

/// What a count since 1970 counts.
enum UnixPrecision: String, Sendable, CaseIterable {
    case seconds, milliseconds, microseconds, nanoseconds

    /// The count in milliseconds, rounded towards zero; the largest there are, where it is beyond them.
    func milliseconds(of count: Int64) -> Int64 {
        switch self {
        case .seconds: Self.saturating(count, 1_000)
        case .milliseconds: count
        case .microseconds: count / 1_000
        case .nanoseconds: count / 1_000_000
        }
    }

    /// The count for milliseconds.
    func count(ofMilliseconds milliseconds: Int64) -> Int64 {
        switch self {
        case .seconds: milliseconds / 1_000
        case .milliseconds: milliseconds
        case .microseconds: Self.saturating(milliseconds, 1_000)
        case .nanoseconds: Self.saturating(milliseconds, 1_000_000)
        }
    }

    private static func saturating(_ value: Int64, _ factor: Int64) -> Int64 {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        guard overflow else { return product }
        return value < 0 ? .min : .max
    }
}
