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

    /// What one node says of leaders and replicas; more is said by several.
    @Test(arguments: LiveBroker.Way.allCases) func partitionsAreReassignedAndElected(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("a", partitions: 3))
            try await admin.createTopic(NewTopic("b", partitions: 2))
            let node = live.broker.nodeID
            let (there, nowhere) = (TopicPartition("a", 1), TopicPartition("a", 9))

            let begun = try await admin.reassign([there: [node], TopicPartition("b", 0): [node + 1], nowhere: [node]])
            #expect(begun.count == 3)
            try begun[there]?.get()
            func code<Value>(_ result: Result<Value, KafkaClientError>?) -> ErrorCode? {
                if case .failure(let error) = result { error.errorCode } else { nil }
            }
            #expect(code(begun[TopicPartition("b", 0)]) == .invalidReplicaAssignment)
            #expect(code(begun[nowhere]) == .unknownTopicOrPartition)
            #expect(code(try await admin.reassign([there: nil])[there]) == .noReassignmentInProgress)
            #expect(try await admin.reassign([:]).isEmpty)
            #expect(try await admin.reassignments() == [])
            #expect(try await admin.reassignments(of: [there]) == [])
            #expect(try await admin.reassignments(of: []) == [])

            for kind in [ElectionKind.preferred, .unclean] {
                let elected = try await admin.electLeaders(kind, of: [there, nowhere])
                #expect(code(elected[there]) == .electionNotNeeded)
                #expect(code(elected[nowhere]) == .unknownTopicOrPartition)
                #expect(try await admin.electLeaders(kind).isEmpty)
            }
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func partitionsAreDescribedPageByPage(way: LiveBroker.Way) async throws {
        // Two partitions to a page: a topic of five goes over three pages.
        try await LiveBroker.with(way, settings: ["max.request.partition.size.limit": "2"]) { live, client in
            let admin = KafkaAdmin(client: client)
            for (topic, count) in [("a", 5), ("b", 1), ("c", 2)] {
                try await admin.createTopic(NewTopic(topic, partitions: Int32(count)))
            }
            let described = try await admin.describePartitions()
            #expect(described.map(\.name) == ["a", "b", "c"])
            #expect(described.map { $0.partitions.map(\.partition) } == [[0, 1, 2, 3, 4], [0], [0, 1]])
            let first = try #require(described.first?.partitions.first)
            let node = live.broker.nodeID
            #expect(first.leader == node)
            #expect(first.replicas == [node])
            #expect(first.inSyncReplicas == [node])
            #expect(first.eligibleLeaderReplicas == [])
            #expect(try await admin.describePartitions(of: ["c", "a"]).map(\.name) == ["a", "c"])
            let unknown = await #expect(throws: KafkaClientError.self) {
                try await admin.describePartitions(of: ["a", "none"])
            }
            #expect(unknown?.errorCode == .unknownTopicOrPartition)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func singleSettingsAreChanged(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t", configs: ["retention.ms": "1000"]))
            func value(_ name: String, of resource: ConfigResource) async throws -> String? {
                try await admin.describeConfigs([resource])[resource]?.get().first { $0.name == name }?.value
            }
            let list = "leader.replication.throttled.replicas"
            try await admin.changeConfigs(of: .topic("t"), [ConfigChange(list, .append, "0:2")])
            #expect(try await value(list, of: .topic("t")) == "0:2")
            try await admin.changeConfigs(of: .topic("t"), [.set(list, "0:1,0:3"), .delete("retention.ms")])
            #expect(try await value(list, of: .topic("t")) == "0:1,0:3")
            #expect(try await value("retention.ms", of: .topic("t")) == "604800000")
            let broker = ConfigResource.broker(live.broker.nodeID)
            try await admin.changeConfigs(of: broker, [.set("leader.replication.throttled.rate", "4096")])
            #expect(try await value("leader.replication.throttled.rate", of: broker) == "4096")
            let unknown = await #expect(throws: KafkaClientError.self) {
                try await admin.changeConfigs(of: .topic("none"), [.set(list, "0:1")])
            }
            #expect(unknown?.errorCode == .unknownTopicOrPartition)
        }
    }
}
