import LogCore
import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

/// A controller with thousands of partitions, whose nodes are in the store only.
@Suite struct ManyPartitionsTests {
    /// The keys that were written, as often as they were.
    private final class Written: Sendable {
        private let all = Mutex<[String]>([])

        var keys: [String] { all.withLock { $0 } }

        func note(_ write: ClusterWrite) {
            for case .put(let key, _, _) in write.changes { all.withLock { $0.append(key) } }
        }
    }

    /// Makes a node that is there and does nothing.
    private func register(_ id: Int32, in store: MemoryClusterStore) async throws {
        let client = store.client()
        let session = try await client.openSession(timeout: .seconds(10))
        let origin = BrokerRegistration.Origin(directory: UInt64(id), boot: 1, endedCleanly: true)
        let registration = BrokerRegistration(id: BrokerID(id), origin: origin, succeeding: nil).admitted
        _ = try await client.write(
            ClusterWrite(
                if: [],
                [
                    .put(
                        ClusterKey.registration(BrokerID(id)).text,
                        try ClusterJSON.encode(RegistrationValue(registration, endpoints: [:]))),
                    .put(
                        ClusterKey.session(BrokerID(id)).text, Array(String(registration.epoch.rawValue).utf8),
                        session: session.id),
                ]))
    }

    @Test func partitionsOfANodeThatIsGoneAreWrittenOnceEach() async throws {
        let count = 2_000
        try await TestCluster.with(1) { cluster in
            _ = try await cluster.controller()
            for id in 2...3 as ClosedRange<Int32> { try await register(id, in: cluster.store) }
            let state = PartitionState(
                replicas: [BrokerID(2), BrokerID(3)], inSyncReplicas: [BrokerID(2), BrokerID(3)])
            let topic = ClusterImage.Topic(
                name: "many", id: .random(), partitions: Array(repeating: state, count: count), configuration: [:])
            _ = try await cluster.store.client().write(
                ClusterWrite(
                    if: [], [.put(ClusterKey.topic("many").text, try ClusterJSON.encode(TopicValue(topic)))]))
            try await wait(for: "the topic") { cluster[1].metadata.image.topic("many")?.partitions.count == count }
            let written = Written()
            cluster.store.setFate { write in
                written.note(write)
                return .normal
            }
            cluster.expireSession(of: 2)
            try await wait(for: "node 3 to lead all") {
                cluster[1].metadata.image.topic("many")?.partitions.allSatisfy { $0.leader == BrokerID(3) } == true
            }
            let expected = (0..<Int32(count)).map { ClusterKey.partition(PartitionID(topic: topic.id, index: $0)).text }
            #expect(written.keys.filter { $0.hasPrefix("partitions/") }.sorted() == expected.sorted())
        }
    }
}
