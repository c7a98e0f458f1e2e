/// The type of a value on its way through Connect, with what Kafka Connect knows about it beyond the bare type.
///
/// Immutable, and a class so that a million records of one topic share one schema and compare it by identity first.
public final class ConnectSchema: Sendable {
    /// The types that a schema can have.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case int8, int16, int32, int64, float32, float64, boolean, string, bytes, array, map
        case structure = "struct"
    }

    /// The type.
    public let kind: Kind
    /// Whether a value may be missing.
    public let isOptional: Bool
    /// What stands for a missing value; `nil` when the schema has no default.
    public let defaultValue: ConnectValue?
    /// The name of a logical type or of a structure, such as `org.apache.kafka.connect.data.Decimal`.
    public let name: String?
    /// The version of what ``name`` names.
    public let version: Int32?
    /// A description for people.
    public let documentation: String?
    /// Further properties, such as a decimal's `scale`.
    public let parameters: [String: String]
    /// The schema of a map's keys.
    public let keySchema: ConnectSchema?
    /// The schema of a map's values or of an array's elements.
    public let valueSchema: ConnectSchema?
    /// A structure's fields in order.
    public let fields: [ConnectField]

    /// The place of each field in ``fields``.
    private let fieldIndexes: [String: Int]

    private init(
        kind: Kind, isOptional: Bool, defaultValue: ConnectValue?, name: String?, version: Int32?,
        documentation: String?,
        parameters: [String: String], keySchema: ConnectSchema? = nil, valueSchema: ConnectSchema? = nil,
        fields: [ConnectField] = []
    ) {
        self.kind = kind
        self.isOptional = isOptional
        self.defaultValue = defaultValue
        self.name = name
        self.version = version
        self.documentation = documentation
        self.parameters = parameters
        self.keySchema = keySchema
        self.valueSchema = valueSchema
        self.fields = fields
        fieldIndexes = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Creates the schema of a single value.
    ///
    /// - Precondition: `kind` is not `array`, `map` or `structure`; these have factories of their own.
    public convenience init(
        _ kind: Kind, isOptional: Bool = false, defaultValue: ConnectValue? = nil, name: String? = nil,
        version: Int32? = nil, documentation: String? = nil, parameters: [String: String] = [:]
    ) {
        precondition(
            kind != .array && kind != .map && kind != .structure, "array, map and struct schemas name what they hold")
        self.init(
            kind: kind, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
            documentation: documentation, parameters: parameters, fields: [])
    }

    /// Makes the schema of an array.
    public static func array(
        of elements: ConnectSchema, isOptional: Bool = false, defaultValue: ConnectValue? = nil, name: String? = nil,
        version: Int32? = nil, documentation: String? = nil, parameters: [String: String] = [:]
    ) -> ConnectSchema {
        ConnectSchema(
            kind: .array, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
            documentation: documentation, parameters: parameters, valueSchema: elements)
    }

    /// Makes the schema of a map.
    public static func map(
        from keys: ConnectSchema, to values: ConnectSchema, isOptional: Bool = false, defaultValue: ConnectValue? = nil,
        name: String? = nil, version: Int32? = nil, documentation: String? = nil, parameters: [String: String] = [:]
    ) -> ConnectSchema {
        ConnectSchema(
            kind: .map, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
            documentation: documentation, parameters: parameters, keySchema: keys, valueSchema: values)
    }

    /// Makes the schema of a structure.
    public static func structure(
        _ fields: [ConnectField], isOptional: Bool = false, defaultValue: ConnectValue? = nil, name: String? = nil,
        version: Int32? = nil, documentation: String? = nil, parameters: [String: String] = [:]
    ) -> ConnectSchema {
        ConnectSchema(
            kind: .structure, isOptional: isOptional, defaultValue: defaultValue, name: name, version: version,
            documentation: documentation, parameters: parameters, fields: fields)
    }

    /// The place of the field `name` in ``fields``, or `nil` when there is none.
    public func index(ofField name: String) -> Int? { fieldIndexes[name] }

    /// The field `name`, or `nil` when there is none.
    public func field(_ name: String) -> ConnectField? { fieldIndexes[name].map { fields[$0] } }
}

/// One field of a structure.
public struct ConnectField: Sendable, Hashable {
    /// The name, unique in its structure.
    public let name: String
    /// The type.
    public let schema: ConnectSchema

    /// Creates a field.
    public init(_ name: String, _ schema: ConnectSchema) {
        self.name = name
        self.schema = schema
    }
}

extension ConnectSchema: Hashable {
    /// Whether both hold the same.
    public static func == (left: ConnectSchema, right: ConnectSchema) -> Bool {
        left === right
            || (left.kind == right.kind && left.isOptional == right.isOptional && left.name == right.name
                && left.version == right.version && left.documentation == right.documentation
                && left.parameters == right.parameters && left.defaultValue == right.defaultValue
                && left.keySchema == right.keySchema && left.valueSchema == right.valueSchema
                && left.fields == right.fields)
    }

    /// Feeds the value to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(isOptional)
        hasher.combine(name)
        hasher.combine(fields.count)
    }
}

extension ConnectSchema {
    /// A required `int8`, and nothing more known of it.
    public static let int8 = ConnectSchema(.int8)
    /// A required `int16`, and nothing more known of it.
    public static let int16 = ConnectSchema(.int16)
    /// A required `int32`, and nothing more known of it.
    public static let int32 = ConnectSchema(.int32)
    /// A required `int64`, and nothing more known of it.
    public static let int64 = ConnectSchema(.int64)
    /// A required `float32`, and nothing more known of it.
    public static let float32 = ConnectSchema(.float32)
    /// A required `float64`, and nothing more known of it.
    public static let float64 = ConnectSchema(.float64)
    /// A required `boolean`, and nothing more known of it.
    public static let boolean = ConnectSchema(.boolean)
    /// A required `string`, and nothing more known of it.
    public static let string = ConnectSchema(.string)
    /// A required `bytes`, and nothing more known of it.
    public static let bytes = ConnectSchema(.bytes)

    /// An optional `int8`, and nothing more known of it.
    public static let optionalInt8 = ConnectSchema(.int8, isOptional: true)
    /// An optional `int16`, and nothing more known of it.
    public static let optionalInt16 = ConnectSchema(.int16, isOptional: true)
    /// An optional `int32`, and nothing more known of it.
    public static let optionalInt32 = ConnectSchema(.int32, isOptional: true)
    /// An optional `int64`, and nothing more known of it.
    public static let optionalInt64 = ConnectSchema(.int64, isOptional: true)
    /// An optional `float32`, and nothing more known of it.
    public static let optionalFloat32 = ConnectSchema(.float32, isOptional: true)
    /// An optional `float64`, and nothing more known of it.
    public static let optionalFloat64 = ConnectSchema(.float64, isOptional: true)
    /// An optional `boolean`, and nothing more known of it.
    public static let optionalBoolean = ConnectSchema(.boolean, isOptional: true)
    /// An optional `string`, and nothing more known of it.
    public static let optionalString = ConnectSchema(.string, isOptional: true)
    /// An optional `bytes`, and nothing more known of it.
    public static let optionalBytes = ConnectSchema(.bytes, isOptional: true)
}
