import ConnectAPI
import Logging
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct DistributedHerderTests {
    /// A source whose one task has the connector's own configuration.
    private actor EchoConnector: SourceConnector {
        nonisolated var version: String { "1" }
        nonisolated var definition: ConfigDefinition { ConfigDefinition() }
        nonisolated var taskClass: String { "test.EchoTask" }
        private var configuration: [String: String] = [:]

        func start(context: any ConnectorContext, configuration: [String: String]) async throws {
            self.configuration = configuration
        }

        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [configuration] }

        func stop() async throws {}

        nonisolated func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private func running(
        _ configLog: MemoryLog, _ properties: [String: String] = [:], provider: FakeConfigProvider? = nil,
        _ body: (DistributedHerder) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.EchoConnector", version: "1") { EchoConnector() }
        if let provider { plugins.registerConfigProvider("test.P") { _ in provider } }
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "there is no broker") },
            groupOffsets: NoGroupOffsets())
        let herder = DistributedHerder(
            try await WorkerConfiguration.resolving(properties, plugins: plugins), configLog: configLog,
            offsetLog: MemoryLog(), statusLog: MemoryLog(),
            clients: clients, plugins: plugins, logger: logger
        ) { nil }
        let life = Task { try await herder.run() }
        do {
            try await body(herder)
        } catch {
            herder.shutdown()
            throw error
        }
        herder.shutdown()
        try await life.value
    }

    private static func configuration(_ mark: String) -> [String: String] {
        ["name": "c", "connector.class": "test.EchoConnector", "mark": mark]
    }

    @Test func aLevelForTheClusterCountsOnWorkersThatRunAndNotForLaterOnes() async throws {
        let log = MemoryLog()
        try await running(log) { herder in
            try await herder.setClusterLoggerLevel("org.apache.kafka.connect.storage", .error)
            try await wait(for: "the level") {
                herder.loggers.setting(of: "org.apache.kafka.connect.storage")?.level == .error
            }
            let store = herder.loggers.logger(.configStore)
            #expect(store.logLevel == .error)
        }
        try await running(log) { herder in
            try await herder.waitUntilReady()
            #expect(herder.loggers.all.keys.sorted() == ["root"])
        }
    }

    @Test func aWorkerThatIsAloneDoesNothingForOthers() async throws {
        try await running(MemoryLog()) { herder in
            _ = try await herder.createConnector("c", Self.configuration("a"))
            let fencing = await #expect(throws: ConnectError.self) { try await herder.fenceZombies(of: "c") }
            #expect(
                fencing?.message
                    == "Kafka Connect in standalone mode does not support exactly-once source connectors.")
            await #expect(throws: ConnectError.self) { try await herder.putTasks(of: "c", []) }
        }
    }

    @Test func aStopLeavesNoTasksOfADivisionThatWasUnderWay() async throws {
        let gate = Gate()
        let log = MemoryLog { keys in if keys.contains("task-c-0") { await gate.pass() } }
        try await running(log) { herder in
            _ = try await herder.createConnector("c", Self.configuration("a"))
            await gate.waitForArrival()
            async let stopped: Void = herder.setTargetState(of: "c", .stopped)
            gate.open()
            try await stopped
            try await wait(for: "the stop") {
                let status = try await herder.status(of: "c")
                return status.connector.state == .stopped && status.tasks.isEmpty
            }
            #expect(herder.configs.snapshot.tasks["c"] == [])
            try await herder.setTargetState(of: "c", .started)
            try await wait(for: "the tasks") { try await herder.tasks(of: "c").count == 1 }
        }
    }

    @Test func theTasksInForceAreThoseOfTheLastConfiguration() async throws {
        let gate = Gate()
        let log = MemoryLog { keys in if keys.contains("task-c-0") { await gate.pass() } }
        try await running(log) { herder in
            _ = try await herder.createConnector("c", Self.configuration("old"))
            await gate.waitForArrival()
            _ = try await herder.putConfiguration("c", Self.configuration("new"))
            gate.open()
            try await wait(for: "the new tasks") {
                try await herder.tasks(of: "c").first?.configuration["mark"] == "new"
            }
            #expect(herder.configs.snapshot.appliedConfigurations["c"] == Self.configuration("new"))
        }
    }

    @Test func valuesThatAreNoLongerGoodAreLookedUpAnew() async throws {
        let provider = FakeConfigProvider(["": ["k": "canary"]], timeToLive: .milliseconds(1))
        let properties = ["config.providers": "p", "config.providers.p.class": "test.P"]
        try await running(MemoryLog(), properties, provider: provider) { herder in
            _ = try await herder.createConnector("c", Self.configuration("${p:k}"))
            // The check, the connector and its task; then the two again.
            try await wait(for: "the restarts") { provider.calls.count >= 5 }
            #expect(try await herder.tasks(of: "c").first?.configuration["mark"] == "${p:k}")
        }
    }

    @Test func whatAWorkersOwnPlaceholdersStandForIsKnownToAll() async throws {
        let provider = FakeConfigProvider(["": ["k": "canary"]])
        let properties = [
            "config.providers": "p", "config.providers.p.class": "test.P", "group.id": "${p:k}",
        ]
        try await running(MemoryLog(), properties, provider: provider) { herder in
            #expect(herder.configuration.groupID == "canary")
            #expect(herder.transformer.redactor(of: "any").redact("a canary") == "a [hidden]")
        }
    }

    @Test func aWorkerThatCannotStartSaysWhy() async throws {
        struct BrokenLog: InternalLog {
            func start(_ apply: @escaping @Sendable (ByteSlice?, ByteSlice?) -> Void) async throws {
                throw ConnectError(.invalidConfiguration, "the topic is not what it should be")
            }
            func run() async {}
            func write(_ records: [(key: ByteSlice, value: ByteSlice?)]) async throws {}
        }
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "no") },
            makeConsumer: { _ in throw ConnectError(.failed, "no") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "no") }, groupOffsets: NoGroupOffsets())
        let herder = DistributedHerder(
            try WorkerConfiguration(), configLog: BrokenLog(), offsetLog: MemoryLog(), statusLog: MemoryLog(),
            clients: clients, plugins: PluginCatalog(version: "1"), logger: Logger(label: "test")
        ) { nil }
        await #expect(throws: ConnectError.self) { try await herder.run() }
        let error = await #expect(throws: ConnectError.self) { try await herder.connectors() }
        #expect(error?.message.contains("the topic is not what it should be") == true)
        guard case .unhealthy(let reason) = herder.health else {
            Issue.record("\(herder.health)")
            return
        }
        #expect(reason == error?.message)
    }
}
