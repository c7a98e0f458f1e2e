import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import Replication
import Testing

@testable import Broker

/// What a node answers for partitions that others lead.
@Suite struct OtherNodesTests {
    /// The partitions of topic "t": one that is led here, one of which another node has the only copy, one whose leader
    /// cannot be reached by this listener and which has a copy here, one that nobody leads.
    private static let states: [(leader: Int32?, replicas: [Int32])] = [
        (1, [1, 2]), (2, [2]), (3, [3, 1]), (nil, [4, 2]),
    ]

    /// Runs `body` against a node of a cluster: node 2 is reached as it is, node 3 by another listener only.
    private func withCluster(_ body: (TestBroker, TopicID) async throws -> Void) async throws {
        let directory = try TestDirectory()
        let settings = ["transaction.state.log.num.partitions": "3", "offsets.topic.num.partitions": "3"]
        let id = try await TestBroker.with(settings, in: directory) { server in
            let id = try await server.createTopic("t", partitions: Int32(Self.states.count))
            try await server.makeGroupsReady()
            try await server.broker.makeInternalTopic(InternalTopics.transactionState)
            for name in ["t", InternalTopics.consumerOffsets, InternalTopics.transactionState] {
                var topic = try #require(server.broker.metadata.image.topic(name))
                for index in topic.partitions.indices {
                    // Of the cluster's own topics the other node has everything.
                    let (leader, replicas) = name == "t" ? Self.states[index] : (2, [2, 1])
                    topic.partitions[index] = try .led(by: leader, in: 5, replicas)
                }
                try await server.broker.metadata.put(topic)
            }
            return id
        }
        let server = try await TestBroker.start(settings, in: directory) { store, pool, now in
            SharedMetadata(try LocalMetadataStore(store: store, pool: pool, now: now)) { image in
                var image = image
                image.set(
                    ClusterImage.Node(
                        id: 2, endpoints: ["PLAINTEXT": .init(host: "two", port: 9002)], rack: "west"))
                image.set(ClusterImage.Node(id: 3, endpoints: ["INNER": .init(host: "three", port: 9003)]))
                image.controller = 2
                return image
            }
        }
        do {
            try await body(server, id)
            try await server.broker.shutdown()
        } catch {
            try? await server.broker.shutdown()
            throw error
        }
    }

