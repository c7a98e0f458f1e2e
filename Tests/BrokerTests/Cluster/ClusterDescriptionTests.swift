import KafkaProtocol
import LogCore
import RecordFormat
import Testing

@testable import Broker

/// What there is to say of brokers, replicas and quorums where one node is all of them.
@Suite struct ClusterDescriptionTests {
    @Test func topicPartitionsComeInPieces() async throws {
        try await TestBroker.with(["max.request.partition.size.limit": "4"]) { server in
            for (name, count) in [("a", Int32(3)), ("b", 2), ("c", 1)] {
                try await server.createTopic(name, partitions: count)
            }
            let client = try await server.connect()
            func pages(_ topics: [String], limit: Int32) async throws -> [[String]] {
                var request = DescribeTopicPartitionsRequest(
                    topics: topics.map { .init(name: $0) }, responsePartitionLimit: limit)
                var pages: [[String]] = []
                repeat {
                    let answer = try await client.ask(request)
                    pages.append(
                        answer.topics.flatMap { topic in topic.partitions.map { "\(topic.name!)\($0.partitionIndex)" } }
                    )
                    request.cursor = answer.nextCursor.map {
                        .init(topicName: $0.topicName, partitionIndex: $0.partitionIndex)
                    }
                } while request.cursor != nil
                return pages
            }
            #expect(try await pages([], limit: 2) == [["a0", "a1"], ["a2", "b0"], ["b1", "c0"]])
            #expect(try await pages([], limit: 3) == [["a0", "a1", "a2"], ["b0", "b1", "c0"]])
            // The broker's own limit counts too, and there is always progress.
            #expect(try await pages([], limit: 2000) == [["a0", "a1", "a2", "b0"], ["b1", "c0"]])
            #expect(try await pages(["c", "a"], limit: 0) == [["a0"], ["a1"], ["a2"], ["c0"]])
        }
    }

