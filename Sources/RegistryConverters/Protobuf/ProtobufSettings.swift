import ConnectAPI

/// How Connect's schemas become Protobuf's messages, and back.
struct ProtobufSettings: Sendable, Hashable {
    static let definition: ConfigDefinition = {
        func key(
            _ name: String, _ value: String, _ importance: ConfigKey.Importance, _ documentation: String, _ order: Int
        ) -> ConfigKey {
            ConfigKey(
                name, .boolean, default: .value(value), importance: importance, documentation: documentation,
                group: "Schemas", order: order)
        }
        return ConfigDefinition(
            MappingSettings.definition.keys + [
                key(
                    "enhanced.protobuf.schema.support", "false", .medium,
                    "Whether schemas have the full names of messages and enums.", 4),
                key(
                    "scrub.invalid.names", "false", .medium,
                    "Whether characters that Protobuf's names cannot have are replaced.", 5),
                key("int.for.enums", "false", .medium, "Whether enums are numbers.", 6),
                key(
                    "optional.for.nullables", "false", .medium,
                    "Whether fields that may be null are optional, and others are not.", 7),
                key(
                    "optional.for.proto2", "true", .medium,
                    "Whether an optional field of proto2 that is not there is null.", 8),
                key(
                    "wrapper.for.nullables", "false", .medium,
                    "Whether single values that may be null are messages like StringValue.", 9),
                key(
                    "wrapper.for.raw.primitives", "true", .medium,
                    "Whether a record of a message like StringValue is its value.", 10),
                key(
                    "generate.index.for.unions", "true", .low,
                    "Whether the field of a oneof has its number behind its name.", 11),
                key("flatten.unions", "false", .low, "Whether the members of a oneof are fields like others.", 12),
            ])
    }()

    /// What all formats have.
    let common: MappingSettings
    /// Whether names are full names.
    let isEnhanced: Bool
    let scrubsNames: Bool
    let makesEnumsNumbers: Bool
    let usesOptional: Bool
    let knowsOptionalOfProto2: Bool
    let wrapsNullables: Bool
    let unwrapsRecords: Bool
    let numbersUnions: Bool
    let flattensUnions: Bool

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        func isSet(_ name: String, _ fallback: Bool = false) -> Bool { parsed.boolean(name) ?? fallback }
        common = try MappingSettings(configuration)
        isEnhanced = isSet("enhanced.protobuf.schema.support")
        scrubsNames = isSet("scrub.invalid.names")
        makesEnumsNumbers = isSet("int.for.enums")
        usesOptional = isSet("optional.for.nullables")
        knowsOptionalOfProto2 = isSet("optional.for.proto2", true)
        wrapsNullables = isSet("wrapper.for.nullables")
        unwrapsRecords = isSet("wrapper.for.raw.primitives", true)
        numbersUnions = isSet("generate.index.for.unions", true)
        flattensUnions = isSet("flatten.unions")
    }

    /// The parameter that marks an enum.
    var enumerationParameter: String { common.marksGenerally ? ConnectMark.enumeration : ProtobufMark.enumeration }

    /// A name that Protobuf may have.
    func scrubbed(_ name: String) -> String {
        guard scrubsNames else { return name }
        let scrubbed = AvroNaming(scrubs: true).scrubbed(name)
        return scrubbed.hasPrefix("_") ? "x" + scrubbed : scrubbed
    }
}

/// Parameters and names by which Connect's schemas say what Protobuf made of them, and types that Connect knows.
enum ProtobufMark {
    static let namespace = "io.confluent.connect.protobuf"
    static let enumeration = namespace + ".Enum"
    static let union = namespace + ".Union"
    static let tag = namespace + ".Tag"
    static let type = namespace + ".Type"
    static let wrapper = namespace + ".Wrapper"
    static let defaultName = "ConnectDefault"

    static let decimal = "confluent.type.Decimal"
    static let date = "google.type.Date"
    static let time = "google.type.TimeOfDay"
    static let timestamp = "google.protobuf.Timestamp"

    /// The messages that hold one value, in the order of their file.
    static let wrappers: [(name: String, type: String, kind: ConnectSchema.Kind)] = [
        ("DoubleValue", "double", .float64), ("FloatValue", "float", .float32), ("Int64Value", "int64", .int64),
        ("UInt64Value", "uint64", .int64), ("Int32Value", "int32", .int32), ("UInt32Value", "uint32", .int64),
        ("BoolValue", "bool", .boolean), ("StringValue", "string", .string), ("BytesValue", "bytes", .bytes),
    ]

    /// The wrapper of a scalar type's values.
    static func wrapper(of type: String) -> String {
        switch type {
        case "sint32", "sfixed32": return "google.protobuf.Int32Value"
        case "sint64", "sfixed64": return "google.protobuf.Int64Value"
        case "fixed32": return "google.protobuf.UInt32Value"
        case "fixed64": return "google.protobuf.UInt64Value"
        default:
            return "google.protobuf." + (wrappers.first { $0.type == type }?.name ?? "StringValue")
        }
    }
}

extension ConnectSchema {
    /// Whether the structure stands for a oneof: each field is one of its members.
    var isProtobufUnion: Bool {
        kind == .structure
            && (name?.hasPrefix(ProtobufMark.union) ?? false || parameters[ConnectMark.union] != nil)
    }

    /// The parameter that marks the enum of a string or a number.
    func enumerationMark(_ settings: ProtobufSettings) -> String? {
        guard kind == .string || kind == .int32 else { return nil }
        return [settings.enumerationParameter, ConnectMark.enumeration, ProtobufMark.enumeration]
            .first { parameters[$0] != nil }
    }
}
