import EventStore
import Foundation
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Testing

@testable import Broker

@Suite struct TopicTests {
    typealias Topic = CreateTopicsRequest.CreatableTopic

    private func create(
        _ server: TestBroker, _ topics: Topic..., validateOnly: Bool = false
    ) async throws -> [(ErrorCode, String?)] {
        let response = try await server.ask(CreateTopicsRequest(topics: topics, validateOnly: validateOnly))
        return response.topics.map { (.of($0.errorCode), $0.errorMessage) }
    }

    private func refusal(_ server: TestBroker, _ topic: Topic) async throws -> ErrorCode {
        let before = server.broker.metadata.image.topics.count
        let tried = try await create(server, topic, validateOnly: true)[0].0
        let (code, message) = try await create(server, topic)[0]
        #expect(code == tried && message != nil)
        #expect(server.broker.metadata.image.topics.count == before)
        return code
    }

    @Test func badRequestsAreRefusedAndChangeNothing() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("a.b")
            for name in [
                "", ".", "..", "a/b", "../x", "a b", "ä", String(repeating: "n", count: 250), "__millrace_metadata",
                "a_b",
            ] {
                let code = try await refusal(server, Topic(name: name, numPartitions: 1, replicationFactor: 1))
                #expect(code == .invalidTopicException, "\(name)")
            }
            #expect(
                try await refusal(server, Topic(name: "a.b", numPartitions: 1, replicationFactor: 1))
                    == .topicAlreadyExists)
            #expect(
                try await refusal(server, Topic(name: "t", numPartitions: 0, replicationFactor: 1))
                    == .invalidPartitions)
            #expect(
                try await refusal(server, Topic(name: "t", numPartitions: -2, replicationFactor: 1))
                    == .invalidPartitions)
            #expect(
                try await refusal(server, Topic(name: "t", numPartitions: 1, replicationFactor: 0))
                    == .invalidReplicationFactor)
            for configs in [
                [Topic.Config(name: "no.such", value: "1")], [.init(name: "retention.ms", value: "soon")],
                [.init(name: "cleanup.policy", value: "burn")], [.init(name: "segment.bytes", value: "1")],
                [.init(name: "retention.ms", value: "1"), .init(name: "retention.ms", value: "2")],
            ] {
                #expect(
                    try await refusal(
                        server, Topic(name: "t", numPartitions: 1, replicationFactor: 1, configs: configs))
                        == .invalidConfig)
            }
            let elsewhere = Topic(
                name: "t", numPartitions: -1, replicationFactor: -1,
                assignments: [.init(partitionIndex: 0, brokerIDs: [2])])
            #expect(try await refusal(server, elsewhere) == .invalidReplicaAssignment)
            let gap = Topic(
                name: "t", numPartitions: -1, replicationFactor: -1,
                assignments: [.init(partitionIndex: 1, brokerIDs: [1])])
            #expect(try await refusal(server, gap) == .invalidReplicaAssignment)
            let both = Topic(
                name: "t", numPartitions: 2, replicationFactor: 1,
                assignments: [.init(partitionIndex: 0, brokerIDs: [1])])
            #expect(try await refusal(server, both) == .invalidRequest)
            let twice = try await create(
                server, Topic(name: "t", numPartitions: 1, replicationFactor: 1),
                Topic(name: "t", numPartitions: 1, replicationFactor: 1))
            #expect(twice.map(\.0) == [.invalidRequest, .invalidRequest])
        }
    }

    @Test func threeReplicasOnOneBrokerAreRefusedInKafkasWords() async throws {
        try await TestBroker.with { server in
            let (code, message) = try await create(server, Topic(name: "t", numPartitions: 1, replicationFactor: 3))[0]
            #expect(code == .invalidReplicationFactor)
            #expect(
                message
                    == "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 "
                    + "broker(s) are registered.")
        }
    }

    @Test func defaultsAndAssignmentsSayHowManyPartitions() async throws {
        try await TestBroker.with(["num.partitions": "4"]) { server in
            let assigned = Topic(
                name: "assigned", numPartitions: -1, replicationFactor: -1,
                assignments: (0..<3).map { .init(partitionIndex: $0, brokerIDs: [1]) })
            let codes = try await create(
                server, Topic(name: "defaults", numPartitions: -1, replicationFactor: -1), assigned,
                Topic(
                    name: "null", numPartitions: 1, replicationFactor: -1,
                    configs: [.init(name: "retention.ms", value: nil)]))
            #expect(codes.map(\.0) == [.none, .none, .none])
            #expect(server.broker.partitions.topic("defaults")?.partitions.count == 4)
            #expect(server.broker.partitions.topic("assigned")?.partitions.count == 3)
            #expect(server.broker.metadata.image.topic("null")?.configuration == [:])
        }
    }

    @Test func partitionsAreAddedAndNeverTaken() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", partitions: 2)
            try await server.makeGroupsReady()
            func extend(
                _ name: String, _ count: Int32, _ assignments: [[Int32]]? = nil, validateOnly: Bool = false
            ) async throws -> ErrorCode {
                let response = try await server.ask(
                    CreatePartitionsRequest(
                        topics: [
                            .init(name: name, count: count, assignments: assignments?.map { .init(brokerIDs: $0) })
                        ],
                        validateOnly: validateOnly))
                return .of(response.results[0].errorCode)
            }
            #expect(try await extend("t", 2) == .invalidPartitions)
            #expect(try await extend("t", 1) == .invalidPartitions)
            #expect(try await extend("t", 3, [[2]]) == .invalidReplicaAssignment)
            #expect(try await extend("t", 4, [[1]]) == .invalidReplicaAssignment)
            #expect(try await extend("t", 4, validateOnly: true) == .none)
            #expect(server.broker.partitions.topic("t")?.partitions.count == 2)
            #expect(try await extend("t", 3, [[1]]) == .none)
            try await server.produce("t", partition: 2, ["a"])
            #expect(try await extend("__consumer_offsets", 99) == .invalidTopicException)
        }
    }

    @Test func deletedTopicLeavesNothingAndItsNameStartsAnew() async throws {
        try await TestBroker.with { server in
            let first = try await server.createTopic("t", partitions: 2)
            try await server.makeGroupsReady()
            try await server.produce("t", ["a", "b"])
            _ = try await server.ask(
                OffsetCommitRequest(
                    groupID: "g",
                    topics: [
                        .init(
                            name: "t", partitions: [.init(partitionIndex: 0, committedOffset: 2, committedMetadata: "")]
                        )
                    ]),
                version: 9)
            _ = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(try server.directory.names().allSatisfy { !$0.hasPrefix("t-") })
            #expect(server.broker.metadata.deletions.isEmpty)
            let second = try await server.createTopic("t", partitions: 2)
            #expect(second != first)
            #expect(try await server.values("t") == [])
            #expect(try await server.produce("t", ["c"]) == 0)
            let offsets = try await server.ask(
                OffsetFetchRequest(groups: [.init(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0])])]),
                version: 9)
            #expect(offsets.groups[0].topics[0].partitions[0].committedOffset == -1)
            let old = try await server.ask(
                FetchRequest(topics: [.init(topicID: first, partitions: [.init(partitionMaxBytes: 1_000)])]))
            #expect(ErrorCode.of(old.only.errorCode) == .unknownTopicID)
        }
    }

    @Test func deletionCanBeForbiddenAndNeverTakesTheBrokersOwn() async throws {
        try await TestBroker.with { server in
            try await server.makeGroupsReady()
            let own = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "__consumer_offsets")]))
            #expect(ErrorCode.of(own.responses[0].errorCode) == .invalidTopicException)
        }
        try await TestBroker.with(["delete.topic.enable": "false"]) { server in
            try await server.createTopic("t")
            let answer = try await server.ask(DeleteTopicsRequest(topics: [.init(name: "t")]))
            #expect(ErrorCode.of(answer.responses[0].errorCode) == .topicDeletionDisabled)
        }
    }

    @Test func autoCreationFollowsTheSetting() async throws {
        try await TestBroker.with { server in
            let names = (0..<10).map { "made-\($0)" }
            // Many clients ask for the same topics at the same time.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        let answer = try await server.ask(MetadataRequest(topics: names.map { .init(name: $0) }))
                        #expect(answer.topics.allSatisfy { $0.errorCode == 0 && $0.partitions.count == 1 })
                    }
                }
                try await group.waitForAll()
            }
            let own = try await server.ask(MetadataRequest(topics: [.init(name: "__consumer_offsets")]))
            #expect(own.topics[0].isInternal && own.topics[0].partitions.count == 3)
            #expect(
                server.broker.metadata.image.topic("__consumer_offsets")?.configuration["cleanup.policy"] == "compact")
        }
        try await TestBroker.with(["auto.create.topics.enable": "false"]) { server in
            let answer = try await server.ask(MetadataRequest(topics: [.init(name: "t")]))
            #expect(ErrorCode.of(answer.topics[0].errorCode) == .unknownTopicOrPartition)
        }
    }

    @Test func topicThatCannotBeOpenedIsTakenBack() async throws {
        try await TestBroker.with { server in
            try FileManager.default.createDirectory(
                atPath: server.directory.path + "/t-1", withIntermediateDirectories: false)
            try "version: 0\ntopic_id: \(TopicID.random())\n".write(
                toFile: server.directory.path + "/t-1/partition.metadata", atomically: false, encoding: .utf8)
            let (code, message) = try await create(server, Topic(name: "t", numPartitions: 2, replicationFactor: 1))[0]
            #expect(code == .unsupportedForMessageFormat && message?.contains("belongs to topic id") == true)
            #expect(server.broker.metadata.image.topic("t") == nil)
            #expect(try server.directory.names().filter { $0.hasPrefix("t-") } == ["t-1"])
            try FileManager.default.removeItem(atPath: server.directory.path + "/t-1")
            try await server.createTopic("t", partitions: 2)
            try await server.produce("t", partition: 1, ["a"])
        }
    }
}

extension CreateTopicsRequest.CreatableTopic {
    fileprivate typealias Config = CreateTopicsRequest.CreatableTopicConfig
}
