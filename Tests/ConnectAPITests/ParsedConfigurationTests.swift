import ConnectAPI
import Testing

/// What a parsed configuration answers for keys with and without a value.
@Suite struct ParsedConfigurationTests {
    private static let definition = ConfigDefinition([
        ConfigKey("given", .string, default: .none, importance: .low, documentation: "A key with a value."),
        ConfigKey("absent", .int, default: .none, importance: .low, documentation: "A key without one."),
        ConfigKey("defaulted", .long, default: .value("7"), importance: .low, documentation: "A key with a default."),
    ])

    @Test func keysWithoutAValueHaveNone() throws {
        let parsed = try Self.definition.parse(["given": " text ", "other": "1"])
        #expect(parsed.string("given") == "text")
        #expect(parsed.integer("absent") == nil)
        #expect(parsed.boolean("absent") == nil)
        #expect(parsed.list("absent") == [])
        #expect(parsed.integer("defaulted") == 7)
    }
}
