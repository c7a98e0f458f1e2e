public import JSON

/// A record or an error.
public final class AvroRecord: Sendable {
    /// The name.
    public let name: AvroName
    /// Other names under which it reads data.
    public let aliases: [AvroName]
    /// What its author says of it.
    public let documentation: String?
    /// Whether it was written as `error`, which is a record for all that is done here.
    public let isError: Bool
    /// The fields in order.
    public let fields: [AvroField]
    private let places: [String: Int]

    init(name: AvroName, aliases: [AvroName], documentation: String?, isError: Bool, fields: [AvroField]) {
        self.name = name
        self.aliases = aliases
        self.documentation = documentation
        self.isError = isError
        self.fields = fields
        places = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The place of the field of that name.
    public func place(ofField name: String) -> Int? { places[name] }
}

/// A field of a record.
public struct AvroField: Sendable {
    /// The name.
    public var name: String
    /// The type.
    public var type: AvroTypeID
    /// What its author says of it.
    public var documentation: String?
    /// The value for data that lacks it, as the schema has it; `.null` is a default too.
    public var defaultValue: JSONValue?
    /// How it counts when records are compared.
    public var order: AvroFieldOrder
    /// Other names under which it reads data.
    public var aliases: [String]
    /// All other properties, in the order they were written.
    public var properties: JSONObject
}

/// How a field counts when records are compared.
public enum AvroFieldOrder: String, Sendable, Hashable {
    case ascending
    case descending
    case ignore
}
