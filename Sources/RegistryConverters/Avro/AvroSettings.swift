import ConnectAPI

/// How Connect's schemas become those of Avro, and back.
struct AvroSettings: Sendable, Hashable {
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
                    "enhanced.avro.schema.support", "false", .medium,
                    "Whether enums stay enums, and members of unions have their full names.", 4),
                key(
                    "scrub.invalid.names", "false", .medium,
                    "Whether characters that Avro's names cannot have are replaced.", 5),
                key(
                    "connect.meta.data", "true", .low,
                    "Whether a schema's own name, version, documentation, parameters and default go along.",
                    6),
                key(
                    "discard.type.doc.default", "false", .low,
                    "Whether only documentation and defaults of fields are kept, and not those of types.", 7),
                key(
                    "allow.optional.map.keys", "false", .low,
                    "Whether a map whose keys are optional strings is a map in Avro too.", 8),
                key(
                    "flatten.singleton.unions", "true", .low,
                    "Whether a union of one type is that type.", 9),
            ])
    }()

    /// What all formats have.
    let common: MappingSettings
    /// Whether enums stay enums and union members have full names.
    let isEnhanced: Bool
    /// Whether names are made valid.
    let scrubsNames: Bool
    /// Whether what only Connect knows is kept in properties.
    let keepsMetadata: Bool
    /// Whether documentation and defaults are those of fields alone.
    let discardsTypeDocumentation: Bool
    /// Whether optional strings are keys of Avro's maps.
    let allowsOptionalKeys: Bool
    /// Whether a union of one type is that type.
    let flattensSingletons: Bool

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        func isSet(_ name: String, _ fallback: Bool = false) -> Bool { parsed.boolean(name) ?? fallback }
        common = try MappingSettings(configuration)
        isEnhanced = isSet("enhanced.avro.schema.support")
        scrubsNames = isSet("scrub.invalid.names")
        keepsMetadata = isSet("connect.meta.data", true)
        discardsTypeDocumentation = isSet("discard.type.doc.default")
        allowsOptionalKeys = isSet("allow.optional.map.keys")
        flattensSingletons = isSet("flatten.singleton.unions", true)
    }

    /// Whether enums stay enums.
    var keepsEnumerations: Bool { isEnhanced || common.marksGenerally }

    /// The parameter that marks an enum.
    var enumerationParameter: String { common.marksGenerally ? ConnectMark.enumeration : AvroMark.enumeration }
}
