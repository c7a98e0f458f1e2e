import KafkaClient
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// What this project's own client notices of a cluster whose leaders change.
@Suite struct ClusterClientTests {
    private static let settings = [
        "min.insync.replicas": "2", "replica.lag.time.max.ms": "2000", "replica.fetch.wait.max.ms": "100",
        "replica.fetch.backoff.ms": "100", "flush.messages": "1", "default.replication.factor": "3",
        "num.partitions": "3",
    ]

    private final class Count: Sendable { let value = Mutex(0) }

    private func client(of cluster: TestCluster) throws -> KafkaClient {
        try KafkaClient(
            bootstrapServers: (1...3 as ClosedRange<Int32>).map { "127.0.0.1:\(cluster.server($0).port)" },
            configuration: KafkaClientConfiguration(requestTimeout: .seconds(5)))
    }

    /// Every acknowledged record is there once, and each partition's are in the order in which they were sent.
    @Test func producerFollowsLeadersWithoutLossOrDuplicates() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            let client = try client(of: cluster)
            let producer = try KafkaProducer(client: client)
            let rounds = 6
            let acknowledged = Count()
            let sending = (0..<3 as Range<Int32>).map { partition in
                Task {
                    for number in 0..<200 {
                        _ = try await producer.send(
                            ProducerRecord(topic: "t", partition: partition, value: ByteSlice("\(number)")))
                        acknowledged.value.withLock { $0 += 1 }
                    }
                }
            }
            for round in 1...rounds {
                try await wait(for: "records to be acknowledged") { acknowledged.value.withLock { $0 } >= round * 80 }
                let leader = try await cluster.leader(of: "t", Int32(round % 3))
                if round.isMultiple(of: 3) {
                    try await cluster.stop(leader)
                    try await cluster.start(leader, ["listeners": "PLAINTEXT://127.0.0.1:0"])
                } else {
                    cluster.expireSession(of: leader)
                }
            }
            for task in sending { try await task.value }
            for partition in 0..<3 as Range<Int32> {
                let leader = try await cluster.leader(of: "t", partition)
                #expect(
                    try await cluster.server(leader).values("t", partition: partition) == (0..<200).map(String.init))
            }
            await producer.close()
            await client.close()
        }
    }

    /// The client's view of the cluster is that of any other tool.
    @Test func clientSeesTheCluster() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            for index in 0..<3 as Range<Int32> { try await cluster.leader(of: "t", index) }
            let controller = try await cluster.controller()
            let client = try client(of: cluster)
            let seen = try await client.cluster()
            #expect(seen.brokers.map(\.nodeID).sorted() == [1, 2, 3])
            #expect(seen.brokers.compactMap(\.rack).sorted() == ["rack1", "rack2", "rack3"])
            #expect(seen.controllerID == controller && seen.clusterID == cluster[1].clusterID)
            #expect(Set((1...3 as ClosedRange<Int32>).map { cluster[$0].clusterID }).count == 1)
            let partitions = try await client.partitions(of: "t")
            #expect(Set(partitions.compactMap(\.leader)) == [1, 2, 3])
            await client.close()
        }
    }
}
