import EtcdHarness
import KafkaClient
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import millrace

/// Whole servers that share a real etcd.
@Suite(
    .enabled(if: EtcdProgram.isTested, Comment(rawValue: EtcdProgram.missing)), .serialized, .timeLimit(.minutes(2)))
struct ServerClusterTests {
    /// Runs `body` with three servers in this process and their addresses, and shuts all of them down.
    private static func withServers(_ body: ([String]) async throws -> Void) async throws {
        try await EtcdCluster.with { etcd in
            let directory = try TemporaryDirectory()
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            // At once: Connect's topics need three nodes, and it waits for them a while.
            let starting = try (1...3).map { node in
                let settings = try ServerSettings(
                    file: nil, environment: [:],
                    overrides: [
                        "etcd.endpoints=\(etcd.first.endpoint)", "etcd.key.prefix=/test/", "node.id=\(node)",
                        "broker.rack=r\(node)", "listeners=PLAINTEXT://127.0.0.1:0",
                        "connect.listeners=http://127.0.0.1:0", "schema.registry.listeners=http://127.0.0.1:0",
                        "rest.listeners=http://127.0.0.1:0", "default.replication.factor=3",
                        "min.insync.replicas=2",
                    ], dataDirectory: directory.path("node\(node)"))
                return Task { [logger] in try await Server.start(settings, logger: logger) }
            }
            do {
                var addresses: [String] = []
                for server in starting { addresses += [try await server.value.addresses["kafka"] ?? ""] }
                try await body(addresses)
            } catch {
                for server in starting {
                    server.cancel()
                    try? await server.value.shutdown()
                }
                throw error
            }
            for server in starting { try await server.value.shutdown() }
        }
    }

    @Test func threeServersAreOneCluster() async throws {
        try await Self.withServers { addresses in
            let client = try KafkaClient(bootstrapServers: [addresses[1]])
            let admin = KafkaAdmin(client: client)
            try await wait(for: "all nodes to be known") {
                try await admin.describeCluster().brokers.map(\.rack) == ["r1", "r2", "r3"]
            }
            try await admin.createTopic(NewTopic("t", partitions: 3))
            let producer = try KafkaProducer(client: client)
            for partition in 0..<3 {
                _ = try await producer.send(
                    ProducerRecord(topic: "t", partition: Int32(partition), value: ByteSlice("v")))
            }
            await producer.close()
            let report = try await ClusterReport.gather(admin, topics: ["t"])
            #expect(report.partitions.map(\.state.replicas.count) == [3, 3, 3])
            #expect(report.partitions.allSatisfy { $0.state.leader == $0.state.replicas.first })
            #expect(report.counts.map(\.count).suffix(4) == [0, 0, 0, 0])

            // One of them gives up its place, and comes back to lead.
            let tools = ["--bootstrap-server", addresses[0], "--json"]
            try await Tool.run(
                [
                    "reassign", "--topic", "t", "--partition", "0", "--replicas", "2,3", "--throttle", "1000000",
                    "--wait",
                ]
                    + tools)
            #expect(try await admin.describePartitions(of: ["t"])[0].partitions[0].replicas == [2, 3])
            try await Tool.run(["reassign", "--topic", "t", "--replicas", "1,2,3", "--wait"] + tools)
            try await Tool.run(["cluster", "elect", "preferred"] + tools)
            try await Tool.run(["cluster"] + tools)
            try await wait(for: "everyone to lead what is theirs") {
                try await admin.describePartitions(of: ["t"])[0].partitions.map(\.leader) == [1, 2, 3]
            }
            let topic = try await admin.describeConfigs([.topic("t")])[.topic("t")]?.get() ?? []
            #expect(topic.allSatisfy { !$0.name.contains("throttled") || $0.isDefault || $0.value == "" })
            await client.close()
        }
    }
}
