import ConnectAPI
import Testing

@testable import ConnectRuntime

/// What answers show of a configuration.
@Suite struct ShownConfigurationTests {
    private struct PasswordSource: SourceConnector {
        var version: String { "1" }
        var definition: ConfigDefinition {
            ConfigDefinition([ConfigKey("auth", .password, default: .none, importance: .high, documentation: "One.")])
        }
        var taskClass: String { "test.Task" }
        func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func stop() async throws {}
        func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private func shown(_ configuration: [String: String]) -> ShownConfiguration {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.PasswordSource", version: "1") { PasswordSource() }
        return ShownConfiguration(configuration, plugins: plugins, providers: ["p"])
    }

    @Test(arguments: [
        ("${p:a}", true), ("${p:/x:a}", true), ("", true), ("canary", false), ("canary${p:a}", false),
        ("${p:a}${p:b}", false), ("${q:canary}", false), ("${p}", false), ("${p:a}canary", false),
    ])
    func aPasswordIsShownOnlyIfItIsAPlaceholderOfTheWorker(value: String, isShown: Bool) {
        let shown = shown(["connector.class": "test.PasswordSource", "auth": value, "password": "${q:x}y"])
        #expect(shown.connector["auth"] == (isShown ? value : "[hidden]"))
        #expect(shown.hidden == (isShown ? [] : ["auth"]))
        #expect(shown.connector["password"] == "${q:x}y", "the connector knows its passwords")
        if !isShown { #expect(shown.task(["url": "db://\(value)@h"]) == ["url": "db://[hidden]@h"]) }
    }

    @Test func whereAClassCannotBeFoundKeysTellByTheirNames() {
        for className in ["${p:class}", "test.Elsewhere", nil] {
            let names = ["db.password", "Passwd", "api.key", "clientSecret", "token", "aws.credentials", "private.key"]
            var configuration = ["topic": "t", "transforms": "mask"]
            configuration["connector.class"] = className
            for name in names { configuration[name] = "canary" }
            #expect(shown(configuration).hidden == Set(names))
            #expect(shown(configuration).connector["topic"] == "t")
        }
        let parts = [
            "connector.class": "test.PasswordSource", "token": "mine", "value.converter": "test.Elsewhere",
            "value.converter.token": "canary", "value.converter.size": "1", "key.converter.token": "the worker's",
            "transforms": "a,secret", "transforms.a.type": "${p:class}", "transforms.a.password": "canary",
            "transforms.a.fields": "f", "transforms.secret.type": "MaskField$Value", "transforms.secret.fields": "f",
            "predicates": "b", "predicates.b.type": "test.Elsewhere", "predicates.b.secret": "canary",
        ]
        #expect(shown(parts).hidden == ["value.converter.token", "transforms.a.password", "predicates.b.secret"])
    }

    @Test func settingsOfClientsMayBePasswords() {
        let hidden: Set = [
            "producer.override.sasl.jaas.config", "admin.override.ssl.truststore.password",
            "consumer.override.ssl.key.password", "consumer.override.ssl.keystore.key",
        ]
        var configuration = ["connector.class": "test.PasswordSource", "producer.override.ssl.protocol": "TLSv1.3"]
        for key in hidden { configuration[key] = "canary" }
        #expect(shown(configuration).hidden == hidden)
    }
}
