import ConnectAPI
import KafkaClient
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// What a sink task opened before it failed to start.
@Suite(.timeLimit(.minutes(1))) struct FailedStartTests {
    /// A transform that says when it is closed.
    private final class ClosableTransform: Transform {
        private let closings = Mutex(0)

        var closeCount: Int { closings.withLock { $0 } }

        func apply<Record: ConnectRecord>(_ record: Record) async throws -> Record? { record }
        func close() async { closings.withLock { $0 += 1 } }
    }

    private let transform = ClosableTransform()
    private let letters = FakeDeadLetters()

    private func environment(hasDeadLetters: Bool) async throws -> TaskEnvironment {
        let fixture = try await TaskFixture()
        let plugins = PluginCatalog(version: "1")
        plugins.registerTransform("test.Closable", version: "1", definition: ConfigDefinition()) { [transform] _ in
            transform
        }
        let clients = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { [letters] _, _ in
                guard hasDeadLetters else { throw ConnectError(.failed, "there is no broker") }
                return letters
            }, groupOffsets: NoGroupOffsets())
        return TaskEnvironment(
            id: TaskFixture.id, configuration: [:],
            connectorConfiguration: [
                "topics": "t", "transforms": "c", "transforms.c.type": "test.Closable",
                "errors.deadletterqueue.topic.name": "dlq",
            ], sharedWorker: Shared(fixture.worker), plugins: plugins, clients: clients, offsets: fixture.offsets,
            statuses: fixture.statuses, logger: fixture.logger)
    }

    @Test func theTransformsAreClosedWithoutADeadLetterQueue() async throws {
        let environment = try await environment(hasDeadLetters: false)
        await #expect(throws: ConnectError.self) {
            try await SinkConversion(environment, control: TaskControl(.run))
        }
        #expect(transform.closeCount == 1)
    }

    @Test(arguments: ["transforms.d.type", "transforms.c.predicate"])
    func theTransformsBeforeOneThatCannotBeMadeAreClosed(key: String) async throws {
        let environment = try await environment(hasDeadLetters: true)
        var configuration = environment.connectorConfiguration
        configuration["transforms"] = "c,d"
        configuration["transforms.d.type"] = "Filter"
        configuration[key] = "nothing of that name"
        await #expect(throws: ConnectError.self) {
            try await TransformChain(configuration, plugins: environment.plugins)
        }
        #expect(transform.closeCount == 1)
    }

    @Test func allIsClosedWithoutAConsumer() async throws {
        let environment = try await environment(hasDeadLetters: true)
        let control = TaskControl(.run)
        let runner = TaskRunner(environment, control: control, thread: TaskThread()) {
            SinkTaskWork(FakeSinkTask(), environment, control: control)
        }
        await runner.supervise()
        #expect(transform.closeCount == 1 && letters.isClosed)
    }
}
