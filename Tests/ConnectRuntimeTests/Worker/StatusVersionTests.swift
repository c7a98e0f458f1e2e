import ConnectAPI
import JSON
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

/// Which version the statuses of connectors and tasks tell (KIP-891).
@Suite(.timeLimit(.minutes(1))) struct StatusVersionTests {
    /// The states that were written, each with its version.
    private final class Written: Sendable {
        private let states = Mutex<[String]>([])

        var all: [String] { states.withLock { $0 } }

        /// A status topic whose records it sees.
        func log() async throws -> MemoryLog {
            let log = MemoryLog()
            try await log.start { [self] _, value in
                guard let json = value.flatMap({ try? JSONValue(parsing: $0.array) }) else { return }
                let version = json["version"]?.string ?? "none"
                states.withLock { $0.append("\(json["state"]?.string ?? "") \(version)") }
            }
            return log
        }

        func waitFor(_ state: String) async throws {
            try await wait(for: state) { all.last == state }
        }
    }

    // MARK: Connectors

    private func running(
        _ configuration: [String: String], target: TargetState = .started, _ plugins: PluginCatalog,
        _ body: (ConnectorRunner, Written) async throws -> Void
    ) async throws -> [String] {
        let written = Written()
        let fixture = try await TaskFixture(statusLog: try await written.log())
        let runner = ConnectorRunner(
            "c", configuration, target: target, worker: Shared(fixture.worker), plugins: plugins,
            statuses: fixture.statuses, logger: fixture.logger
        ) { _, _, _ in }
        let life = Task { await runner.supervise() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(runner, written))
        } catch {
            result = .failure(error)
        }
        runner.stop()
        await life.value
        try result.get()
        return written.all
    }

    @Test func aConnectorTellsItsVersionOnceItWasMade() async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.Source", version: "3") { BareSource() }
        let states = try await running(["connector.class": "test.Source"], target: .paused, plugins) {
            runner, written in
            try await written.waitFor("PAUSED none")
            runner.setTarget(.started)
            try await written.waitFor("RUNNING 3")
            runner.setTarget(.paused)
            try await written.waitFor("PAUSED 3")
            runner.setTarget(.stopped)
            try await written.waitFor("STOPPED 3")
        }
        #expect(states == ["PAUSED none", "RUNNING 3", "PAUSED 3", "STOPPED 3", "UNASSIGNED 3"])
    }

    @Test func aConnectorWithoutAVersionTellsNone() async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.Source", version: nil) { BareSource() }
        let states = try await running(["connector.class": "test.Source"], plugins) { _, written in
            try await written.waitFor("RUNNING none")
        }
        #expect(states == ["RUNNING none", "UNASSIGNED none"])
    }

    /// Hosted ones that cannot be run here fail once they were made.
    @Test(arguments: [("[1.0,1.10)", "1.9"), ("1.2", "1.2"), ("latest", "1.10"), ("2.0", "none")])
    func aFailedConnectorTellsTheVersionThatWasMade(_ pin: String, _ version: String) async throws {
        let plugins = PluginCatalog(version: "1")
        for version in ["1.2", "1.10", "1.9"] { try await plugins.addHosted("test.LinesConnector", version) }
        let configuration = ["connector.class": "Lines", "connector.plugin.version": pin]
        let states = try await running(configuration, plugins) { _, written in
            try await written.waitFor("FAILED \(version)")
        }
        #expect(states == ["FAILED \(version)", "UNASSIGNED \(version)"])
    }

    @Test func whatCannotBeMadeAnewTellsNotWhatItWas() async throws {
        let plugins = PluginCatalog(version: "1")
        let hosted = try await plugins.addHosted("test.LinesConnector", "1.2")
        let states = try await running(["connector.class": "Lines"], plugins) { runner, written in
            try await written.waitFor("FAILED 1.2")
            runner.setTarget(.stopped)
            try await written.waitFor("STOPPED 1.2")
            plugins.unregister(hosted)
            runner.setTarget(.started)
            try await written.waitFor("FAILED none")
        }
        #expect(states == ["FAILED 1.2", "STOPPED 1.2", "FAILED none", "UNASSIGNED none"])
    }

    // MARK: Tasks

    @Test func aTaskTellsItsVersionAsLongAsItIsThere() async throws {
        let written = Written()
        let fixture = try await TaskFixture(statusLog: try await written.log())
        try await fixture.running(FakeSinkTask(), on: FakeSinkConsumer()) { runner in
            try await written.waitFor("RUNNING 1")
            runner.setPaused(true)
            try await written.waitFor("PAUSED 1")
            runner.setPaused(false)
            try await written.waitFor("RUNNING 1")
        }
        #expect(written.all == ["RUNNING 1", "PAUSED 1", "RUNNING 1", "UNASSIGNED 1"])
    }

    /// How often a task was made.
    private final class Makings: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test func aTaskThatWasNotMadeTellsNone() async throws {
        let written = Written()
        let fixture = try await TaskFixture(statusLog: try await written.log())
        let nothing = WorkerClients(
            makeProducer: { throw ConnectError(.failed, "there is no broker") },
            makeConsumer: { _ in throw ConnectError(.failed, "there is no broker") },
            makeDeadLetterOutlet: { _, _ in throw ConnectError(.failed, "there is no broker") },
            groupOffsets: NoGroupOffsets())
        let environment = fixture.environment(
            nothing,
            [
                "topics": "t", "task.restart.policy": "on-failure", "task.restart.backoff.ms": "1",
                "task.restart.max.attempts": "1",
            ])
        let control = TaskControl(.pause)
        let makings = Makings()
        let runner = TaskRunner(environment, control: control, thread: TaskThread()) {
            guard makings.next() == 1 else { throw ConnectError(.notFound, "its class went away") }
            return SinkTaskWork(FakeSinkTask(), environment, control: control)
        }
        let life = Task { await runner.supervise() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await written.waitFor("PAUSED none"))
        } catch {
            result = .failure(error)
        }
        // It is made and cannot start, and then it cannot be made.
        runner.setPaused(false)
        await life.value
        try result.get()
        #expect(written.all == ["PAUSED none", "FAILED 1", "FAILED none"])
    }

    // MARK: Several workers

    @Test func everyWorkerKnowsTheVersionsOfTheOthers() async throws {
        try await LiveClient.with { client in
            let fleet = WorkerFleet(client: client)
            do {
                let leader = try await fleet.start("a", version: "1.9")
                let follower = try await fleet.start("b", version: "1.10")
                _ = try await fleet.directed(from: follower) {
                    try await $0.createConnector(
                        "c", ["name": "c", "connector.class": "test.ManyTasks", "tasks.max": "5"])
                }
                /// Waits until both states and versions are known there, whichever worker they are of.
                func wait(until worker: WorkerFleet.Worker, knows versions: Set<String>) async throws {
                    try await ServerHarness.wait(for: "\(versions) at \(worker.url)") {
                        let status = try await worker.herder.status(of: "c")
                        let all = [status.connector] + status.tasks.map(\.status)
                        return all.count == 6 && Set(all.compactMap(\.version)) == versions
                            && all.allSatisfy { $0.state == .running && $0.version == Self.versions[$0.workerID] }
                    }
                }
                for worker in [leader, follower] { try await wait(until: worker, knows: ["1.9", "1.10"]) }
                // What moves to another worker runs in the version that is there.
                try await follower.stop()
                try await wait(until: leader, knows: ["1.9"])
            } catch {
                try? await fleet.stopAll()
                throw error
            }
            try await fleet.stopAll()
        }
    }

    private static let versions = ["a:8083": "1.9", "b:8083": "1.10"]
}
