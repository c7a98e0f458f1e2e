import ConnectAPI
import JSON
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct ExactlyOnceHerderTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func worker(_ support: String = "enabled") throws -> WorkerConfiguration {
        try WorkerConfiguration([
            "exactly.once.source.support": support, "offset.storage.partitions": "1", "status.storage.partitions": "1",
        ])
    }

    private func running(_ client: KafkaClient, _ body: (DistributedHerder) async throws -> Void) async throws {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.NumberConnector", version: "1") { NumberConnector() }
        let herder = try DistributedHerder(
            try Self.worker(), client: client, plugins: plugins, logger: Self.logger)
        let life = Task { try await herder.run() }
        do {
            try await body(herder)
        } catch {
            herder.shutdown()
            _ = await life.result
            throw error
        }
        herder.shutdown()
        try await life.value
    }

    @Test(arguments: [[:], ["offsets.storage.topic": "mine"]])
    func aConnectorWritesOnceAndItsOffsetsAreSeenAndSet(more: [String: String]) async throws {
        try await LiveClient.with { client in
            try await running(client) { herder in
                let configuration = [
                    "name": "c", "connector.class": "test.NumberConnector", "exactly.once.support": "required",
                ].merging(more) { $1 }
                _ = try await herder.createConnector("c", configuration)
                func next() async throws -> Int? {
                    let offsets = try await herder.offsets(of: "c")
                    return offsets.first?.offset?[NumberSource.offsetField]?.integer.map { Int($0) }
                }
                try await wait(for: "the records") { try await next() == 50 }
                #expect(herder.configs.snapshot.fencedTaskCounts == ["c": 1])
                await #expect(throws: ConnectError.self) { try await herder.resetOffsets(of: "c") }
                try await herder.setTargetState(of: "c", .stopped)
                let half = ConnectorOffset(
                    partition: NumberSource.partition, offset: [NumberSource.offsetField: .int64(25)])
                guard case .complete = try await herder.alterOffsets(of: "c", [half]) else {
                    Issue.record("the connector vouches for its offsets")
                    return
                }
                #expect(try await next() == 25)
                // Those that were stopped were fenced for it, and no new ones may write yet.
                #expect(herder.configs.snapshot.fencedTaskCounts == ["c": 0])
                try await herder.setTargetState(of: "c", .started)
                try await wait(for: "the rest") { try await next() == 50 }
                try await herder.setTargetState(of: "c", .stopped)
                _ = try await herder.resetOffsets(of: "c")
                #expect(try await herder.offsets(of: "c").isEmpty)
            }
            let expected = ((0..<50).map { "\($0)" } + (25..<50).map { "\($0)" })
            #expect(try await client.committedValues(of: "t") == [expected])
        }
    }

    @Test func aFormerLeaderCannotWriteTheConfigTopic() async throws {
        try await LiveClient.with { client in
            func store(_ confirm: @escaping @Sendable () async throws -> Void) throws -> ConfigStore {
                let worker = try Self.worker()
                let log = try KafkaBasedLog(
                    worker.configTopic, requiredPartitions: 1,
                    privilegedID: TransactionSettings.leaderTransactionalID(worker: worker), isolation: .readCommitted,
                    client: client, logger: Self.logger)
                return ConfigStore(
                    log: log, isPrivileged: true, confirmLeadership: confirm, logger: Self.logger
                ) { _ in }
            }
            let former = try store { throw ConnectError(.unavailable, "another worker leads") }
            let leader = try store {}
            try await former.start()
            try await leader.start()
            let runs = [former, leader].map { store in Task { await store.run() } }
            let early = await #expect(throws: ConnectError.self) { try await former.putConnector("a", [:]) }
            #expect(early?.code == .unavailable)
            try await former.claimWritePrivileges()
            try await former.putConnector("a", ["name": "a"])
            try await leader.claimWritePrivileges()
            await #expect(throws: KafkaClientError.self) { try await former.putConnector("b", ["name": "b"]) }
            try await leader.putTasks("a", [["t": "0"]])
            // It finds out that it leads no more.
            let late = await #expect(throws: ConnectError.self) { try await former.putConnector("b", ["name": "b"]) }
            #expect(late?.message == "another worker leads")
            // What any worker may write it still may.
            try await former.putTargetState("a", .paused)
            try await wait(for: "the state") { leader.snapshot.targetState(of: "a") == .paused }
            #expect(leader.snapshot == former.snapshot)
            #expect(Array(leader.snapshot.connectors.keys) == ["a"])
            for run in runs {
                run.cancel()
                await run.value
            }
        }
    }

    @Test func theRecordOfAFencingIsKafkas() throws {
        let record = ConfigRecord.fencedTasks("my-tasks", taskCount: 3)
        #expect(record.key == "tasks-fencing-my-tasks")
        #expect(record.value.map { String(decoding: $0.utf8, as: UTF8.self) } == #"{"task-count":3}"#)
        #expect(try ConfigRecord(key: record.key, value: record.value) == record)
        #expect(throws: RecordProblem.self) { try ConfigRecord(key: record.key, value: ["task-count": "x"]) }
        #expect(throws: RecordProblem.self) { try ConfigRecord(key: record.key, value: nil) }
    }
}
