import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import Synchronization
import Testing

@testable import Broker

/// A leader whose follower is the test: node 1 leads the only partition of a topic in epoch 5, and the test is node 2.
enum FollowedLeader {
    /// The proposals of a leader, and whether they are accepted.
    final class Proposals: Sendable {
        private let all = Mutex<[InSyncProposal]>([])

        var members: [[Int32]] { all.withLock { $0.map { $0.state.inSyncReplicas.map(\.rawValue) } } }

        func add(_ proposal: InSyncProposal) { all.withLock { $0.append(proposal) } }
    }

    /// Runs `body` against node 1, which leads the only partition of a topic in epoch 5 with node 2 in sync.
    ///
    /// - Parameter name: "t", or the topic by which groups or transactions are coordinated; there is a "t" in any case.
    static func with(
        _ settings: [String: String] = [:], of name: String = "t",
        topic: [String: String] = ["min.insync.replicas": "2"], inSync: [Int32] = [1, 2],
        rackOfFollower rack: String? = nil,
        _ body: (TestBroker, TopicID, Proposals) async throws -> Void
    ) async throws {
        let directory = try TestDirectory()
        let counts = ["offsets.topic.num.partitions": "1", "transaction.state.log.num.partitions": "1"]
        let id = try await TestBroker.with(counts, in: directory) { server in
            try await server.createTopic("t", configs: topic)
            if name != "t" {
                // Looking for a coordinator makes its topic.
                let kind: Int8 = name == InternalTopics.transactionState ? 1 : 0
                _ = try await server.ask(FindCoordinatorRequest(keyType: kind, coordinatorKeys: ["any"]))
            }
            var topic = try #require(server.broker.metadata.image.topic(name))
            topic.partitions = [try .led(by: 1, in: 5, [1, 2], inSync: inSync)]
            try await server.broker.metadata.put(topic)
            return topic.id
        }
        let proposals = Proposals()
        let server = try await TestBroker.start(settings, in: directory) { store, pool, now in
            SharedMetadata(
                try LocalMetadataStore(store: store, pool: pool, now: now),
                replication: .test(1, of: 2, store) { proposal, _, completion in
                    proposals.add(proposal)
                    completion(.accepted)
                }
            ) { image in
                var image = image
                image.brokers = .test(2)
                image.set(
                    ClusterImage.Node(id: 2, endpoints: ["PLAINTEXT": .init(host: "two", port: 9002)], rack: rack))
                return image
            }
        }
        do {
            try await body(server, id, proposals)
            try await server.broker.shutdown()
        } catch {
            try? await server.broker.shutdown()
            throw error
        }
    }

    static func fetch(
        _ id: TopicID, from offset: Int64, last: Int32 = -1, leaderEpoch: Int32 = 5, follower: Int32 = 2,
        brokerEpoch: Int64 = 1, start: Int64 = 0, wait: Int32 = 0
    ) -> FetchRequest {
        FetchRequest(
            replicaState: .init(replicaID: follower, replicaEpoch: brokerEpoch), maxWaitMs: wait, minBytes: 1,
            topics: [
                .init(
                    topicID: id,
                    partitions: [
                        .init(
                            partition: 0, currentLeaderEpoch: leaderEpoch, fetchOffset: offset,
                            lastFetchedEpoch: last, logStartOffset: start, partitionMaxBytes: 1 << 20)
                    ])
            ])
    }
}
