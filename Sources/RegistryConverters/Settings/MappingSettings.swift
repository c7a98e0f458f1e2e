import ConnectAPI

/// What all formats have in common when they translate Connect's schemas.
struct MappingSettings: Sendable, Hashable {
    static let definition = ConfigDefinition([
        ConfigKey(
            "generalized.sum.type.support", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether enums and unions are marked in the one way that all formats of the registry have.",
            group: "Schemas", order: 1),
        ConfigKey(
            "ignore.default.for.nullables", .boolean, default: .value("false"), importance: .medium,
            documentation: "Whether a null stays null in a field that has a default and may be null.",
            group: "Schemas", order: 2),
        ConfigKey(
            "schemas.cache.config", .int, default: .value("1000"), importance: .low,
            documentation: "How many translated schemas are kept in each direction.", group: "Schemas", order: 3),
    ])

    /// Whether enums and unions are marked as in all formats.
    let marksGenerally: Bool
    /// Whether a null stays one where there is a default.
    let ignoresDefaults: Bool
    /// How many translated schemas are kept.
    let cacheSize: Int

    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        marksGenerally = parsed.boolean("generalized.sum.type.support") ?? false
        ignoresDefaults = parsed.boolean("ignore.default.for.nullables") ?? false
        cacheSize = max(1, parsed.integer("schemas.cache.config") ?? 1000)
    }
}
