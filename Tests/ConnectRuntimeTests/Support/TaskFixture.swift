import ConnectAPI
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// What a task needs around it, with internal topics in memory.
struct TaskFixture: Sendable {
    static let id = ConnectorTaskID(connector: "c", task: 0)

    let statusStore: StatusStore
    let statuses: StatusReporter
    let offsets: OffsetStore
    let worker: WorkerConfiguration
    let logger: Logger
    /// Every state that the task was said to be in.
    let history = History()

    final class History: Sendable {
        private let states = Mutex<[String]>([])
        func append(_ state: String) { states.withLock { $0.append(state) } }
        var all: [String] { states.withLock { $0 } }
    }

    init(
        _ properties: [String: String] = [:], offsetLog: MemoryLog = MemoryLog(), statusLog: MemoryLog = MemoryLog(),
        redact: @escaping @Sendable (_ text: String, _ connector: String) -> String = { text, _ in text }
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        var all = [
            "offset.flush.interval.ms": "1", "task.shutdown.graceful.timeout.ms": "30000",
            "task.restart.policy": "none",
        ]
        all.merge(properties) { $1 }
        var worker = try WorkerConfiguration(all)
        // However little time a test gives a task that hangs, doing without it is not what is cut short.
        worker.abandonmentTimeout = .seconds(30)
        self.worker = worker
        // Before the store, so that whoever has waited for a state finds it here.
        let history = history
        try await statusLog.start { _, value in
            let text = value?.string ?? ""
            for state in ["RUNNING", "PAUSED", "STOPPED", "FAILED", "UNASSIGNED"] where text.contains("\"\(state)\"") {
                history.append(state)
            }
        }
        statusStore = StatusStore(log: statusLog, logger: logger)
        try await statusStore.start()
        statuses = StatusReporter(store: statusStore, workerID: "me:1", logger: logger, redact: redact)
        offsets = OffsetStore(log: offsetLog, logger: logger)
        try await offsets.start()
    }

    func environment(
        _ clients: WorkerClients, _ connector: [String: String] = [:], metrics: TaskMetrics = TaskMetrics()
    ) -> TaskEnvironment {
        TaskEnvironment(
            id: Self.id, configuration: [:], connectorConfiguration: connector, sharedWorker: Shared(worker),
            plugins: PluginCatalog(version: "1"), clients: clients, offsets: offsets, statuses: statuses,
            logger: logger,
            metrics: metrics)
    }

    /// Runs a sink task on a consumer until `body` is through, and stops it then.
    func running(
        _ task: any SinkTask, on consumer: FakeSinkConsumer, connector: [String: String] = [:],
        deadLetters: FakeDeadLetters? = nil, metrics: TaskMetrics = TaskMetrics(),
        _ body: (TaskRunner) async throws -> Void
    ) async throws {
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "a sink task asked for a producer") },
            makeConsumer: { _ in consumer },
            makeDeadLetterOutlet: { topic, replicationFactor in
                guard let deadLetters else { throw ConnectError(.failed, "a task asked for a dead letter queue") }
                deadLetters.open(topic, replicationFactor)
                return deadLetters
            }, groupOffsets: NoGroupOffsets())
        var configuration = ["topics": "t"]
        configuration.merge(connector) { $1 }
        let environment = environment(clients, configuration, metrics: metrics)
        let control = TaskControl(.run)
        let runner = TaskRunner(environment, control: control, thread: TaskThread()) {
            SinkTaskWork(ObservedSinkTask(task, metrics), environment, control: control)
        }
        try await supervise(runner, body)
    }

    /// Runs a source task until `body` is through, and stops it then.
    func running(
        _ task: any SourceTask, producing client: KafkaClient, connector: [String: String] = [:],
        metrics: TaskMetrics = TaskMetrics(), _ body: (TaskRunner) async throws -> Void
    ) async throws {
        let environment = environment(WorkerClients(client: client), connector, metrics: metrics)
        let control = TaskControl(.run)
        let thread = TaskThread()
        let runner = TaskRunner(environment, control: control, thread: thread) {
            SourceTaskWork(
                ObservedSourceTask(task, metrics), environment, control: control, thread: thread)
        }
        try await supervise(runner, body)
    }

    private func supervise(_ runner: TaskRunner, _ body: (TaskRunner) async throws -> Void) async throws {
        let life = Task { await runner.supervise() }
        do {
            try await body(runner)
        } catch {
            runner.stop()
            throw error
        }
        runner.stop()
        await life.value
    }

    func waitForState(_ state: ConnectStatus.State) async throws {
        try await wait(for: "the state \(state)") { statusStore.task(Self.id)?.state == state }
    }
}
