import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import Testing

@testable import Broker

/// Three brokers of one cluster: who leads, what is kept, and what a client notices.
@Suite struct ClusterTests {
    private static let settings = [
        "min.insync.replicas": "2", "replica.lag.time.max.ms": "2000", "replica.fetch.wait.max.ms": "100",
        "replica.fetch.backoff.ms": "100", "flush.messages": "1",
    ]

    /// The values in a node's copy of the first partition of "t".
    private func values(_ cluster: TestCluster, _ id: Int32) throws -> [String] {
        let copy = try #require(cluster[id].partitions.copy(TopicPartition("t", 0)))
        var values: [String] = []
        try copy.log.forEachBatch { batch in
            guard !batch.header.attributes.isControl else { return }
            values += try batch.records().map { $0.value?.string ?? "" }
        }
        return values
    }

    @Test func acknowledgedRecordIsOnAllNodes() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(2).createTopic("t", replicationFactor: 3)
            let leader = try await cluster.leader(of: "t", 0)
            for index in 0..<20 {
                #expect(try await cluster.server(leader).produce("t", ["\(index)"]) == Int64(index))
            }
            for id in 1...3 as ClosedRange<Int32> {
                #expect(try values(cluster, id) == (0..<20).map(String.init))
            }
        }
    }

    @Test func anotherLeadsWhenALeaderIsGone() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", replicationFactor: 3)
            let first = try await cluster.leader(of: "t", 0)
            try await cluster.server(first).produce("t", ["a"])
            // As a process that dies: nothing is handed over.
            cluster.expireSession(of: first)
            let second = try await cluster.leader(of: "t", 0, otherThan: first)
            #expect(try await cluster.server(second).produce("t", ["b"]) == 1)
            // The first one registers again, follows, and comes back in.
            try await cluster.waitForInSync(3, of: "t", 0, seenBy: second)
            #expect(try values(cluster, first) == ["a", "b"])
            let state = try #require(cluster.state("t", 0, seenBy: first))
            #expect(state.leaderEpoch.rawValue >= 1 && state.leader == BrokerID(second))
        }
    }

    @Test func shutdownHandsLeadershipOver() async throws {
        try await TestCluster.with(3, Self.settings) { cluster in
            try await cluster.server(1).createTopic("t", partitions: 3, replicationFactor: 3)
            for index in 0..<3 as Range<Int32> { try await cluster.leader(of: "t", index) }
            let gone = try await cluster.leader(of: "t", 0)
            try await cluster.server(gone).produce("t", ["a"])
            try await cluster.stop(gone)
            let next = try await cluster.leader(of: "t", 0, otherThan: gone)
            #expect(try await cluster.server(next).produce("t", ["b"]) == 1)
            try await cluster.start(gone)
            try await cluster.waitForInSync(3, of: "t", 0, seenBy: next)
            #expect(try values(cluster, gone) == ["a", "b"])
        }
    }
}
