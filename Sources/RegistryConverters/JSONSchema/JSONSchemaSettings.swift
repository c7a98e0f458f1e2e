import ConnectAPI

/// How Connect's schemas become JSON Schemas, and back.
struct JSONSchemaSettings: Sendable, Hashable {
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
                    "object.additional.properties", "true", .medium,
                    "Whether objects may have members that the schema does not name.", 4),
                key(
                    "use.optional.for.nonrequired", "false", .medium,
                    "Whether members that are not required may be missing.", 5),
                ConfigKey(
                    "decimal.format", .string, default: .value("BASE64"), importance: .low,
                    documentation:
                        "How decimals are written: BASE64 for their bytes as text, NUMERIC for a JSON number.",
                    validator: .oneOf(["BASE64", "NUMERIC"], ignoringCase: true), group: "Schemas", order: 6),
                key(
                    "flatten.singleton.unions", "true", .low,
                    "Whether a combination of one schema is that schema.", 7),
            ])
    }()

    /// What all formats have.
    let common: MappingSettings
    /// Whether objects may have other members.
    let allowsAdditionalProperties: Bool
    /// Whether members that are not required may be missing.
    let makesOthersOptional: Bool
    /// Whether decimals are numbers.
    let writesDecimalsAsNumbers: Bool
    /// Whether a combination of one schema is that schema.
    let flattensSingletons: Bool

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        common = try MappingSettings(configuration)
        allowsAdditionalProperties = parsed.boolean("object.additional.properties") ?? true
        makesOthersOptional = parsed.boolean("use.optional.for.nonrequired") ?? false
        writesDecimalsAsNumbers = parsed.string("decimal.format")?.uppercased() == "NUMERIC"
        flattensSingletons = parsed.boolean("flatten.singleton.unions") ?? true
    }

    /// The parameter that marks an enum.
    var enumerationParameter: String { common.marksGenerally ? ConnectMark.enumeration : JSONSchemaMark.enumeration }
}

/// Parameters and names by which Connect's schemas say what JSON Schema made of them.
enum JSONSchemaMark {
    static let namespace = "io.confluent.connect.json"
    static let enumeration = namespace + ".Enum"
    static let oneOf = namespace + ".OneOf"
    /// An enum's value that is null.
    static let null = "<NULL>"
}

extension ConnectSchema {
    /// Whether the structure stands for a `oneOf`: each field is one of its schemas.
    var isOneOf: Bool {
        kind == .structure && (name == JSONSchemaMark.oneOf || parameters[ConnectMark.union] != nil)
    }

    /// Whether the map is an object, whose names are its keys.
    var isObjectMap: Bool {
        guard kind == .map, let keySchema else { return false }
        return keySchema.kind == .string && !keySchema.isOptional
    }
}
