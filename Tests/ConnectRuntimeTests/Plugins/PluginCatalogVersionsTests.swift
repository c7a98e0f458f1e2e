import ConnectAPI
import Testing

@testable import ConnectRuntime

/// Several versions of one class in a catalog.
@Suite struct PluginCatalogVersionsTests {
    private let plugins = PluginCatalog(version: "2.5")

    private func version(_ requirement: String?) throws -> String {
        var configuration = ["connector.class": "Lines"]
        configuration["connector.plugin.version"] = requirement
        return try plugins.makeConnector(for: configuration).version
    }

    private var listed: [String?] { plugins.descriptions(connectorsOnly: true).map(\.version) }

    @Test func theNewestThatFitsIsTaken() async throws {
        for version in ["1.2", "1.10", nil, "2.0-rc1"] { try await plugins.addHosted("test.LinesConnector", version) }
        #expect(listed == [nil, "1.2", "1.10", "2.0-rc1"])
        #expect(try version(nil) == "2.0-rc1")
        #expect(try version("latest") == "2.0-rc1")
        #expect(try version("[1.0,2-alpha)") == "1.10")
        #expect(try version("1.2") == "1.2")
        #expect(try version("undefined") == "undefined")
    }

    @Test func whereNoneFitsTheVersionsThereAreAreNamed() async throws {
        for version in ["1.10", "1.2"] { try await plugins.addHosted("test.LinesConnector", version) }
        let error = #expect(throws: ConnectError.self) { try version("[2.0,)") }
        #expect(error?.code == .notFound)
        #expect(
            error?.message
                == "Plugin test.LinesConnector not found that matches the version range [2.0,), available versions:"
                + " [1.2, 1.10]")
        let wrong = #expect(throws: ConnectError.self) { try version("[2.0") }
        #expect(wrong?.code == .invalidConfiguration)
        #expect(
            wrong?.message
                == "Invalid value [2.0 for configuration connector.plugin.version: Unbounded range: [2.0")
        // An unknown class is told by its name, whatever its version; each class is listed once.
        let unknown = #expect(throws: ConnectError.self) {
            try plugins.makeConnector(for: ["connector.class": "No", "connector.plugin.version": "1"])
        }
        #expect(unknown?.message.hasSuffix("available connectors are: test.LinesConnector") == true)
    }

    @Test func aVersionIsReplacedAndRemovedByItself() async throws {
        try await plugins.addHosted("test.LinesConnector", "1")
        let second = try await plugins.addHosted("test.LinesConnector", "2")
        try await plugins.addHosted("test.LinesConnector", "3", replacing: second)
        #expect(listed == ["1", "3"])
        let again = try await plugins.addHosted("test.LinesConnector", "3")
        #expect(listed == ["1", "3"])
        // It is in the catalog no longer, and takes no namesake away.
        plugins.unregister(second)
        #expect(listed == ["1", "3"])
        plugins.unregister(again)
        #expect(try version(nil) == "1")
    }

    @Test func versionsOfAClassShareItsShortNames() async throws {
        for version in ["1", "2"] { try await plugins.addHosted("test.LinesConnector", version) }
        try await plugins.addHosted("other.WordsConnector", "1")
        #expect(plugins.find("Lines", [.source])?.description.version == "2")
        try await plugins.addHosted("other.LinesConnector", "9")
        #expect(plugins.find("Lines", [.source]) == nil, "two classes have that name")
        #expect(plugins.find("test.LinesConnector", [.source])?.description.version == "2")
    }

    @Test func eachVersionHasItsKeys() async throws {
        try await plugins.addHosted("test.LinesConnector", "1", keys: #"{"name": "old", "type": "PASSWORD"}"#)
        try await plugins.addHosted("test.LinesConnector", "2", keys: #"{"name": "new"}"#)
        let one = try VersionRequirement("1")
        #expect(try plugins.configurationKeys("Lines", version: one)?.first?.name == "old")
        #expect(try plugins.configurationKeys("Lines")?.first?.name == "new")
        #expect(throws: ConnectError.self) { try plugins.configurationKeys("Lines", version: VersionRequirement("3")) }
        // What is a password to one version is shown for none.
        for version in ["1", "2", "3"] {
            let configuration = [
                "connector.class": "Lines", "connector.plugin.version": version, "old": "x", "new": "y", "token": "z",
            ]
            #expect(plugins.passwordKeys(of: configuration) == (version == "3" ? ["old", "token"] : ["old"]))
        }
    }

    @Test func convertersAndTransformsHaveTheVersionOfTheServer() async throws {
        let fits = try VersionRequirement("[2.0,3.0)")
        let other = try VersionRequirement("3.0")
        _ = try plugins.makeConverter("String", version: fits, configuration: [:], isKey: true)
        _ = try plugins.makeTransform("Filter", version: fits, configuration: [:])
        #expect(throws: ConnectError.self) {
            try plugins.makeHeaderConverter("SimpleHeaderConverter", version: other, configuration: [:])
        }
        let error = #expect(throws: ConnectError.self) {
            try plugins.makePredicate("RecordIsTombstone", version: other, configuration: [:])
        }
        #expect(error?.message.hasSuffix("matches the version range [3.0], available versions: [2.5]") == true)
    }

    @Test func tasksTakeTheVersionsOutOfTheSettings() async throws {
        plugins.registerTransform("test.Strict", version: "1.5", definition: ConfigDefinition()) { [plugins] settings in
            guard settings == ["field": "f"] else { throw ConnectError(.invalidConfiguration, "\(settings)") }
            return try plugins.makeTransform("HoistField$Value", configuration: settings)
        }
        let worker = try WorkerConfiguration(["value.converter.plugin.version": "2.5"])
        let configuration = [
            "key.converter": "JsonConverter", "key.converter.plugin.version": "(,3.0)", "transforms": "a",
            "transforms.a.type": "Strict", "transforms.a.field": "f", "transforms.a.plugin.version": "1.5",
            "transforms.a.predicate": "p", "predicates": "p", "predicates.p.type": "RecordIsTombstone",
            "predicates.p.plugin.version": "latest",
        ]
        _ = try TaskConverters(configuration, worker: worker, plugins: plugins)
        _ = try await TransformChain(configuration, plugins: plugins)
        for key in ["transforms.a.plugin.version", "predicates.p.plugin.version"] {
            for wrong in ["1.0", "[1.0"] {
                let error = await #expect(throws: ConnectError.self) {
                    try await TransformChain(configuration.merging([key: wrong]) { $1 }, plugins: plugins)
                }
                #expect(error?.code == (wrong == "1.0" ? .notFound : .invalidConfiguration))
            }
        }
        #expect(throws: ConnectError.self) {
            try TaskConverters(
                configuration.merging(["key.converter.plugin.version": "[3.0,)"]) { $1 }, worker: worker,
                plugins: plugins)
        }
        let other = try WorkerConfiguration(["value.converter.plugin.version": "9"])
        #expect(throws: ConnectError.self) { try TaskConverters(configuration, worker: other, plugins: plugins) }
        #expect(throws: ConnectError.self) { try WorkerConfiguration(["header.converter.plugin.version": "[9"]) }
    }
}
