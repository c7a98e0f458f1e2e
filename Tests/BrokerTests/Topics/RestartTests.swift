import EventStore
import Foundation
import KafkaProtocol
import LogCore
import LogHarness
import Logging
import NIOPosix
import RecordFormat
import Testing

@testable import Broker

@Suite struct RestartTests {
    @Test func everythingIsThereAfterACleanRestartAndAfterACrash() async throws {
        let directory = try TestDirectory()
        let (ids, crashed) = try await TestBroker.with(in: directory) { server in
            var ids: [TopicID] = []
            for name in ["a", "b"] {
                ids.append(try await server.createTopic(name, partitions: 3, configs: ["retention.ms": "-1"]))
            }
            for round in 0..<10 { try await server.produce("a", partition: Int32(round % 3), ["\(round)"]) }
            _ = try await server.ask(
                CreatePartitionsRequest(topics: [.init(name: "b", count: 5, assignments: nil)]))
            try await server.createTopic("gone")
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "gone")]))
            return (ids, try directory.copy())
        }
        for directory in [directory, crashed] {
            try await TestBroker.with(in: directory) { server in
                let image = server.broker.metadata.image
                #expect(image.topics.keys.sorted() == ["a", "b"])
                #expect([image.topic("a")?.id, image.topic("b")?.id] == ids)
                #expect(image.topic("b")?.partitions.count == 5)
                #expect(image.topic("a")?.configuration == ["retention.ms": "-1"])
                #expect(try await server.values("a", partition: 0) == ["0", "3", "6", "9"])
                #expect(try await server.produce("a", partition: 0, ["more"]) == 4)
                try await server.produce("b", partition: 4, ["new"])
            }
        }
    }

    @Test func interruptedDeletionIsFinishedAtTheNextStart() async throws {
        let directory = try TestDirectory()
        let id = try await TestBroker.with(in: directory) { server in
            let id = try await server.createTopic("t", partitions: 2)
            try await server.produce("t", ["a", "b", "c"])
            // The process dies when the removal is durable and nothing has been removed.
            try await server.broker.metadata.remove(try #require(server.broker.metadata.image.topic("t")))
            return id
        }
        #expect(try directory.names().contains("t-0"))
        try await TestBroker.with(in: directory) { server in
            let names = try directory.names()
            #expect(names.allSatisfy { !$0.hasPrefix("t-") })
            #expect(server.broker.metadata.deletions.isEmpty)
            #expect(try await server.createTopic("t", partitions: 2) != id)
            #expect(try await server.produce("t", ["new"]) == 0)
        }
    }

    @Test func directoriesOfNoTopicAreReportedAndKept() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { try await $0.createTopic("t") }
        try FileManager.default.createDirectory(atPath: directory.path + "/stray-0", withIntermediateDirectories: false)
        try await TestBroker.with(in: directory) { server in
            #expect(server.log.messages(from: .warning).contains { $0.contains("stray-0 belongs to no topic") })
        }
        #expect(try directory.names().contains("stray-0"))
    }

    @Test func secondBrokerOnTheDirectoryIsRefusedByName() async throws {
        try await TestBroker.with { server in
            let error = await #expect(throws: LogError.self) { _ = try await TestBroker.start(in: server.directory) }
            #expect(error?.code == .directoryLocked)
            #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        }
    }

    @Test func takenAddressStopsTheStartAndFreesTheDirectory() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with { server in
            await #expect(throws: ConfigurationError.self) {
                _ = try await TestBroker.start(["listeners": "PLAINTEXT://127.0.0.1:\(server.port)"], in: directory)
            }
        }
        try await TestBroker.with(in: directory) { _ in }
    }

    @Test func unreadableMetadataStopsTheStart() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { try await $0.createTopic("t") }
        let store = try EventStore(.init(directory: directory.path, now: { WallClock.now() }), observer: Silent())
        let log = try store.open(LocalMetadataStore.partition, topicID: .zero, configuration: LogConfiguration())
        var builder = RecordBatchBuilder()
        try builder.append(timestamp: WallClock.now(), key: ByteSlice("topic/bad"), value: ByteSlice("{"))
        _ = try log.log.append(try builder.finish(), from: .coordinator(LeaderEpoch(0)), now: WallClock.now())
        try store.close()
        let error = await #expect(throws: LogError.self) { _ = try await TestBroker.start(in: directory) }
        #expect(error?.message.contains("topic/bad") == true && error?.message.contains("offset") == true)
    }

    @Test func longMetadataHistoryIsCompacted() async throws {
        let directory = try TestDirectory()
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        func open() throws -> (EventStore, LocalMetadataStore) {
            let store = try EventStore(.init(directory: directory.path, now: { WallClock.now() }), observer: Silent())
            return (
                store,
                try LocalMetadataStore(store: store, pool: pool, compactionThreshold: 50, now: { WallClock.now() })
            )
        }
        func topic(_ name: String, _ round: Int) -> ClusterImage.Topic {
            .init(name: name, id: TopicID(high: 1, low: 1), partitions: [], configuration: ["retention.ms": "\(round)"])
        }
        let (store, metadata) = try open()
        for round in 0..<100 { try await metadata.put(topic("t", round)) }
        let firstID = try await metadata.reserveProducerIDs(1_000)
        try await metadata.remove(topic("u", 0))
        try store.close()
        for _ in 0..<2 {
            let (store, metadata) = try open()
            #expect(metadata.image.topics.values.map(\.configuration) == [["retention.ms": "99"]])
            #expect(metadata.deletions.map(\.name) == ["u"])
            let log = try #require(store.openLogs.first).log
            #expect(log.watermarks.logStartOffset.rawValue >= 100 && log.segmentBaseOffsets.count == 1)
            #expect(try await metadata.reserveProducerIDs(1).rawValue >= firstID.rawValue + 1_000)
            try store.close()
        }
        try await pool.shutdownGracefully()
    }

    private struct Silent: StoreObserver {}
}
