import EventStore
import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What a node does when others have changed the cluster.
@Suite struct AdoptionTests {
    /// The topics that the others' changes have made, changed and deleted.
    private final class Others: Sendable {
        private let topics = Mutex<[String: ClusterImage.Topic]>([:])
        let metadata = Mutex<SharedMetadata?>(nil)

        func set(_ name: String, id: TopicID, _ partitions: [PartitionState]?) {
            topics.withLock { topics in
                topics[name] = partitions.map {
                    ClusterImage.Topic(name: name, id: id, partitions: $0, configuration: [:])
                }
            }
            metadata.withLock { $0 }?.othersHaveChanged()
        }

        func image(over image: ClusterImage) -> ClusterImage {
            var image = image
            image.brokers = .test(2)
            for topic in topics.withLock({ $0 }).values { image.set(topic) }
            return image
        }
    }

    private func withNode(_ body: (TestBroker, Others) async throws -> Void) async throws {
        let others = Others()
        let server = try await TestBroker.start { store, pool, now in
            let shared = SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(1, of: 2, store) { proposal, _, completion in completion(.accepted) },
                seenThrough: { others.image(over: $0) })
            others.metadata.withLock { $0 = shared }
            return shared
        }
        do {
            try await body(server, others)
            try await server.broker.shutdown()
        } catch {
            try? await server.broker.shutdown()
            throw error
        }
    }

    @Test func topicsComeChangeAndGo() async throws {
        try await withNode { server, others in
            let id = TopicID.random()
            let partitions = server.broker.partitions
            // Two partitions, of which this node has one copy and leads it.
            others.set("t", id: id, [try .led(by: 1, in: 0, [1]), try .led(by: 2, in: 0, [2])])
            try await wait(for: "the topic") { partitions.topic("t")?.led(0).isSuccess ?? false }
            #expect(partitions.topic("t")?.partitionCount == 2 && partitions.topic("t")?.copy(1) == nil)
            #expect(try await server.produce("t", ["a"]) == 0)
            let copy = try #require(partitions.copy(TopicPartition("t", 0)))
            // It is to have a copy of the other as well, and to lead a third.
            others.set(
                "t", id: id,
                [
                    try .led(by: 1, in: 0, [1]), try .led(by: 2, in: 0, [2, 1], version: 1),
                    try .led(by: 1, in: 0, [1, 2]),
                ])
            try await wait(for: "the other copies") { partitions.topic("t")?.led(2).isSuccess ?? false }
            #expect(partitions.copy(TopicPartition("t", 1))?.isLed == false)
            // What was open stays so.
            #expect(partitions.copy(TopicPartition("t", 0)) === copy)
            // Another leads the first now, and the third is taken away.
            others.set(
                "t", id: id,
                [
                    try .led(by: 2, in: 1, [1, 2], version: 1), try .led(by: 1, in: 1, [2, 1], version: 2),
                    try .led(by: 2, in: 1, [2], version: 1),
                ])
            try await wait(for: "the changes") { partitions.topic("t")?.led(1).isSuccess ?? false }
            #expect(partitions.topic("t")?.has(2) == true && partitions.topic("t")?.copy(2) == nil)
            let refused = try await server.produce("t", TestRecords.batch(["b"]))
            #expect(ErrorCode.of(refused.errorCode) == .notLeaderOrFollower)
            others.set("t", id: id, nil)
            try await wait(for: "the topic to go") { partitions.topic("t") == nil }
            let gone = try await server.produce("t", TestRecords.batch(["c"]))
            #expect(ErrorCode.of(gone.errorCode) == .unknownTopicOrPartition)
            try await wait(for: "its files to go") { try server.broker.store.storedPartitions().count == 1 }
        }
    }

    @Test func topicMadeAnewUnderItsNameIsAnother() async throws {
        try await withNode { server, others in
            let partitions = server.broker.partitions
            others.set("t", id: .random(), [try .led(by: 1, in: 0, [1])])
            try await wait(for: "the topic") { partitions.topic("t") != nil }
            try await server.produce("t", ["old"])
            let id = TopicID.random()
            others.set("t", id: id, [try .led(by: 1, in: 0, [1])])
            try await wait(for: "the other") { partitions.topic("t")?.id == id }
            #expect(try await server.values("t").isEmpty)
            #expect(try await server.produce("t", ["new"]) == 0)
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
