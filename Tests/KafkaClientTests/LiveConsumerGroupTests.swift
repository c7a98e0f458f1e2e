import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveConsumerGroupTests {
    @Test(arguments: LiveBroker.Way.allCases) func classicGroupsAreDescribed(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t", partitions: 2))
            let consumer = try KafkaConsumer(
                client: client,
                configuration: ConsumerConfiguration(groupID: "g", groupInstanceID: "i", autoOffsetReset: .earliest))
            try await consumer.subscribe(to: ["t"])
            while consumer.assignment.count < 2 { _ = try await consumer.poll(timeout: .milliseconds(50)) }
            let group = try await admin.describeConsumerGroup("g")
            #expect(group.type == .classic && group.state == "Stable" && !group.isSimple && !group.isMixed)
            #expect(group.assignor == "range" && group.coordinator == live.broker.nodeID)
            #expect(group.members.map(\.partitions) == [[TopicPartition("t", 0), TopicPartition("t", 1)]])
            #expect(group.members.map(\.groupInstanceID) == ["i"] && group.members.map(\.clientID) == ["test"])
            #expect(try await admin.listConsumerGroups().map(\.groupID) == ["g"])
            #expect(try await admin.listConsumerGroups().map(\.type) == [.classic])
            await consumer.close()
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func groupsOfOffsetsAreSimple(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t"))
            try await admin.alterGroupOffsets("o", [TopicPartition("t", 0): OffsetAndMetadata(LogOffset(1))])
            let group = try await admin.describeConsumerGroup("o")
            #expect(group.isSimple && group.state == "Empty" && group.members.isEmpty && group.assignor.isEmpty)
            let missing = await #expect(throws: KafkaClientError.self) {
                try await admin.describeConsumerGroup("none")
            }
            #expect(missing?.errorCode == .groupIDNotFound)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func groupsOfTheConsumerProtocolAreDescribed(
        way: LiveBroker.Way
    ) async throws {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t"))
            // Which finds the coordinator, and has its topic made.
            _ = try await admin.listGroupOffsets("m")
            // A member without heartbeats to come: the group has it for a session's time.
            let response = try await client.transport.call(
                BrokerCall<ConsumerGroupHeartbeatRequest>(versions: 0...1, timeout: .seconds(10)) { _ in
                    ConsumerGroupHeartbeatRequest(
                        groupID: "m", memberID: "AAAAAAAAAAAAAAAAAAAAAA", memberEpoch: 0, rebalanceTimeoutMs: 10_000,
                        subscribedTopicNames: ["t"], topicPartitions: [])
                }, to: .any)
            #expect(response.errorCode == 0)
            let group = try await admin.describeConsumerGroup("m")
            #expect(group.type == .consumer && !group.isSimple && !group.isMixed)
            #expect(group.members.map(\.memberID) == ["AAAAAAAAAAAAAAAAAAAAAA"])
            #expect(try await admin.listConsumerGroups().first { $0.groupID == "m" }?.type == .consumer)
        }
    }
}
