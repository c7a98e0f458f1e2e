public import RecordFormat

/// A value on its way through Connect.
public enum ConnectValue: Sendable, Hashable {
    case null
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case float32(Float)
    case float64(Double)
    case boolean(Bool)
    case string(String)
    case bytes(ByteSlice)
    case array([ConnectValue])
    case map(ConnectMap)
    case structure(Struct)
}

extension ConnectValue {
    /// The type of the value, or `nil` for `null`, which fits every optional schema.
    public var kind: ConnectSchema.Kind? {
        switch self {
        case .null: nil
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .float32: .float32
        case .float64: .float64
        case .boolean: .boolean
        case .string: .string
        case .bytes: .bytes
        case .array: .array
        case .map: .map
        case .structure: .structure
        }
    }

    /// Whether this is `null`.
    public var isNull: Bool { kind == nil }

    /// The integer when this is one, of whatever width.
    public var integer: Int64? {
        switch self {
        case .int8(let value): Int64(value)
        case .int16(let value): Int64(value)
        case .int32(let value): Int64(value)
        case .int64(let value): value
        default: nil
        }
    }

    /// The text when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Checks that the value is one that `schema` describes.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` that names the schema and what was found.
    public func validate(against schema: ConnectSchema) throws {
        guard let kind else {
            guard schema.isOptional || schema.defaultValue != nil else {
                throw ConnectError(.invalidData, "Invalid value: null used for required \(schema.summary)")
            }
            return
        }
        guard kind == schema.kind else {
            throw ConnectError(.invalidData, "Invalid value: \(kind.rawValue) for \(schema.summary)")
        }
        switch self {
        case .array(let elements):
            if let elementSchema = schema.valueSchema {
                for element in elements { try element.validate(against: elementSchema) }
            }
        case .map(let map):
            for (key, value) in map {
                if let keySchema = schema.keySchema { try key.validate(against: keySchema) }
                if let valueSchema = schema.valueSchema { try value.validate(against: valueSchema) }
            }
        case .structure(let structure):
            guard structure.schema == schema else {
                throw ConnectError(.invalidData, "Invalid value: a struct of another schema for \(schema.summary)")
            }
        default: break
        }
    }
}

extension ConnectSchema {
    /// What an error message calls the schema.
    var summary: String {
        let kindName = kind.rawValue
        return name.map { "schema \"\($0)\" of type \(kindName)" } ?? "schema of type \(kindName)"
    }
}
