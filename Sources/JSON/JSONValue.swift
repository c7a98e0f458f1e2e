/// A JSON document or a part of one, as text carries it: members keep their order and numbers their digits.
///
/// The HTTP APIs and the converters need what `Codable` hides: which members there are, whether a number was
/// written as an integer, and the order in which an object was written. This module leaves out mapping to Swift types.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// Creates it from a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Creates it from a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Creates it from a literal.
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    /// Creates it from a literal.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Creates it from a literal.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
    /// Creates it from a literal.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    /// The integer as a JSON number.
    public static func integer(_ value: some FixedWidthInteger) -> JSONValue { .number(JSONNumber(Int64(value))) }

    /// The text, or `null` where there is none.
    public static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// The members when this is an object.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The elements when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value when this is `true` or `false`.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value when this is a number without fraction that fits.
    public var int64: Int64? {
        if case .number(let number) = self { number.int64 } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member `name`, or `nil` when there is none or this is not an object.
    public subscript(name: String) -> JSONValue? { object?[name] }
}
