public import JSON

/// The place of a type in the ``AvroTypes`` of its schema.
public struct AvroTypeID: Sendable, Hashable {
    let index: Int
}

/// A type of a schema, with what its author wrote beside it.
public struct AvroType: Sendable {
    /// What kind of type it is. The types inside are named by their places, since records may hold themselves.
    public enum Content: Sendable {
        case null
        case boolean
        case int
        case long
        case float
        case double
        case bytes
        case string
        case array(items: AvroTypeID)
        case map(values: AvroTypeID)
        case union([AvroTypeID])
        case record(AvroRecord)
        case enumeration(AvroEnumeration)
        case fixed(AvroFixed)
    }

    /// What kind of type it is.
    public var content: Content
    /// All properties that Avro has no use for, in the order they were written, and those of the logical type.
    public var properties: JSONObject
    /// What its values stand for; `nil` too where the properties name a logical type that does not fit.
    public var logicalType: AvroLogicalType?

    /// Creates a type.
    public init(_ content: Content, properties: JSONObject = JSONObject()) {
        self.content = content
        self.properties = properties
        logicalType = AvroLogicalType(properties: properties, of: content)
    }
}

extension AvroType.Content {
    /// The name of the kind, as schemas have it.
    public var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .bytes: "bytes"
        case .string: "string"
        case .array: "array"
        case .map: "map"
        case .union: "union"
        case .record: "record"
        case .enumeration: "enum"
        case .fixed: "fixed"
        }
    }

    /// What a union calls it: a named type's full name, or the kind.
    public var unionName: String { name?.full ?? kind }

    /// The name of a record, an enum or a fixed.
    public var name: AvroName? {
        switch self {
        case .record(let record): record.name
        case .enumeration(let enumeration): enumeration.name
        case .fixed(let fixed): fixed.name
        default: nil
        }
    }

    /// The other names of a record, an enum or a fixed.
    public var aliases: [AvroName] {
        switch self {
        case .record(let record): record.aliases
        case .enumeration(let enumeration): enumeration.aliases
        case .fixed(let fixed): fixed.aliases
        default: []
        }
    }

    /// The primitive type of that name.
    init?(primitive name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "int": self = .int
        case "long": self = .long
        case "float": self = .float
        case "double": self = .double
        case "bytes": self = .bytes
        case "string": self = .string
        default: return nil
        }
    }
}