    @Test func topicPartitionsNameWhatIsWrong() async throws {
        try await TestBroker.with { server in
            let id = try await server.createTopic("t")
            let client = try await server.connect()
            let answer = try await client.ask(
                DescribeTopicPartitionsRequest(topics: [.init(name: "t"), .init(name: "u"), .init(name: "a/b")]))
            #expect(answer.topics.map(\.name) == ["a/b", "t", "u"])
            #expect(
                answer.topics.map { ErrorCode.of($0.errorCode) } == [
                    .invalidTopicException, .none, .unknownTopicOrPartition,
                ])
            let topic = answer.topics[1]
            #expect(topic.topicID == id && topic.partitions[0].leaderID == 1 && topic.partitions[0].isrNodes == [1])
            #expect(topic.topicAuthorizedOperations == 0b1101_1111_1000)
            #expect(answer.nextCursor == nil)
            for cursor in [("t", Int32(-1)), ("u", 0)] {
                let refused = try await client.ask(
                    DescribeTopicPartitionsRequest(
                        topics: [.init(name: "t")],
                        cursor: .init(topicName: cursor.0, partitionIndex: cursor.1)))
                #expect(refused.topics.map { ErrorCode.of($0.errorCode) } == [.invalidRequest])
            }
            let beyond = try await client.ask(
                DescribeTopicPartitionsRequest(
                    topics: [.init(name: "t")], cursor: .init(topicName: "t", partitionIndex: 9)))
            #expect(beyond.topics[0].errorCode == 0 && beyond.topics[0].partitions.isEmpty)
        }
    }

    @Test func quorumIsThisNode() async throws {
        try await TestBroker.with(["node.id": "3"]) { server in
            let client = try await server.connect()
            let request = DescribeQuorumRequest(topics: [
                .init(
                    topicName: "__cluster_metadata", partitions: [.init(partitionIndex: 0), .init(partitionIndex: 1)]),
                .init(topicName: "t", partitions: [.init(partitionIndex: 0)]),
            ])
            let before = try await client.ask(request)
            let quorum = before.topics[0].partitions[0]
            #expect(quorum.errorCode == 0 && quorum.leaderID == 3 && quorum.currentVoters.map(\.replicaID) == [3])
            #expect(quorum.observers.isEmpty && quorum.highWatermark == quorum.currentVoters[0].logEndOffset)
            #expect(before.nodes.map(\.nodeID) == [3] && before.nodes[0].listeners[0].port == UInt16(server.port))
            let others = [before.topics[0].partitions[1], before.topics[1].partitions[0]]
            #expect(others.allSatisfy { ErrorCode.of($0.errorCode) == .unknownTopicOrPartition })
            try await server.createTopic("t")
            let after = try await client.ask(request)
            #expect(after.topics[0].partitions[0].highWatermark > quorum.highWatermark)
        }
    }

    @Test func noLeaderNeedsAnElection() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            let client = try await server.connect()
            for type in [Int8(0), 1] {
                let answer = try await client.ask(
                    ElectLeadersRequest(
                        electionType: type,
                        topicPartitions: [.init(topic: "t", partitions: [1, 2]), .init(topic: "u", partitions: [0])],
                        timeoutMs: 1000))
                #expect(answer.errorCode == 0)
                #expect(
                    answer.replicaElectionResults.flatMap(\.partitionResult).map { ErrorCode.of($0.errorCode) } == [
                        .electionNotNeeded, .unknownTopicOrPartition, .unknownTopicOrPartition,
                    ])
            }
            let all = try await client.ask(ElectLeadersRequest(topicPartitions: nil))
            #expect(all.errorCode == 0 && all.replicaElectionResults.isEmpty)
            let unknown = try await client.ask(
                ElectLeadersRequest(electionType: 2, topicPartitions: [.init(topic: "t", partitions: [0])]))
            #expect(ErrorCode.of(unknown.errorCode) == .invalidRequest)
            #expect(
                ErrorCode.of(unknown.replicaElectionResults[0].partitionResult[0].errorCode) == .invalidRequest)
        }
    }

    @Test func nothingIsReassigned() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 6)
            let client = try await server.connect()
            func alter(_ replicas: [Int32]?, _ topic: String = "t", mayChange: Bool = true) async throws -> ErrorCode {
                let answer = try await client.ask(
                    AlterPartitionReassignmentsRequest(
                        timeoutMs: 1000, allowReplicationFactorChange: mayChange,
                        topics: [.init(name: topic, partitions: [.init(partitionIndex: 0, replicas: replicas)])]))
                #expect(answer.errorCode == 0)
                return .of(answer.responses[0].partitions[0].errorCode)
            }
            #expect(try await alter([1]) == .none)
            #expect(try await alter([1], mayChange: false) == .none)
            #expect(try await alter(nil) == .noReassignmentInProgress)
            #expect(try await alter([]) == .invalidReplicaAssignment)
            #expect(try await alter([2]) == .invalidReplicaAssignment)
            #expect(try await alter([1, 2]) == .invalidReplicaAssignment)
            #expect(try await alter([1, 1]) == .invalidReplicaAssignment)
            #expect(try await alter([1], "missing") == .unknownTopicOrPartition)
            let listed = try await client.ask(
                ListPartitionReassignmentsRequest(topics: [.init(name: "t", partitionIndexes: [0])]))
            #expect(listed.errorCode == 0 && listed.topics.isEmpty)
        }
    }

    @Test func logDirectoriesTellSizes() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 2)
            try await server.createTopic("u")
            try await server.produce("t", partition: 1, ["some bytes"])
            let client = try await server.connect()
            let all = try await client.ask(DescribeLogDirsRequest(topics: nil))
            #expect(all.errorCode == 0 && all.results.count == 1 && all.results[0].errorCode == 0)
            let result = all.results[0]
            #expect(result.topics.map(\.name) == ["t", "u"])
            let partitions = result.topics[0].partitions
            #expect(partitions.map(\.partitionIndex) == [0, 1] && partitions[0].partitionSize == 0)
            let size = server.broker.partitions.copy(TopicPartition("t", 1))?.log.size
            #expect(partitions[1].partitionSize == Int64(size ?? -1) && partitions[1].partitionSize > 60)
            #expect(partitions.allSatisfy { $0.offsetLag == 0 && !$0.isFutureKey })
            #expect(result.usableBytes > 0 && result.totalBytes >= result.usableBytes)
            let some = try await client.ask(
                DescribeLogDirsRequest(topics: [.init(topic: "t", partitions: [1, 7]), .init(topic: "v")]))
            #expect(some.results[0].topics.map { $0.partitions.map(\.partitionIndex) } == [[1]])
            try await moves(client, within: result.logDir)
        }
    }

    private func moves(_ client: TestConnection, within directory: String) async throws {
        for (path, topic, code) in [
            (directory, "t", ErrorCode.none), (directory, "missing", .replicaNotAvailable),
            ("/elsewhere", "t", .logDirNotFound),
        ] {
            let answer = try await client.ask(
                AlterReplicaLogDirsRequest(dirs: [
                    .init(path: path, topics: [.init(name: topic, partitions: [0])])
                ]))
            #expect(answer.results.map(\.topicName) == [topic])
            #expect(answer.results[0].partitions.map { ErrorCode.of($0.errorCode) } == [code])
        }
        let twice = try await client.ask(
            AlterReplicaLogDirsRequest(
                dirs: [directory, "/elsewhere"].map { .init(path: $0, topics: [.init(name: "t", partitions: [0])]) }))
        #expect(twice.results.count == 1)
        #expect(twice.results[0].partitions.map { ErrorCode.of($0.errorCode) } == [.none, .logDirNotFound])
    }
}