    @Test func metadataNameThoseThatCanBeReached() async throws {
        try await withCluster { server, _ in
            let answer = try await server.ask(MetadataRequest(topics: [.init(name: "t")]))
            #expect(answer.brokers.map(\.nodeID) == [1, 2] && answer.controllerID == 2)
            #expect(answer.brokers[1].host == "two" && answer.brokers[1].port == 9002)
            #expect(answer.brokers[1].rack == "west" && answer.brokers[0].port == Int32(server.port))
            let partitions = answer.topics[0].partitions
            #expect(partitions.map(\.leaderID) == [1, 2, -1, -1] && partitions.allSatisfy { $0.leaderEpoch == 5 })
            #expect(
                partitions.map { ErrorCode.of($0.errorCode) } == [.none, .none, .listenerNotFound, .leaderNotAvailable])
            #expect(partitions.map(\.offlineReplicas) == [[], [], [3], [4]])
            #expect(partitions.map(\.replicaNodes) == Self.states.map(\.replicas))
            let old = try await server.ask(MetadataRequest(topics: [.init(name: "t")]), version: 5)
            #expect(ErrorCode.of(old.topics[0].partitions[2].errorCode) == .leaderNotAvailable)
            let described = try await server.ask(DescribeTopicPartitionsRequest(topics: [.init(name: "t")]))
            #expect(described.topics[0].partitions.map(\.leaderID) == [1, 2, -1, -1])
            #expect(described.topics[0].partitions.map(\.offlineReplicas) == [[], [], [3], [4]])
            let cluster = try await server.ask(DescribeClusterRequest())
            #expect(cluster.brokers.map(\.brokerID) == [1, 2] && cluster.controllerID == 2)
        }
    }

    @Test func producersArePointedToTheLeader() async throws {
        try await withCluster { server, id in
            #expect(try await server.produce("t", ["here"]) == 0)
            for index in Self.states.indices.dropFirst() {
                let request = ProduceRequest(
                    acks: 1, timeoutMs: 1_000,
                    topicData: [
                        .init(
                            topicID: id,
                            partitionData: [
                                .init(index: Int32(index), records: try TestRecords.batch(["elsewhere"]))
                            ])
                    ])
                let response = try await server.ask(request)
                let answer = response.responses[0].partitionResponses[0]
                #expect(ErrorCode.of(answer.errorCode) == .notLeaderOrFollower && answer.baseOffset == -1)
                #expect(answer.currentLeader.leaderID == Self.states[index].leader ?? -1)
                #expect(answer.currentLeader.leaderEpoch == 5)
                #expect(response.nodeEndpoints.map(\.host) == (index == 1 ? ["two"] : []))
            }
            let missing = try await server.produce("t", partition: 9, TestRecords.batch(["nowhere"]))
            #expect(ErrorCode.of(missing.errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test func readersArePointedToTheLeaderAtOnce() async throws {
        try await withCluster { server, id in
            try await server.produce("t", ["here"])
            #expect(try await server.values("t") == ["here"])
            for index in Self.states.indices.dropFirst() {
                let request = FetchRequest(
                    // Nobody would wait for that long.
                    maxWaitMs: 3_600_000, minBytes: 1,
                    topics: [
                        .init(
                            topicID: id,
                            partitions: [.init(partition: Int32(index), fetchOffset: 0, partitionMaxBytes: 1_000)])
                    ])
                let answer = try await server.ask(request)
                #expect(ErrorCode.of(answer.only.errorCode) == .notLeaderOrFollower)
                #expect(answer.only.currentLeader.leaderID == Self.states[index].leader ?? -1)
                #expect(answer.nodeEndpoints.map(\.port) == (index == 1 ? [9002] : []))
            }
        }
    }

    @Test func whatOnlyTheLeaderKnowsIsRefused() async throws {
        try await withCluster { server, id in
            let numbers = Self.states.indices.map { Int32($0) } + [9]
            let expected: [ErrorCode] =
                [.none, .notLeaderOrFollower, .notLeaderOrFollower, .notLeaderOrFollower, .unknownTopicOrPartition]
            let offsets = try await server.ask(
                ListOffsetsRequest(
                    replicaID: -1,
                    topics: [.init(name: "t", partitions: numbers.map { .init(partitionIndex: $0, timestamp: -1) })]))
            #expect(offsets.topics[0].partitions.map { ErrorCode.of($0.errorCode) } == expected)
            let epochs = try await server.ask(
                OffsetForLeaderEpochRequest(
                    replicaID: -1,
                    topics: [.init(topic: "t", partitions: numbers.map { .init(partition: $0, leaderEpoch: 5) })]))
            #expect(epochs.topics[0].partitions.map { ErrorCode.of($0.errorCode) } == expected)
            let deleted = try await server.ask(
                DeleteRecordsRequest(
                    topics: [.init(name: "t", partitions: numbers.map { .init(partitionIndex: $0, offset: 0) })],
                    timeoutMs: 1_000))
            #expect(deleted.topics[0].partitions.map { ErrorCode.of($0.errorCode) } == expected)
            let producers = try await server.ask(
                DescribeProducersRequest(topics: [.init(name: "t", partitionIndexes: numbers)]))
            #expect(producers.topics[0].partitions.map { ErrorCode.of($0.errorCode) } == expected)
            let markers = try await server.ask(
                WriteTxnMarkersRequest(
                    markers: [
                        .init(
                            producerID: 1, producerEpoch: 0, transactionResult: true,
                            topics: [.init(name: "t", partitionIndexes: [1, 9])], coordinatorEpoch: 0)
                    ]))
            #expect(
                markers.markers[0].topics[0].partitions.map { ErrorCode.of($0.errorCode) } == [
                    .notLeaderOrFollower, .unknownTopicOrPartition,
                ])
        }
    }

    @Test func coordinatorsAreTheLeadersOfTheirTopics() async throws {
        try await withCluster { server, _ in
            for type: Int8 in [0, 1] {
                let found = try await server.ask(FindCoordinatorRequest(keyType: type, coordinatorKeys: ["a", "b"]))
                #expect(found.coordinators.allSatisfy { $0.errorCode == 0 && $0.nodeID == 2 && $0.host == "two" })
            }
            let heartbeat = try await server.ask(HeartbeatRequest(groupID: "a", generationID: 1, memberID: "m"))
            #expect(ErrorCode.of(heartbeat.errorCode) == .notCoordinator)
            let commit = try await server.ask(
                OffsetCommitRequest(
                    groupID: "a", topics: [.init(name: "t", partitions: [.init(partitionIndex: 1, committedOffset: 1)])]
                ),
                version: 9)
            #expect(ErrorCode.of(commit.topics[0].partitions[0].errorCode) == .notCoordinator)
            let transaction = try await server.ask(
                InitProducerIdRequest(transactionalID: "a", transactionTimeoutMs: 1_000))
            #expect(ErrorCode.of(transaction.errorCode) == .notCoordinator)
            // Neither is here to be listed.
            #expect(try await server.ask(ListGroupsRequest()).groups.isEmpty)
        }
    }
}
