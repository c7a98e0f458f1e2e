import ConnectAPI
import RecordFormat

/// Turns single values into values of another type, as Java's conversions do.
enum ValueCast {
    private static let kinds: [ConnectSchema.Kind] = [
        .int8, .int16, .int32, .int64, .float32, .float64, .boolean, .string,
    ]

    /// The type that a configuration names.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for one that nothing can be cast to.
    static func kind(named name: String) throws -> ConnectSchema.Kind {
        guard let kind = ConnectSchema.Kind(rawValue: name.lowercased()) else {
            throw ConnectError(.invalidConfiguration, "Invalid type found in casting spec: \(name)")
        }
        guard kinds.contains(kind) else {
            throw ConnectError(
                .invalidConfiguration,
                "Cast transformation does not support casting to \(kind.rawValue.uppercased()); supported types are"
                    + " \(kinds.map { $0.rawValue.uppercased() })")
        }
        return kind
    }

    /// The value as one of `kind`; null stays null.
    ///
    /// - Parameter schema: The value's own, which says what a date or a decimal means as text.
    /// - Throws: ``ConnectError`` with code `.invalidData` for text that is no number of that type, and for arrays, maps
    ///   and structures.
    static func cast(
        _ value: ConnectValue, _ schema: ConnectSchema?, to kind: ConnectSchema.Kind
    ) throws -> ConnectValue {
        if value.isNull { return .null }
        if kind == .string { return .string(try text(of: value, schema)) }
        switch kind {
        case .int8: return .int8(try integer(value, Int8.self) { Int8(truncatingIfNeeded: $0.javaInt) })
        case .int16: return .int16(try integer(value, Int16.self) { Int16(truncatingIfNeeded: $0.javaInt) })
        case .int32: return .int32(try integer(value, Int32.self) { $0.javaInt })
        case .int64: return .int64(try integer(value, Int64.self) { $0.javaLong })
        case .float32: return .float32(try floatingPoint(value, Float.self))
        case .float64: return .float64(try floatingPoint(value, Double.self))
        default: return .boolean(try boolean(value))
        }
    }

    private static func integer<Integer: FixedWidthInteger>(
        _ value: ConnectValue, _ type: Integer.Type, _ narrow: (Double) -> Integer
    ) throws -> Integer {
        switch value {
        case .float32(let number): return narrow(Double(number))
        case .float64(let number): return narrow(number)
        case .boolean(let flag): return flag ? 1 : 0
        case .string(let text):
            guard let number = Integer(text) else { throw outOfRange(text) }
            return number
        default:
            guard let number = value.integer else { throw unexpected(value) }
            return Integer(truncatingIfNeeded: number)
        }
    }

    private static func floatingPoint<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ value: ConnectValue, _ type: Number.Type
    ) throws -> Number {
        switch value {
        case .float32(let number): return Number(number)
        case .float64(let number): return Number(number)
        case .boolean(let flag): return flag ? 1 : 0
        case .string(let text):
            let trimmed = text.trimmingSpace
            if trimmed == "NaN" { return .nan }
            if ["Infinity", "+Infinity"].contains(trimmed) { return .infinity }
            if trimmed == "-Infinity" { return -.infinity }
            guard trimmed.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }), let number = Number(trimmed) else {
                throw outOfRange(text)
            }
            return number
        default:
            guard let number = value.integer else { throw unexpected(value) }
            return Number(number)
        }
    }

    private static func boolean(_ value: ConnectValue) throws -> Bool {
        switch value {
        case .float32(let number): return Double(number).javaLong != 0
        case .float64(let number): return number.javaLong != 0
        case .boolean(let flag): return flag
        case .string(let text): return text.lowercased() == "true"
        default:
            guard let number = value.integer else { throw unexpected(value) }
            return number != 0
        }
    }

    private static func text(of value: ConnectValue, _ schema: ConnectSchema?) throws -> String {
        switch value {
        case .bytes(let bytes):
            guard let schema, schema.isLogical(LogicalType.decimal) else { return Base64.encode(bytes) }
            return DecimalText.text(unscaled: bytes, scale: Int(schema.parameters["scale"] ?? "") ?? 0)
        case .array, .map, .structure: throw unexpected(value)
        default: break
        }
        guard let schema, let number = value.integer else { return value.description }
        switch TimestampForm(schema) {
        case .timestamp: return timestampPattern.string(from: number)
        case .date: return datePattern.string(from: number * CivilTime.millisecondsPerDay)
        case .time: return timePattern.string(from: number)
        default: return value.description
        }
    }

    // These are known to be right.
    private static let timestampPattern = pattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
    private static let datePattern = pattern("yyyy-MM-dd")
    private static let timePattern = pattern("HH:mm:ss.SSS'Z'")

    private static func pattern(_ text: String) -> DatePattern {
        guard let pattern = try? DatePattern(text) else { preconditionFailure("no pattern: \(text)") }
        return pattern
    }

    private static func outOfRange(_ text: String) -> ConnectError {
        ConnectError(.invalidData, "Value (\(text)) was out of range for requested data type")
    }

    private static func unexpected(_ value: ConnectValue) -> ConnectError {
        ConnectError(
            .invalidData,
            "Cast transformation does not support casting from \((value.kind?.rawValue ?? "null").uppercased());"
                + " supported types are \(kinds.map { $0.rawValue.uppercased() } + ["BYTES"])")
    }
}

extension Double {
    /// The nearest `long` towards zero, as Java's conversion gives it: 0 for what is no number.
    fileprivate var javaLong: Int64 {
        if isNaN { return 0 }
        return Int64(exactly: rounded(.towardZero)) ?? (self < 0 ? .min : .max)
    }

    /// The nearest `int` towards zero.
    fileprivate var javaInt: Int32 { Int32(clamping: javaLong) }
}
