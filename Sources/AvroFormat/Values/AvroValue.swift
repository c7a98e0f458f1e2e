/// A value of an Avro type, without what the type knows: fields, symbols and members of unions are numbered.
///
/// Walk it beside its ``AvroType``. Two values are equal when their encodings are, but for the order of a map.
public enum AvroValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case int(Int32)
    case long(Int64)
    case float(Float)
    case double(Double)
    case bytes([UInt8])
    case string(String)
    /// The values of the fields in their order.
    case record([AvroValue])
    /// The place of a symbol.
    case enumeration(Int)
    case array([AvroValue])
    /// The entries in the order in which they were written; a key that stands twice counts with its last value.
    case map([Entry])
    /// The place of a member, and its value.
    indirect case union(Int, AvroValue)
    case fixed([UInt8])

    /// A key of a map with its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public var key: String
        /// The value.
        public var value: AvroValue

        /// Creates it.
        public init(key: String, value: AvroValue) {
            self.key = key
            self.value = value
        }
    }
}

extension AvroValue {
    /// The kind of the value, by the name that schemas have for it.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .bytes: "bytes"
        case .string: "string"
        case .record: "record"
        case .enumeration: "enum"
        case .array: "array"
        case .map: "map"
        case .union: "union"
        case .fixed: "fixed"
        }
    }
}
