import ConnectAPI
import KafkaClient
import LogHarness
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct TopicCreationTests {
    private static let configuration = [
        "topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "2",
        "topic.creation.default.include": "ignored", "topic.creation.groups": "logs, wide, default",
        "topic.creation.logs.include": "log-.*, audit", "topic.creation.logs.exclude": ".*-secret",
        "topic.creation.logs.retention.ms": "1000", "topic.creation.wide.include": ".*-wide|log-.*",
        "topic.creation.wide.partitions": "5", "topic.creation.default.cleanup.policy": "compact",
    ]

    @Test func aTopicIsMadeAsTheFirstGroupThatMatchesSays() throws {
        let groups = try #require(try TopicCreationGroups(Self.configuration))
        func topic(_ name: String) -> String {
            let (topic, group) = groups.newTopic(name)
            let configs = topic.configs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return "\(group) \(topic.partitions) \(topic.replicationFactor) \(configs.joined(separator: ","))"
        }
        #expect(topic("log-a") == "logs 2 1 retention.ms=1000")
        #expect(topic("audit") == "logs 2 1 retention.ms=1000")
        #expect(topic("log-a-secret") == "wide 5 1 ")
        #expect(topic("x-wide") == "wide 5 1 ")
        #expect(topic("an-audit") == "default 2 1 cleanup.policy=compact")
    }

    @Test func whoSaysNothingLeavesItToTheBroker() throws {
        #expect(try TopicCreationGroups([:]) == nil)
        #expect(try TopicCreationGroups(["topic.creation.groups": " "]) == nil)
    }

    @Test(arguments: [
        (
            ["topic.creation.default.partitions": "0"], "topic.creation.default.partitions",
            "Invalid value 0 for configuration topic.creation.default.partitions: Number of partitions must be"
                + " positive, or -1 to use the broker's default"
        ),
        (
            ["topic.creation.default.replication.factor": "-2"], "topic.creation.default.replication.factor",
            "Invalid value -2 for configuration topic.creation.default.replication.factor: Replication factor must be"
                + " positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default"
        ),
        (
            ["topic.creation.logs.include": "("], "topic.creation.logs.include",
            "Invalid value ( for configuration topic.creation.logs.include: Syntax error in regular expression: "
        ),
        (
            ["topic.creation.groups": "a,a"], "topic.creation.groups",
            "Invalid value a,a for configuration topic.creation.groups: Duplicate alias provided."
        ),
    ])
    func wrongSettingsAreErrors(change: [String: String], key: String, message: String) async throws {
        let found = try await errors(Self.configuration.merging(change) { $1 })
        #expect(found.keys.sorted() == [key])
        #expect(found[key]?.first?.hasPrefix(message) == true, "\(found)")
    }

    @Test func theDefaultsAreRequired() async throws {
        let found = try await errors(["topic.creation.groups": "a"])
        #expect(
            found.keys.sorted() == [
                "topic.creation.default.partitions", "topic.creation.default.replication.factor",
            ])
        #expect(
            found["topic.creation.default.partitions"] == [
                "Missing required configuration \"topic.creation.default.partitions\" which has no default value."
            ])
        #expect(try await errors(Self.configuration).isEmpty)
        #expect(try await errors(["topic.creation.groups": "a"], createsTopics: false).isEmpty)
    }

    private func errors(
        _ configuration: [String: String], createsTopics: Bool = true
    ) async throws -> [String: [String]] {
        let plugins = PluginCatalog(version: "1")
        plugins.registerSource("test.Source", version: "1") { BareSource() }
        var all = ["name": "c", "connector.class": "test.Source"]
        all.merge(configuration) { $1 }
        let infos = try await ConfigurationValidator(
            plugins: plugins, maximumTasks: 1, createsTopics: createsTopics
        ).validate(all)
        let found = infos.configs.filter { !$0.value.errors.isEmpty }.map { ($0.value.name, $0.value.errors) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    @Test func topicsAreMadeBeforeTheFirstRecord() async throws {
        try await LiveClient.with { client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("there", partitions: 3))
            let lines = LogLines()
            let creation = try #require(
                try TopicCreation(Self.configuration, logger: lines.logger) { KafkaAdmin(client: client) })
            let records = ["log-a", "log-a", "there", "x-wide", "log-a"].map {
                ProducerRecord(topic: $0, key: nil, value: nil)
            }
            for _ in 0..<2 { try await creation.create(for: records, TaskControl(.run)) }
            let topics = try await admin.listTopics().map { "\($0.name) \($0.partitionCount)" }
            #expect(topics == ["log-a 2", "there 3", "x-wide 5"])
            #expect(lines.all.filter { $0.contains("created a topic") }.count == 2)
            let resource = ConfigResource.topic("log-a")
            guard case .success(let entries) = try await admin.describeConfigs([resource])[resource] else {
                Issue.record("no settings")
                return
            }
            #expect(entries.first { $0.name == "retention.ms" }?.value == "1000")
        }
    }

    @Test func aTopicThatCannotBeMadeFailsTheTask() async throws {
        try await LiveClient.with { client in
            let configuration = Self.configuration.merging(["topic.creation.default.replication.factor": "3"]) { $1 }
            let creation = try #require(
                try TopicCreation(configuration, logger: LogLines().logger) { KafkaAdmin(client: client) })
            let record = ProducerRecord(topic: "t", key: nil, value: nil)
            let error = await #expect(throws: ConnectError.self) {
                try await creation.create(for: [record], TaskControl(.run))
            }
            #expect(error?.message.hasPrefix("Task failed to create new topic (name=t, numPartitions=2,") == true)
        }
    }
}
