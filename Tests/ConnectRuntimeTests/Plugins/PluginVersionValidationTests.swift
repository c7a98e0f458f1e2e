import ConnectAPI
import Testing

@testable import ConnectRuntime

/// What is said of the versions in a configuration before anything runs.
@Suite struct PluginVersionValidationTests {
    private static let base = [
        "name": "c", "connector.class": "Lines", "own": "x", "key.converter": "String", "transforms": "t",
        "transforms.t.type": "HoistField$Value", "transforms.t.field": "f", "predicates": "p",
        "predicates.p.type": "RecordIsTombstone",
    ]

    private func infos(_ more: [String: String]) async throws -> [String: ConfigInfos.Info] {
        let plugins = PluginCatalog(version: "2.5")
        for version in ["1.0", "2.0"] {
            try await plugins.addHosted("test.LinesConnector", version, keys: #"{"name": "own"}"#)
        }
        let infos = try await ConfigurationValidator(plugins: plugins, maximumTasks: 10)
            .validate(Self.base.merging(more) { $1 })
        return Dictionary(uniqueKeysWithValues: infos.configs.map { ($0.value.name, $0) })
    }

    @Test func theKeysAreKnownAndOfferTheVersionsThereAre() async throws {
        let infos = try await infos([
            "connector.plugin.version": "[1.0,3.0)", "key.converter.plugin.version": "2.5",
            "transforms.t.plugin.version": "latest", "predicates.p.plugin.version": "(,3]",
        ])
        #expect(infos.values.allSatisfy { $0.value.errors.isEmpty })
        let connector = try #require(infos["connector.plugin.version"])
        #expect(connector.definition?.group == "Common")
        #expect(connector.value.value == "[1.0,3.0)")
        #expect(connector.value.recommendedValues == ["1.0", "2.0"])
        for key in ["key.converter.", "transforms.t.", "predicates.p."] {
            let info = try #require(infos[key + "plugin.version"])
            #expect(info.definition != nil, "the key is known")
            #expect(info.value.recommendedValues == ["2.5"])
        }
        #expect(infos["value.converter.plugin.version"]?.value.isVisible == false)
    }

    @Test(arguments: [
        "connector.plugin.version", "key.converter.plugin.version", "transforms.t.plugin.version",
        "predicates.p.plugin.version",
    ]) func aVersionThatThereIsNotIsTheOnlyError(key: String) async throws {
        let isConnector = key.hasPrefix("connector")
        for (wrong, ending) in [
            ("9.0", "available versions: [\(isConnector ? "1.0, 2.0" : "2.5")]"),
            ("[9.0", "Invalid value [9.0 for configuration \(key): Unbounded range: [9.0"),
        ] {
            let bad = try await infos([key: wrong]).filter { !$0.value.value.errors.isEmpty }
            #expect(Array(bad.keys) == [key])
            #expect(bad[key]?.value.errors.count == 1)
            #expect(bad[key]?.value.errors.first?.hasSuffix(ending) == true, "\(bad)")
        }
    }

    @Test func aConverterThatIsNotNamedHasNoVersion() async throws {
        let infos = try await infos(["value.converter.plugin.version": "2.5"])
        #expect(
            infos["value.converter.plugin.version"]?.value.errors == [
                "Config 'value.converter.plugin.version' was provided but there is no config 'value.converter' that it"
                    + " is a version of."
            ])
    }
}
