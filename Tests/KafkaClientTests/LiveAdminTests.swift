import Broker
import KafkaClient
import KafkaProtocol
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveAdminTests {
    @Test(arguments: LiveBroker.Way.allCases) func topicsAreCreatedDescribedAndDeleted(way: LiveBroker.Way) async throws
    {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            let cluster = try await admin.describeCluster()
            #expect(cluster.clusterID == live.broker.clusterID)
            #expect(cluster.brokers.map(\.nodeID) == [live.broker.nodeID])

            let results = try await admin.createTopics([
                NewTopic("a", partitions: 3, replicationFactor: 1, configs: ["retention.ms": "1000"]), NewTopic("../x"),
                NewTopic("b"),
            ])
            #expect(try results["a"]?.get().partitions == 3)
            #expect(throws: KafkaClientError.self) { _ = try results["../x"]?.get() }
            let again = await #expect(throws: KafkaClientError.self) { try await admin.createTopic(NewTopic("a")) }
            #expect(again?.errorCode == .topicAlreadyExists)
            #expect(try await admin.listTopics().map(\.name) == ["a", "b"])
            #expect(try await admin.describeTopic("a").partitions.map(\.partition) == [0, 1, 2])

            try await admin.createPartitions(of: "a", totalCount: 5)
            #expect(try await admin.describeTopic("a").partitions.count == 5)
            let entries = try await admin.describeConfigs([.topic("a")])[.topic("a")]?.get() ?? []
            let retention = entries.first { $0.name == "retention.ms" }
            #expect(retention?.value == "1000")
            #expect(retention?.isDefault == false)

            try await admin.deleteTopic("b")
            #expect(try await admin.listTopics().map(\.name) == ["a"])
            let gone = await #expect(throws: KafkaClientError.self) { try await admin.describeTopic("b") }
            #expect(gone?.errorCode == .unknownTopicOrPartition)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func offsetsAreFoundAtTheEndsAndByTime(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            let producer = try KafkaProducer(client: client)
            for index in 1...5 {
                _ = try await producer.send(
                    ProducerRecord(topic: "t", value: nil, timestamp: Timestamp(milliseconds: Int64(index) * 100)))
            }
            await producer.close()
            let partition = TopicPartition("t", 0)
            func offset(_ specification: OffsetSpecification) async throws -> OffsetAndTimestamp? {
                try await admin.listOffsets([partition: specification])[partition]?.get()
            }
            #expect(try await offset(.earliest)?.offset == .zero)
            #expect(try await offset(.latest)?.offset == LogOffset(5))
            #expect(try await offset(.at(Timestamp(milliseconds: 250)))?.offset == LogOffset(2))
            #expect(try await offset(.at(Timestamp(milliseconds: 250)))?.timestamp == Timestamp(milliseconds: 300))
            #expect(try await offset(.at(Timestamp(milliseconds: 501)))?.offset == LogOffset(5))
            let consumer = try KafkaConsumer(client: client, configuration: ConsumerConfiguration())
            #expect(try await consumer.offsets(forTimes: [partition: Timestamp(milliseconds: 501)]).isEmpty)
            #expect(try await consumer.beginningOffsets([partition]) == [partition: .zero])
            #expect(try await consumer.endOffsets([partition]) == [partition: LogOffset(5)])
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func groupOffsetsAreSetListedAndDeleted(way: LiveBroker.Way) async throws
    {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t", partitions: 2))
            let offsets = [
                TopicPartition("t", 0): OffsetAndMetadata(LogOffset(7), metadata: "note"),
                TopicPartition("t", 1): OffsetAndMetadata(LogOffset(9)),
            ]
            try await admin.alterGroupOffsets("g", offsets)
            let listed = try await admin.listGroupOffsets("g")
            #expect(listed.mapValues(\.offset) == offsets.mapValues(\.offset))
            #expect(listed[TopicPartition("t", 0)]?.metadata == "note")
            #expect(try await admin.listGroups().map(\.groupID) == ["g"])
            #expect(try await admin.describeGroup("g").state == "Empty")
            try await admin.deleteGroup("g")
            #expect(try await admin.listGroups().isEmpty)
        }
    }
}
