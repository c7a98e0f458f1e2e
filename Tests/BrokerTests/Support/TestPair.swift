import KafkaClient
import LogCore
import LogHarness
import Logging
import RecordFormat
import Replication
import ServerHarness
import Synchronization

@testable import Broker

/// Two brokers in this process that copy each other's partitions, nodes 1 and 2; who leads what is for the test to say.
final class TestPair: Sendable {
    /// What the nodes are told of the cluster, each for itself.
    private final class Shared: Sendable {
        let topics = Mutex<[Int32: [String: ClusterImage.Topic]]>([:])
        let ports = Mutex<[Int32: Int]>([:])
        let metadata = Mutex<[Int32: SharedMetadata]>([:])

        func image(of node: Int32, over image: ClusterImage) -> ClusterImage {
            var image = image
            image.brokers = .test(2)
            for (id, port) in ports.withLock({ $0 }) {
                image.set(
                    ClusterImage.Node(id: id, endpoints: ["PLAINTEXT": .init(host: "127.0.0.1", port: port)]))
            }
            for topic in topics.withLock({ $0[node] ?? [:] }).values { image.set(topic) }
            return image
        }
    }

    private let shared = Shared()
    private let nodes = Mutex<[Int32: TestBroker]>([:])

    /// A node.
    subscript(id: Int32) -> TestBroker { nodes.withLock { $0[id]! } }

    /// Runs `body` with two nodes and shuts them down, whatever comes.
    static func with(
        _ settings: [String: String] = [:], fileSystems: [Int32: any LogFileSystem] = [:],
        _ body: (TestPair) async throws -> Void
    ) async throws {
        let pair = TestPair()
        do {
            for id in Int32(1)...2 { try await pair.start(id, settings, fileSystems[id] ?? KernelFileSystem()) }
            pair.tellAll()
            try await body(pair)
            for id in Int32(1)...2 { try await pair[id].broker.shutdown() }
        } catch {
            for server in pair.nodes.withLock({ $0 }).values {
                try? await server.broker.shutdown()
                for line in server.log.messages(from: .debug) { print("node \(server.broker.nodeID): \(line)") }
            }
            throw error
        }
    }

    private func start(_ id: Int32, _ settings: [String: String], _ fileSystem: any LogFileSystem) async throws {
        let base = ["node.id": "\(id)", "replica.fetch.wait.max.ms": "100"]
        let server = try await TestBroker.start(base.merging(settings) { $1 }, fileSystem: fileSystem) {
            [shared] store, pool, now in
            let metadata = SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(id, of: 2, store) { _, _, completion in completion(.accepted) },
                seenThrough: { shared.image(of: id, over: $0) })
            shared.metadata.withLock { $0[id] = metadata }
            return metadata
        }
        // Each has a store of its own, and no producer's identity is given twice.
        _ = try await server.broker.metadata.reserveProducerIDs(Int64(id) * 100_000)
        nodes.withLock { $0[id] = server }
        shared.ports.withLock { $0[id] = server.port }
    }

    private func tellAll() {
        for metadata in shared.metadata.withLock({ $0 }).values { metadata.othersHaveChanged() }
    }

    /// Makes a topic whose partitions both nodes have, and waits until they are led.
    func create(_ name: String, ledBy leaders: [Int32], configuration: [String: String] = [:]) async throws {
        let partitions = try leaders.map { try PartitionState.led(by: $0, in: 0, [$0, 3 - $0]) }
        let topic = ClusterImage.Topic(name: name, id: .random(), partitions: partitions, configuration: configuration)
        shared.topics.withLock { topics in for id in Int32(1)...2 { topics[id, default: [:]][name] = topic } }
        tellAll()
        for (index, leader) in leaders.enumerated() {
            try await wait(for: "node \(leader) to lead \(name)-\(index)") {
                [Int32(1), 2].allSatisfy { self[$0].broker.partitions.copy(TopicPartition(name, Int32(index))) != nil }
                    && self.epoch(of: TopicPartition(name, Int32(index)), on: leader) != nil
            }
        }
    }

    /// The epoch in which a node leads a partition, if it does.
    func epoch(of id: TopicPartition, on node: Int32) -> LeaderEpoch? {
        self[node].broker.partitions.copy(id)?.ledEpoch
    }

    /// Elects a leader of a partition, or nobody, and tells nodes.
    func elect(
        _ leader: Int32?, for id: TopicPartition, telling told: [Int32] = [1, 2]
    ) throws {
        try shared.topics.withLock { topics in
            let last = topics.values.compactMap { $0[id.topic]?.partitions[Int(id.partition)] }
                .max { $0.version < $1.version }
            guard let last else { throw TestFailure("no partition \(id)") }
            let state = try PartitionState.led(
                by: leader, in: last.leaderEpoch.rawValue + 1, [1, 2], version: last.version.rawValue + 1)
            for node in told { topics[node]![id.topic]!.partitions[Int(id.partition)] = state }
        }
        let metadata = shared.metadata.withLock { $0 }
        for node in told { metadata[node]?.othersHaveChanged() }
    }

    /// Tells a node what the others know.
    func catchUp(_ node: Int32) {
        shared.topics.withLock { topics in topics[node] = topics[3 - node] }
        shared.metadata.withLock { $0 }[node]?.othersHaveChanged()
    }

    /// Moves a partition to another leader, once both have the same records.
    func move(_ id: TopicPartition, to leader: Int32) async throws {
        try await wait(for: "the replicas of \(id) to be equal") {
            let ends = [Int32(1), 2].map { self[$0].broker.partitions.copy(id)?.log.watermarks.logEndOffset }
            return ends[0] == ends[1]
        }
        try elect(leader, for: id)
        try await wait(for: "node \(leader) to lead \(id)") { self.epoch(of: id, on: leader) != nil }
    }
}
