import EventStore
import Foundation
import KafkaProtocol
import LogCore
import LogHarness
import Logging
import NIOCore
import RecordFormat
import ServerHarness
import StorageHarness
import Testing

@testable import Broker

/// A disk that fails takes its partition offline, without an acknowledgement, and nothing else.
@Suite struct FailingDiskTests {
    private let disk = FaultyFileSystem()

    private func start() async throws -> TestBroker { try await TestBroker.start(fileSystem: disk) }

    /// Makes a topic with a record in its first partition, and gives that partition.
    private func prepare(_ server: TestBroker) async throws -> Partition {
        try await server.createTopic("failing", partitions: 2)
        try await server.produce("failing", ["before"])
        return try #require(server.broker.partitions.copy(TopicPartition("failing", 0)))
    }

    /// Lets calls on the file fail that holds the partition's last record.
    private func fail(_ calls: Set<FaultyFileSystem.Call>, under partition: Partition, with errno: Int32) throws {
        disk.fail(calls, on: try partition.descriptor, with: errno)
    }

    @Test func topicWhoseDeletionMayCountTakesNoMoreRecords() async throws {
        let server = try await start()
        _ = try await prepare(server)
        let metadata = try #require(server.broker.store.openLogs.first { $0.partition == LocalMetadataStore.partition })
        let read = try metadata.log.read(from: .zero, upTo: .logEnd, limit: 1, mustProgress: true)
        disk.fail([.syncData], on: try #require(read.slice).file.descriptor, with: EIO)
        let deleted = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "failing")]))
        #expect(ErrorCode.of(deleted.responses[0].errorCode) == .kafkaStorageError)
        disk.mend()
        // The kernel has the pages all the same, and the next start may find the deletion.
        let answer = try await server.produce("failing", TestRecords.batch(["lost"]))
        #expect(ErrorCode.of(answer.errorCode) == .kafkaStorageError)
        let other = try await server.ask(
            CreateTopicsRequest(topics: [.init(name: "other", numPartitions: 1, replicationFactor: 1)]))
        #expect(ErrorCode.of(other.topics[0].errorCode) == .kafkaStorageError)
        await #expect(throws: LogError.self) { try await server.broker.shutdown() }
        // As it does here, where no power was cut: what had been acknowledged meanwhile would be gone.
        try await TestBroker.with(in: server.directory) { server in
            #expect(server.broker.partitions.topic("failing") == nil)
        }
    }

    private func checkOthers(_ server: TestBroker) async throws {
        try await server.produce("failing", partition: 1, ["elsewhere"])
        #expect(try await server.values("failing", partition: 1) == ["elsewhere"])
    }

    @Test func failedWriteIsNotAcknowledgedAndNeverRetried() async throws {
        let server = try await start()
        let partition = try await prepare(server)
        try fail([.write, .allocate, .map], under: partition, with: EIO)
        for acks in [Int16(-1), 1] {
            let answer = try await server.produce("failing", acks: acks, TestRecords.batch(["lost"]))
            #expect(ErrorCode.of(answer.errorCode) == .kafkaStorageError)
        }
        disk.mend()
        let answer = try await server.produce("failing", TestRecords.batch(["too late"]))
        #expect(ErrorCode.of(answer.errorCode) == .kafkaStorageError)
        try await checkOthers(server)
        #expect(server.log.messages(from: .critical).contains { $0.contains("failing-0 is offline") })
        // Not a clean shutdown: the next start has to check.
        await #expect(throws: LogError.self) { try await server.broker.shutdown() }
        #expect(try !server.directory.names().contains(".kafka_cleanshutdown"))
    }

    @Test func failedSyncEndsEveryWaitWithAnErrorAndHidesTheRecord() async throws {
        let server = try await start()
        let partition = try await prepare(server)
        try fail([.syncData], under: partition, with: EIO)
        let clients = try await [server.connect(), server.connect()]
        let answers = try clients.flatMap { client in
            try (0..<3).map { _ in
                try client.begin(TestRecords.produce("failing", TestRecords.batch(["lost"])), version: 9)
            }
        }
        for answer in answers {
            let code = try await answer.get().responses[0].partitionResponses[0].errorCode
            #expect(ErrorCode.of(code) == .kafkaStorageError)
        }
        #expect(partition.log.watermarks.highWatermark == LogOffset(1))
        #expect(partition.waitingCount.appends == 0)
        try await checkOthers(server)
        await #expect(throws: LogError.self) { try await server.broker.shutdown() }
    }

    @Test func fullDiskRefusesAndGoesOnWhenThereIsRoom() async throws {
        let server = try await start()
        let partition = try await prepare(server)
        try fail([.write, .allocate], under: partition, with: ENOSPC)
        let refused = try await server.produce("failing", TestRecords.batch(["no room"]))
        #expect(ErrorCode.of(refused.errorCode) == .kafkaStorageError)
        #expect(try await server.values("failing") == ["before"])
        disk.mend()
        try await server.produce("failing", ["room again"])
        #expect(try await server.values("failing") == ["before", "room again"])
        try await server.broker.shutdown()
    }

    @Test func whatIsNotDurableInTimeIsNotAcknowledgedAndMayComeLater() async throws {
        let server = try await start()
        let partition = try await prepare(server)
        disk.holdSyncs(of: try partition.descriptor)
        defer { disk.releaseSyncs() }
        let answer = try await server.ask(
            TestRecords.produce("failing", timeout: 50, TestRecords.batch(["late"])), version: 9)
        #expect(ErrorCode.of(answer.responses[0].partitionResponses[0].errorCode) == .requestTimedOut)
        #expect(try await server.values("failing") == ["before"])
        disk.releaseSyncs()
        try await wait(for: "the record") { try await server.values("failing") == ["before", "late"] }
        try await server.broker.shutdown()
    }
}
