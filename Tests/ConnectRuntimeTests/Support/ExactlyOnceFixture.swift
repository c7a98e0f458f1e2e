import ConnectAPI
import KafkaClient
import Synchronization
import Testing

@testable import ConnectRuntime

/// Exactly-once source tasks on a broker in this process, as a worker has them.
struct ExactlyOnceFixture: Sendable {
    let base: TaskFixture
    let client: KafkaClient
    let clients: WorkerClients
    /// Connectors that were fenced before a task of theirs began.
    let fencings = Mutexed<[String]>([])

    /// A value behind a lock, that a struct can hold.
    final class Mutexed<Value: Sendable>: Sendable {
        private let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
        var current: Value { value.withLock(\.self) }
        func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
    }

    init(_ client: KafkaClient, _ properties: [String: String] = [:]) async throws {
        var all = [
            "exactly.once.source.support": "enabled", "offset.storage.partitions": "2",
            "offset.flush.interval.ms": "3600000",
        ]
        all.merge(properties) { $1 }
        base = try await TaskFixture(all)
        self.client = client
        clients = WorkerClients(client: client)
    }

    var transactional: TransactionalClients { get throws { try #require(clients.transactional) } }

    func environment(
        _ connector: [String: String] = [:], metrics: TaskMetrics = TaskMetrics()
    ) -> TaskEnvironment {
        var environment = base.environment(clients, connector, metrics: metrics)
        environment.exactlyOnce = ExactlyOnceGuard(
            fence: { [fencings] connector in fencings.change { $0.append(connector) } }, verify: { _, _ in },
            generation: { _ in 1 })
        return environment
    }

    /// Runs a task until `body` is through, and stops it then.
    func running(
        _ task: any SourceTask, _ connector: [String: String] = [:], metrics: TaskMetrics = TaskMetrics(),
        _ body: (TaskRunner) async throws -> Void
    ) async throws {
        let environment = environment(connector, metrics: metrics)
        let control = TaskControl(.run)
        let thread = TaskThread()
        let runner = TaskRunner(environment, control: control, thread: thread) {
            try ExactlyOnceSourceTaskWork(task, environment, control: control, thread: thread)
        }
        let life = Task { await runner.supervise() }
        do {
            try await body(runner)
        } catch {
            runner.stop()
            await life.value
            throw error
        }
        runner.stop()
        await life.value
    }

    /// Where the task goes on after what is committed.
    func committedOffset(_ connector: [String: String] = [:]) async throws -> Int64? {
        let offsets = try await transactional.offsets(
            of: TaskFixture.id.connector, try TransactionSettings(connector, worker: base.worker), worker: base.worker)
        return offsets[NumberSource.partition]?[NumberSource.offsetField]?.integer.map { Int64($0) }
    }
}
