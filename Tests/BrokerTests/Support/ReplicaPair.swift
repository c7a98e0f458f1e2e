import EventStore
import KafkaProtocol
import LogCore
import LogHarness
import Logging
import RecordFormat
import Replication
import ServerHarness
import Testing

@testable import Broker

/// A leader and a follower, two brokers in this process: node 1 leads topic "t", node 2 copies it.
enum ReplicaPair {
    /// The topic's state as both are told it.
    static let state = Result { try PartitionState.led(by: 1, in: 3, [1, 2]) }

    /// Makes a directory that has the topic, with records of an earlier epoch.
    private static func directory(
        of node: Int32, _ id: TopicID, _ values: [String], in epoch: Int32 = 1, deletedBelow start: Int64 = 0,
        _ settings: [String: String], prepare: (TestBroker) async throws -> Void = { _ in }
    ) async throws -> TestDirectory {
        let own = ["node.id": "\(node)"]
        let directory = try TestDirectory()
        for state in [try PartitionState.led(by: node, in: epoch, [node]), try state.get()] {
            try await TestBroker.with(own, in: directory) { server in
                try await server.broker.metadata.put(
                    ClusterImage.Topic(
                        name: "t", id: id, partitions: [state],
                        configuration: ["min.insync.replicas": "2"].merging(settings) { $1 }))
            }
            guard state.leaderEpoch == LeaderEpoch(epoch) else { continue }
            try await TestBroker.with(own, in: directory) { server in
                // A batch each, as they are on all replicas.
                for value in values { try await server.produce("t", acks: 1, [value]) }
                try await prepare(server)
                guard start > 0 else { return }
                let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
                try await wait(for: "the records to be durable") {
                    partition.log.watermarks.highWatermark.rawValue >= start
                }
                try partition.log.advanceLogStart(to: LogOffset(start))
            }
        }
        return directory
    }

    private static func start(
        _ node: Int32, in directory: TestDirectory, leaderAt port: Int?, _ settings: [String: String]
    ) async throws -> TestBroker {
        try await TestBroker.start(settings.merging(["node.id": "\(node)"]) { $1 }, in: directory) { store, pool, now in
            SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(node, of: 2, store) { proposal, _, completion in completion(.accepted) }
            ) { image in
                var image = image
                image.brokers = .test(2)
                if let port {
                    image.set(
                        ClusterImage.Node(id: 1, endpoints: ["PLAINTEXT": .init(host: "127.0.0.1", port: port)]))
                }
                return image
            }
        }
    }

    /// Runs `body` with both brokers, whose topic "t" has records that each has from before.
    ///
    /// - Parameters:
    ///   - settings: Those of both brokers.
    ///   - topic: Those of the topic, `min.insync.replicas` being 2 unless it is among them.
    ///   - prepare: What becomes of the leader while it is alone, and leads an earlier epoch.
    static func with(
        _ ofLeader: [String], _ ofFollower: [String], followerEpoch: Int32 = 1, deletedBelow beginning: Int64 = 0,
        settings: [String: String] = [:], topic: [String: String] = [:],
        prepare: (TestBroker) async throws -> Void = { _ in },
        _ body: (TestBroker, TestBroker) async throws -> Void
    ) async throws {
        let id = TopicID.random()
        let leader = try await start(
            1, in: directory(of: 1, id, ofLeader, deletedBelow: beginning, topic, prepare: prepare), leaderAt: nil,
            settings)
        let follower = try await start(
            2, in: directory(of: 2, id, ofFollower, in: followerEpoch, topic), leaderAt: leader.port, settings)
        do {
            try await body(leader, follower)
            try await follower.broker.shutdown()
            try await leader.broker.shutdown()
        } catch {
            for server in [follower, leader] {
                try? await server.broker.shutdown()
                for line in server.log.messages(from: .warning) { print("broker: \(line)") }
            }
            throw error
        }
    }
}

extension TestBroker {
    /// The node's copy of the only partition of topic "t".
    var copy: Partition {
        get throws { try #require(broker.partitions.copy(TopicPartition("t", 0))) }
    }

    /// The log of that copy.
    var partitionLog: PartitionLog {
        get throws { try copy.log }
    }

    /// Tells the node that the partition has another state.
    func tell(_ state: PartitionState) throws {
        guard case .replicated(let replica) = try copy.role else { throw TestFailure("a partition that is alone") }
        replica.bring(.stateChanged(state), to: try copy)
    }

    /// Tells the node who is there.
    func tell(_ brokers: BrokerDirectory) throws {
        guard case .replicated(let replica) = try copy.role else { throw TestFailure("a partition that is alone") }
        broker.metadata.replication?.set(brokers)
        replica.bring(.brokersChanged(brokers), to: try copy)
    }

    /// Waits until the node knows of what lies below `offset` that it is replicated, and of no more.
    func untilReplicated(below offset: Int64) async throws {
        let log = try partitionLog
        try await wait(for: "the high watermark") { log.watermarks.highWatermark == LogOffset(offset) }
    }
}
