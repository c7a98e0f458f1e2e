import ConnectAPI
import Logging
import ServerHarness
import Testing

@testable import ConnectRuntime

/// What a worker shows of tasks that come and go.
@Suite(.timeLimit(.minutes(1))) struct WorkerObservationTests {
    /// A source whose tasks never come to their first poll.
    private struct BrokenSource: SourceConnector {
        var version: String { "3" }
        var definition: ConfigDefinition { ConfigDefinition() }
        var taskClass: String { "test.Task" }

        func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func stop() async throws {}
        func makeTask() -> any SourceTask { FakeSourceTask() }
    }

    private func running(_ body: (Worker, WorkerObservation, TaskFixture) async throws -> Void) async throws {
        let fixture = try await TaskFixture()
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.Source", version: "3") { BrokenSource() }
        let observation = WorkerObservation(fixture.worker, logger: fixture.logger)
        let statuses = StatusReporter(
            store: fixture.statusStore, workerID: "me:1", logger: fixture.logger, listener: observation.note)
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "there is no broker") },
            groupOffsets: NoGroupOffsets())
        let worker = Worker(
            fixture.worker, plugins: plugins, clients: clients, offsets: fixture.offsets, statuses: statuses,
            observation: observation,
            transformer: WorkerConfigTransformer(fixture.worker.properties, plugins: plugins))
        let life = Task { await worker.run() }
        do {
            try await body(worker, observation, fixture)
        } catch {
            worker.shutdown()
            throw error
        }
        worker.shutdown()
        await life.value
    }

    @Test func aTaskThatFailedIsShownUntilAnotherWorkerHasIt() async throws {
        try await running { worker, observation, fixture in
            let id = TaskFixture.id
            let connector = ["connector.class": "test.Source"]
            for attempts in 1...2 {
                worker.startTask(id, [:], connector: connector, isPaused: false)
                try await wait(for: "the failure") {
                    let metrics = observation.metrics.series(of: id.connector)
                    let worker = observation.metrics.series()[0].entries
                    return metrics.contains { $0.task == id.task && $0.state == .failed }
                        && worker.contains(.init("task-startup-failure-total", .total(Int64(attempts))))
                }
            }
            worker.stopTask(id, forgets: false)
            try await wait(for: "the end") { observation.metrics.series().allSatisfy { $0.task == nil } }
            let lines = observation.logs.log(of: id.connector).last(10, LogFilter(level: .error, task: id.task))
            #expect(lines.map(\.message) == ["a task failed", "a task failed"])
            #expect(lines[0].fields["error"]?.contains("there is no broker") == true)
        }
    }

    @Test func aTaskOfAConnectorThatWasDeletedAndMadeAnewIsShown() async throws {
        try await running { worker, _, fixture in
            let id = TaskFixture.id
            let connector = ["connector.class": "test.Source"]
            worker.startTask(id, [:], connector: connector, isPaused: true)
            try await fixture.waitForState(.paused)
            worker.remove(id.connector, tasks: [id])
            try await wait(for: "the deletion") { fixture.statusStore.task(id) == nil }
            // Its connector is another worker's.
            worker.startTask(id, [:], connector: connector, isPaused: true)
            try await fixture.waitForState(.paused)
        }
    }

    @Test func aConnectorThatIsDeletedTakesItsMetricsAndItsLogAlong() async throws {
        try await running { worker, observation, fixture in
            worker.startConnector("c", ["connector.class": "Source"], target: .started) { _, _, _ in }
            try await wait(for: "the start") { fixture.statusStore.connector("c")?.state == .running }
            let connector = try #require(observation.metrics.series(of: "c").first)
            #expect(connector.state == .running)
            #expect(connector.entries.contains(.init("connector-class", .text("test.Source"))))
            #expect(observation.logs.log(of: "c").lastNumber > 0)
            worker.remove("c", tasks: [])
            #expect(observation.metrics.series().count == 1)
            #expect(observation.logs.log(of: "c").lastNumber == 0)
            try await wait(for: "the end") { fixture.statusStore.connector("c") == nil }
        }
    }
}
