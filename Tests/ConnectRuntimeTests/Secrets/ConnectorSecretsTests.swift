import ConnectAPI
import LogHarness
import Logging
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// What a connector's code gets, and what is said of it elsewhere.
@Suite(.timeLimit(.minutes(1))) struct ConnectorSecretsTests {
    /// A connector that tells everything it knows.
    private final class LeakyConnector: SourceConnector {
        let fails: Bool
        let received = Mutex<[String: String]>([:])

        init(fails: Bool) { self.fails = fails }

        var version: String { "1" }
        var definition: ConfigDefinition {
            ConfigDefinition([
                ConfigKey("token", .password, default: .none, importance: .high, documentation: "A password.")
            ])
        }
        var taskClass: String { "test.Task" }

        func start(context: any ConnectorContext, configuration: [String: String]) async throws {
            received.withLock { $0 = configuration }
            if fails { throw ConnectError(.failed, "cannot log in with \(configuration)") }
        }

        func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
            let configuration = received.withLock { $0 }
            return [configuration.merging(["url": "db://\(configuration["password"] ?? "")@h"]) { $1 }]
        }

        func stop() async throws { if !fails { throw ConnectError(.failed, "still: \(received.withLock { $0 })") } }

        func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private static let configuration = [
        "connector.class": "test.LeakyConnector", "password": "${p:password}", "token": "canary-2",
    ]

    private struct Setting {
        let fixture: TaskFixture
        let lines = LogLines()
        let published = Published()
        let runner: ConnectorRunner

        final class Published: Sendable { let tasks = Mutex<[[String: String]]>([]) }

        init(_ connector: LeakyConnector) async throws {
            let plugins = PluginCatalog(version: "1")
            plugins.registerSource("test.LeakyConnector", version: "1") { connector }
            plugins.registerConfigProvider("test.P") { _ in FakeConfigProvider(["": ["password": "canary-1"]]) }
            let transformer = WorkerConfigTransformer(
                ["config.providers": "p", "config.providers.p.class": "test.P"], plugins: plugins)
            fixture = try await TaskFixture(redact: { transformer.redactor(of: $1).redact($0) })
            runner = ConnectorRunner(
                "c", ConnectorSecretsTests.configuration, target: .started, worker: Shared(fixture.worker),
                plugins: plugins,
                statuses: fixture.statuses, logger: lines.logger, transformer: transformer
            ) { [published] _, configuration, tasks in
                #expect(configuration == ConnectorSecretsTests.configuration)
                published.tasks.withLock { $0 = tasks }
            }
        }
    }

    @Test func aConnectorGetsValuesAndItsTasksAreKeptWithPlaceholders() async throws {
        let connector = LeakyConnector(fails: false)
        let setting = try await Setting(connector)
        let life = Task { await setting.runner.supervise() }
        try await wait(for: "the connector") { setting.fixture.statusStore.connector("c")?.state == .running }
        #expect(connector.received.withLock { $0["password"] } == "canary-1")
        let tasks = setting.published.tasks.withLock { $0 }
        #expect(tasks.first?["password"] == "${p:password}")
        #expect(tasks.first?["url"] == "db://${p:password}@h")
        setting.runner.stop()
        await life.value
        #expect(setting.lines.all.contains { $0.contains("a connector failed to stop") && $0.contains("[hidden]") })
        #expect(!setting.lines.all.contains { $0.contains("canary") })
    }

    @Test func aFailureSaysNoSecret() async throws {
        let setting = try await Setting(LeakyConnector(fails: true))
        let life = Task { await setting.runner.supervise() }
        try await wait(for: "the failure") { setting.fixture.statusStore.connector("c")?.state == .failed }
        let trace = try #require(setting.fixture.statusStore.connector("c")?.trace)
        #expect(trace.contains("cannot log in with") && trace.contains("[hidden]") && !trace.contains("canary"))
        setting.runner.stop()
        await life.value
        #expect(setting.lines.all.contains { $0.contains("a connector failed") })
        #expect(!setting.lines.all.contains { $0.contains("canary") })
    }

    @Test func validationUsesValuesAndAnswersPlaceholders() async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.LeakyConnector", version: "1") { LeakyConnector(fails: false) }
        plugins.registerConfigProvider("test.P") { _ in
            FakeConfigProvider(["": ["password": "canary-1", "n": "lots-2"]])
        }
        let transformer = WorkerConfigTransformer(
            ["config.providers": "p", "config.providers.p.class": "test.P"], plugins: plugins)
        var configuration = Self.configuration
        configuration["name"] = "c"
        configuration["tasks.max"] = "${p:n}"
        configuration["errors.tolerance"] = "${p:password}"
        let infos = try await transformer.validate(configuration) {
            #expect($0["password"] == "canary-1")
            return try await ConfigurationValidator(plugins: plugins, maximumTasks: 10).validate($0)
        }
        #expect(!"\(infos)".contains("canary-1") && !"\(infos)".contains("lots-2"))
        let tolerance = try #require(infos.configs.first { $0.value.name == "errors.tolerance" }?.value)
        #expect(tolerance.value == "${p:password}")
        #expect(
            tolerance.errors == [
                "Invalid value [hidden] for configuration errors.tolerance: String must be one of: none, all"
            ])
        #expect(infos.refusal.contains("Invalid value [hidden] for configuration tasks.max"))
        let error = await #expect(throws: ConnectError.self) {
            try await transformer.validate(configuration) { throw ConnectError(.notFound, "\($0) is wrong") }
        }
        #expect(error?.code == .notFound && error?.message.contains("canary") == false)
    }
}
