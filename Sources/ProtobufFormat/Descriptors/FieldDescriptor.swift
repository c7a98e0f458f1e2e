/// A field of a message, or an extension of one.
public struct FieldDescriptor: Sendable {
    /// How often the field may stand in a message.
    public enum Cardinality: Sendable, Hashable {
        /// At most once.
        case singular
        /// Once, which proto2 can ask for.
        case required
        /// Any number of times; a map is a repeated field of entries.
        case repeated
    }

    /// The name as the file has it.
    public let name: String
    /// The name with its package and what it was declared in.
    public let fullName: String
    /// The name in JSON.
    public let jsonName: String
    /// The number on the wire.
    public let number: Int
    /// How often it may stand in a message.
    public let cardinality: Cardinality
    /// What a value is.
    public let type: FieldType
    /// Whether a message says if it has the field, and not only what its value is.
    public let hasPresence: Bool
    /// The oneof that it belongs to, as an index into its message's ``MessageDescriptor/oneofs``.
    public let oneof: Int?
    /// Whether proto3 says `optional`.
    public let isProto3Optional: Bool
    /// Whether repeated numbers are written one behind the other without tags. Readers take both forms.
    public let isPacked: Bool
    /// Whether it is an extension, which is written `[full.name]` in JSON.
    public let isExtension: Bool
    /// The value of a field that is not there, as the file has it.
    public let defaultText: String?
    /// What `(confluent.field_meta)` says of it beyond its type: the `params`.
    public let parameters: [String: String]

    /// What the field is called in JSON.
    var jsonKey: String { isExtension ? "[\(fullName)]" : jsonName }
}

/// What a field's value is.
public enum FieldType: Sendable, Hashable {
    case double
    case float
    case int64
    case uint64
    case int32
    case fixed64
    case fixed32
    case bool
    case string
    case bytes
    case uint32
    case sfixed32
    case sfixed64
    case sint32
    case sint64
    /// A message behind its length.
    case message(MessageID)
    /// A message between two tags, as only proto2 has it.
    case group(MessageID)
    /// An enum.
    case enumeration(EnumID)

    /// The scalar types by their numbers in descriptor.proto.
    private static let scalars: [Int: FieldType] = [
        1: .double, 2: .float, 3: .int64, 4: .uint64, 5: .int32, 6: .fixed64, 7: .fixed32, 8: .bool, 9: .string,
        12: .bytes, 13: .uint32, 15: .sfixed32, 16: .sfixed64, 17: .sint32, 18: .sint64,
    ]

    /// The type of a field that refers to no other type.
    init?(scalar number: Int) {
        guard let type = Self.scalars[number] else { return nil }
        self = type
    }

    /// The message that a value is; `nil` for all that are none.
    public var message: MessageID? {
        switch self {
        case .message(let id), .group(let id): id
        default: nil
        }
    }

    /// How a value is written outside of a packed field.
    package var wireType: WireReader.WireType {
        switch self {
        case .double, .fixed64, .sfixed64: .fixed64
        case .float, .fixed32, .sfixed32: .fixed32
        case .int64, .uint64, .int32, .uint32, .bool, .sint32, .sint64, .enumeration: .varint
        case .string, .bytes, .message: .lengthDelimited
        case .group: .startGroup
        }
    }

    /// Whether values can be packed.
    var isPackable: Bool { wireType != .lengthDelimited && wireType != .startGroup }
}

/// A message type among those of a schema: an index into ``TypeTable/messages``.
public struct MessageID: Sendable, Hashable {
    let index: Int
}

/// An enum type among those of a schema: an index into ``TypeTable/enums``.
public struct EnumID: Sendable, Hashable {
    let index: Int
}
