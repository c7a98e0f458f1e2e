import Broker
import KafkaClient
import KafkaProtocol
import Testing

@Suite(.timeLimit(.minutes(1))) struct LiveConfigTests {
    private func entry(
        _ name: String, of resource: ConfigResource, _ admin: KafkaAdmin
    ) async throws -> ConfigEntry? {
        try await admin.describeConfigs([resource], includingSynonyms: true)[resource]?.get().first { $0.name == name }
    }

    @Test(arguments: LiveBroker.Way.allCases) func settingsSayWhereTheyComeFrom(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t", configs: ["retention.ms": "1000"]))
            let own = try #require(try await entry("retention.ms", of: .topic("t"), admin))
            #expect(own.source == .dynamicTopic && own.source.name == "DYNAMIC_TOPIC_CONFIG")
            #expect(own.synonyms.first == ConfigSynonym(name: "retention.ms", value: "1000", source: .dynamicTopic))
            let other = try #require(try await entry("max.message.bytes", of: .topic("t"), admin))
            #expect(other.isDefault && other.source == .builtIn && other.source.name == "DEFAULT_CONFIG")
            // A topic that is not there is said to be at once.
            let missing = await #expect(throws: KafkaClientError.self) {
                try await entry("retention.ms", of: .topic("none"), admin)
            }
            #expect(missing?.errorCode == .unknownTopicOrPartition)
            let plain = try await admin.describeConfigs([.topic("t")])[.topic("t")]?.get() ?? []
            #expect(plain.allSatisfy { $0.synonyms.isEmpty })
            let directory = try #require(try await entry("log.dirs", of: .broker(live.broker.nodeID), admin))
            #expect(directory.source == .staticBroker && directory.isReadOnly)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func manyThingsAreChangedAtOnce(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { live, client in
            let admin = KafkaAdmin(client: client)
            _ = try await admin.createTopics([NewTopic("a"), NewTopic("b")])
            let broker = ConfigResource.broker(live.broker.nodeID)
            let changes: [ConfigResource: [ConfigChange]] = [
                .topic("a"): [.set("retention.ms", "5")], .topic("b"): [.set("retention.ms", "many")],
                .topic("none"): [.set("retention.ms", "5")], .topic("unchanged"): [],
                .brokerDefaults: [.set("log.cleaner.threads", "1")], broker: [.set("message.max.bytes", "70000")],
            ]
            let checked = try await admin.changeConfigs(changes, validateOnly: true)
            #expect(try await entry("retention.ms", of: .topic("a"), admin)?.isDefault == true)
            let done = try await admin.changeConfigs(changes)
            for results in [checked, done] {
                #expect(results.count == changes.count)
                #expect(throws: Never.self) { try results[.topic("a")]?.get() }
                #expect(throws: Never.self) { try results[.topic("unchanged")]?.get() }
                #expect(throws: Never.self) { try results[broker]?.get() }
                let invalid = #expect(throws: KafkaClientError.self) { try results[.topic("b")]?.get() }
                #expect(invalid?.errorCode == .invalidConfig && invalid?.detail?.isEmpty == false)
                let unknown = #expect(throws: KafkaClientError.self) { try results[.topic("none")]?.get() }
                #expect(unknown?.errorCode == .unknownTopicOrPartition)
            }
            #expect(try await entry("retention.ms", of: .topic("a"), admin)?.value == "5")
            #expect(try await entry("message.max.bytes", of: broker, admin)?.source == .dynamicBroker)
        }
    }

    @Test(arguments: LiveBroker.Way.allCases) func operationsOnTopicsAreTold(way: LiveBroker.Way) async throws {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            try await admin.createTopic(NewTopic("t"))
            let operations = try await admin.authorizedOperations(onTopics: ["t"])["t"]
            #expect(operations?.isSuperset(of: [.read, .write, .delete, .describe, .alterConfigs]) == true)
            let error = await #expect(throws: KafkaClientError.self) {
                try await admin.authorizedOperations(onTopics: ["t", "none"])
            }
            #expect(error?.errorCode == .unknownTopicOrPartition)
            #expect(try await admin.listTopics().map(\.name) == ["t"])
        }
    }

    /// This broker has no ACLs; the question reaches it, and its answer the caller.
    @Test(arguments: LiveBroker.Way.allCases) func aBrokerWithoutACLsIsSaidToHaveNone(way: LiveBroker.Way) async throws
    {
        try await LiveBroker.with(way) { _, client in
            let admin = KafkaAdmin(client: client)
            let entry = AccessControlEntry(
                resourceType: .topic, resourceName: "t", principal: "User:a", operation: .read)
            let described = await #expect(throws: KafkaClientError.self) { try await admin.describeAccessControls() }
            let created = await #expect(throws: KafkaClientError.self) {
                try await admin.createAccessControls([entry])
            }
            let deleted = await #expect(throws: KafkaClientError.self) {
                try await admin.deleteAccessControls(AccessControlFilter(resourceType: .topic))
            }
            #expect([described, created, deleted].allSatisfy { $0?.code == .unsupportedVersion })
        }
    }
}
