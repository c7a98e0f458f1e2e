import ConnectAPI
import Testing

@testable import ConnectRuntime

@Suite struct ExactlyOnceValidationTests {
    private func errors(
        _ connector: NumberConnector, _ support: ExactlyOnceSourceSupport, _ more: [String: String]
    ) async throws -> [String: [String]] {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.NumberConnector", version: "1") { connector }
        let validator = ConfigurationValidator(plugins: plugins, maximumTasks: 10, exactlyOnceSourceSupport: support)
        let infos = try await validator.validate(
            ["name": "c", "connector.class": "test.NumberConnector"].merging(more) { $1 })
        let found = infos.configs.filter { !$0.value.errors.isEmpty }.map { ($0.value.name, $0.value.errors) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    private static let key = "exactly.once.support"
    private static let disabled = "This worker does not have exactly-once source support enabled."

    @Test(arguments: [ExactlyOnceSourceSupport.disabled, .preparing])
    func aWorkerThatIsNotEnabledRefusesWhatIsRequired(support: ExactlyOnceSourceSupport) async throws {
        #expect(try await errors(NumberConnector(), support, [Self.key: "Required"]) == [Self.key: [Self.disabled]])
        #expect(try await errors(NumberConnector(), support, [Self.key: "requested"]).isEmpty)
        // What is not asked of the connector does not matter.
        #expect(try await errors(NumberConnector(support: .unsupported), support, [Self.key: "requested"]).isEmpty)
    }

    @Test func aConnectorThatCannotIsRefused() async throws {
        let required = [Self.key: "required"]
        #expect(try await errors(NumberConnector(), .enabled, required).isEmpty)
        #expect(
            try await errors(NumberConnector(support: .unsupported), .enabled, required) == [
                Self.key: [
                    "The connector does not support exactly-once semantics with the provided configuration."
                ]
            ])
        let unknown = try await errors(NumberConnector(support: .unknown), .disabled, required)[Self.key] ?? []
        #expect(unknown.count == 2 && unknown[0] == Self.disabled)
        #expect(unknown.last?.hasPrefix("The connector does not implement the API required for preflight") == true)
        let broken = try await errors(NumberConnector(), .enabled, required.merging(["breaks": "x"]) { $1 })
        #expect(broken == [Self.key: ["An unexpected error occurred during validation: broken"]])
    }

    @Test func boundariesOfTheConnectorsOwnNeedOneThatHasThem() async throws {
        let boundary = ["transaction.boundary": "CONNECTOR"]
        #expect(try await errors(NumberConnector(boundaries: .supported), .enabled, boundary).isEmpty)
        let refused = try await errors(NumberConnector(), .enabled, boundary)
        #expect(
            refused == [
                "transaction.boundary": [
                    "The connector does not support connector-defined transaction boundaries with the given configuration."
                        + " Please reconfigure it to use a different transaction boundary definition."
                ]
            ])
    }

    @Test(arguments: [
        ("transaction.boundary", "sometimes"), ("transaction.boundary.interval.ms", "-1"),
        ("transaction.boundary.interval.ms", "soon"), ("offsets.storage.topic", ""), ("exactly.once.support", "maybe"),
    ])
    func valuesOfTheWrongFormAreRefused(key: String, value: String) async throws {
        #expect(try await Array(errors(NumberConnector(), .enabled, [key: value]).keys) == [key])
    }

    @Test func theWorkersKeyHasThreeValues() throws {
        #expect(try WorkerConfiguration().exactlyOnceSourceSupport == .disabled)
        for support in ExactlyOnceSourceSupport.allCases {
            let text = support.rawValue.uppercased()
            #expect(
                try WorkerConfiguration(["exactly.once.source.support": text]).exactlyOnceSourceSupport == support)
        }
        #expect(throws: ConnectError.self) { try WorkerConfiguration(["exactly.once.source.support": "yes"]) }
    }
}
