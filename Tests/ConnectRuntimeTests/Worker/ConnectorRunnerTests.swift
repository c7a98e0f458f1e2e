import ConnectAPI
import Logging
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct ConnectorRunnerTests {
    /// A connector that counts its calls and fails as told.
    private final class FakeConnector: SourceConnector {
        struct State {
            var starts = 0
            var stops = 0
            var failsToStart = false
            var context: (any ConnectorContext)?
        }

        let state = Mutex(State())
        let gate: Gate?

        init(gate: Gate? = nil) { self.gate = gate }

        var version: String { "1" }
        var definition: ConfigDefinition { ConfigDefinition() }
        var taskClass: String { "test.Task" }

        func start(context: any ConnectorContext, configuration: [String: String]) async throws {
            let fails = state.withLock { state in
                state.starts += 1
                state.context = context
                return state.failsToStart
            }
            await gate?.pass()
            if fails { throw ConnectError(.failed, "no luck") }
        }

        func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
            Array(repeating: ["maximum": "\(maximum)"], count: 1)
        }

        func stop() async throws { state.withLock { $0.stops += 1 } }

        func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private struct Setting {
        let fixture: TaskFixture
        let connector: FakeConnector
        let published = Published()

        final class Published: Sendable { let tasks = Mutex<[[[String: String]]]>([]) }

        init(_ connector: FakeConnector, _ properties: [String: String] = [:]) async throws {
            self.connector = connector
            fixture = try await TaskFixture(properties)
        }

        func runner(_ configuration: [String: String] = [:], target: TargetState = .started) -> ConnectorRunner {
            let plugins = PluginCatalog(version: "1")
            plugins.registerSource("test.FakeConnector", version: "1") { [connector] in connector }
            var all = ["connector.class": "test.FakeConnector"]
            all.merge(configuration) { $1 }
            return ConnectorRunner(
                "c", all, target: target, worker: Shared(fixture.worker), plugins: plugins, statuses: fixture.statuses,
                logger: fixture.logger
            ) { [published] _, _, tasks in published.tasks.withLock { $0.append(tasks) } }
        }

        func waitFor(_ state: ConnectStatus.State) async throws {
            try await wait(for: "the state \(state)") { fixture.statusStore.connector("c")?.state == state }
        }
    }

    @Test func aConnectorThatIsSupersededBeforeItsTurnNeverStarts() async throws {
        let setting = try await Setting(FakeConnector())
        let runner = setting.runner()
        runner.stop()
        await runner.supervise()
        #expect(setting.connector.state.withLock { $0.starts } == 0)
        #expect(setting.published.tasks.withLock { $0 }.isEmpty)
        #expect(setting.fixture.statusStore.connector("c")?.state == .unassigned)
    }

    @Test func aFailedConnectorStaysFailedUntilItIsStopped() async throws {
        let connector = FakeConnector()
        connector.state.withLock { $0.failsToStart = true }
        let setting = try await Setting(connector)
        let runner = setting.runner()
        let life = Task { await runner.supervise() }
        try await setting.waitFor(.failed)
        try await wait(for: "the stop") { connector.state.withLock { $0.stops } == 1 }
        runner.setTarget(.paused)
        runner.setTarget(.started)
        connector.state.withLock { $0.failsToStart = false }
        runner.setTarget(.stopped)
        try await setting.waitFor(.stopped)
        #expect(setting.fixture.history.all == ["FAILED", "STOPPED"])
        runner.setTarget(.started)
        try await setting.waitFor(.running)
        runner.stop()
        await life.value
        #expect(setting.fixture.history.all == ["FAILED", "STOPPED", "RUNNING", "UNASSIGNED"])
        // What one that failed to start had opened is closed too.
        #expect(connector.state.withLock { ($0.starts, $0.stops) } == (2, 2))
    }

    @Test func aConnectorThatFailedIsStartedAgainAsItWasToldLast() async throws {
        let connector = FakeConnector()
        connector.state.withLock { $0.failsToStart = true }
        let restarts = [
            "task.restart.policy": "on-failure", "task.restart.backoff.ms": "1", "task.restart.backoff.max.ms": "5",
            "task.restart.max.attempts": "1000000",
        ]
        let setting = try await Setting(connector)
        let runner = setting.runner(restarts)
        let life = Task { await runner.supervise() }
        try await wait(for: "some tries") { connector.state.withLock { $0.starts } > 3 }
        #expect(setting.fixture.statusStore.connector("c")?.trace?.contains("started again in") == true)
        connector.state.withLock { $0.failsToStart = false }
        try await setting.waitFor(.running)
        let context = try #require(connector.state.withLock { $0.context })
        let starts = connector.state.withLock { $0.starts }
        await context.raise(ConnectError(.failed, "it went away"))
        try await wait(for: "the next start") { connector.state.withLock { $0.starts } == starts + 1 }
        try await setting.waitFor(.running)
        runner.stop()
        await life.value
        #expect(connector.state.withLock { $0.stops == $0.starts })
    }

    @Test func aConnectorsCrashLoopIsLeftFailed() async throws {
        let connector = FakeConnector()
        connector.state.withLock { $0.failsToStart = true }
        let setting = try await Setting(connector)
        let runner = setting.runner([
            "task.restart.policy": "on-failure", "task.restart.backoff.ms": "1", "task.restart.max.attempts": "2",
        ])
        let life = Task { await runner.supervise() }
        try await wait(for: "the end of the loop") {
            setting.fixture.statusStore.connector("c")?.trace?.contains("crash loop") == true
        }
        runner.stop()
        await life.value
        #expect(connector.state.withLock { $0.starts } == 3)
    }

    @Test func aConnectorThatRaisesAnErrorIsFailed() async throws {
        let setting = try await Setting(FakeConnector())
        let runner = setting.runner()
        let life = Task { await runner.supervise() }
        try await setting.waitFor(.running)
        let context = try #require(setting.connector.state.withLock { $0.context })
        await context.raise(ConnectError(.failed, "first"))
        await context.raise(ConnectError(.failed, "second"))
        await context.requestTaskReconfiguration()
        runner.setTarget(.paused)
        try await setting.waitFor(.failed)
        runner.stop()
        await life.value
        #expect(setting.fixture.history.all == ["RUNNING", "FAILED", "UNASSIGNED"])
        #expect(setting.connector.state.withLock { $0.stops } == 1)
        #expect(setting.published.tasks.withLock { $0.count } == 1)
    }

    @Test func aConnectorThatHangsIsAbandonedBeforeItsSuccessorSpeaks() async throws {
        let gate = Gate()
        let setting = try await Setting(FakeConnector(gate: gate), ["task.shutdown.graceful.timeout.ms": "1"])
        let runner = setting.runner()
        let life = Task { await runner.supervise() }
        await gate.waitForArrival()
        runner.stop()
        await life.value
        #expect(setting.fixture.history.all == ["UNASSIGNED"])
        await setting.fixture.statuses.report("c", .running)
        gate.open()
        try await wait(for: "the stop") { setting.connector.state.withLock { $0.stops } == 1 }
        #expect(setting.fixture.statusStore.connector("c")?.state == .running)
        #expect(setting.published.tasks.withLock { $0 }.isEmpty)
    }

    @Test func tasksAreBoundedByTheWorker() async throws {
        let setting = try await Setting(FakeConnector(), ["tasks.max.limit": "7"])
        let runner = setting.runner(["tasks.max": "2147483647"])
        let life = Task { await runner.supervise() }
        try await setting.waitFor(.running)
        runner.stop()
        await life.value
        #expect(setting.published.tasks.withLock { $0.first?.first?["maximum"] } == "7")
    }
}
