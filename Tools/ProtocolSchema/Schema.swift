/// Everything the schema files say: the protocol as data.
///
/// - SeeAlso: docs/format/protocol-schema.md
public struct Schema: Hashable, Sendable {
    /// The requests, responses and free-standing messages, in the order in which they were declared.
    public var messages: [MessageSchema] = []
    /// Kafka's APIs, whether or not a message of theirs is declared.
    public var apiKeys: [APIKeySchema] = []
    /// Kafka's error codes.
    public var errorCodes: [ErrorCodeSchema] = []

    /// Creates a schema without declarations.
    public init() {}

    /// Adds what `other` declares.
    public mutating func append(_ other: Schema) {
        messages += other.messages
        apiKeys += other.apiKeys
        errorCodes += other.errorCodes
    }

    /// The response that answers `request`: the one of the same API.
    func response(to request: MessageSchema) -> MessageSchema? {
        messages.first { $0.kind == .response && $0.apiName == request.apiName }
    }

    /// The entry of the list of APIs that `message` belongs to.
    func apiKey(of message: MessageSchema) -> APIKeySchema? {
        apiKeys.first { $0.name == message.apiName }
    }
}

/// One message: a request, a response, or data that travels inside others.
public struct MessageSchema: Hashable, Sendable {
    /// What a message is for.
    public enum Kind: String, Hashable, Sendable {
        /// What a client asks.
        case request
        /// What a broker answers.
        case response
        /// What travels as bytes inside other messages, or lies in an internal topic.
        case data
    }

    /// What the message is for.
    public var kind: Kind
    /// Kafka's name of the message, such as `FetchRequest`.
    public var name: String
    /// The versions that can be read and written.
    public var versions: VersionRange
    /// The first version in the compact forms with tagged fields (KIP-482); `nil` if there is none.
    public var firstFlexibleVersion: Int?
    /// The fields in wire order.
    public var fields: [FieldSchema]
    /// The structures that are declared apart from the fields that hold them, each as if it were a field.
    public var sharedStructures: [FieldSchema]
    /// Where the message was declared.
    public var location: SourceLocation

    /// The API's name: the message's without `Request` or `Response`.
    public var apiName: String {
        switch kind {
        case .request: String(name.dropLast("Request".count))
        case .response: String(name.dropLast("Response".count))
        case .data: name
        }
    }
}

/// One field of a message or of a structure in it.
public struct FieldSchema: Hashable, Sendable {
    /// The field's name in Swift's case.
    public var name: String
    /// What the field holds.
    public var type: FieldType
    /// The versions that carry the field, always within those of what surrounds it.
    public var versions: VersionRange
    /// The versions in which the field may be null.
    public var nullableVersions: VersionRange?
    /// The number under which the field is sent if it is a tagged one (KIP-482).
    public var tag: Int?
    /// Whether a value may be left out, without an error, where a version has no place for it.
    public var isIgnorable: Bool
    /// The value of a field that was not sent; `nil` stands for the type's own.
    public var defaultValue: Literal?
    /// The sentence that the schema says about the field.
    public var documentation: String
    /// The fields of the structure that this field declares; empty for other types.
    public var fields: [FieldSchema]
    /// Where the field was declared.
    public var location: SourceLocation
}

/// What a field holds.
public indirect enum FieldType: Hashable, Sendable {
    /// One of the wire's own types.
    case primitive(Primitive)
    /// A structure, by name.
    case structure(String)
    /// Any number of elements.
    case array(of: FieldType)

    /// The wire's own types.
    public enum Primitive: String, CaseIterable, Hashable, Sendable {
        case bool, int8, int16, int32, int64, uint16, uint32, float64, string, bytes, uuid, records
    }

    /// The name of the structure that the field holds one or many of.
    var structureName: String? {
        switch self {
        case .primitive: nil
        case .structure(let name): name
        case .array(let element): element.structureName
        }
    }
}

/// A value written in a schema.
public enum Literal: Hashable, Sendable {
    /// No value.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A text in double quotes.
    case string(String)
}

/// Versions from a first to a last.
public struct VersionRange: Hashable, Sendable, CustomStringConvertible {
    /// The first version.
    public var first: Int
    /// The last version.
    public var last: Int

    /// Whether all of `other` lies within these.
    func covers(_ other: VersionRange) -> Bool { first <= other.first && last >= other.last }

    /// The value as text, for logs and messages.
    public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}

/// One of Kafka's APIs.
public struct APIKeySchema: Hashable, Sendable {
    /// The number that requests carry.
    public var number: Int
    /// Kafka's name of the API.
    public var name: String
    /// The first version whose headers carry tagged fields; `nil` if there is none.
    public var firstFlexibleVersion: Int?
    /// Where the API was declared.
    public var location: SourceLocation
}

/// One of Kafka's error codes.
public struct ErrorCodeSchema: Hashable, Sendable {
    /// The number that responses carry.
    public var number: Int
    /// Kafka's name of the error, such as `OFFSET_OUT_OF_RANGE`.
    public var name: String
    /// Whether the same request may succeed later.
    public var isRetriable: Bool
    /// What the error means.
    public var message: String
    /// Where the error was declared.
    public var location: SourceLocation
}
