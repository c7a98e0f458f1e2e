import KafkaProtocol
import Testing

@testable import Broker

/// What DescribeConfigs tells of each setting: value, type, where it comes from, and what it would be otherwise.
@Suite struct DescribeConfigsTests {
    private func describe(
        _ server: TestBroker, _ kind: Int8, _ name: String, keys: [String]? = nil, documentation: Bool = false
    ) async throws -> DescribeConfigsResponse.DescribeConfigsResult {
        let client = try await server.connect()
        let answer = try await client.ask(
            DescribeConfigsRequest(
                resources: [.init(resourceType: kind, resourceName: name, configurationKeys: keys)],
                includeSynonyms: true, includeDocumentation: documentation))
        try await client.close()
        return answer.results[0]
    }

    private func spell(_ config: DescribeConfigsResponse.DescribeConfigsResourceResult?) -> [String] {
        config?.synonyms.map { "\($0.name)=\($0.value ?? "null")@\($0.source)" } ?? []
    }

    @Test func synonymsOfATopicsKeyStandInKafkasOrder() async throws {
        try await TestBroker.with(["log.retention.hours": "2", "log.retention.ms": "9000"]) { server in
            try await server.createTopic("t", configs: ["retention.ms": "8000"])
            try await AlterConfigsTests.alter(
                server, .broker, "", [AlterConfigsTests.entry("log.retention.ms", "7000")])
            try await AlterConfigsTests.alter(
                server, .broker, "1", [AlterConfigsTests.entry("log.retention.ms", "6000")])
            let own = try await describe(server, 2, "t", keys: ["retention.ms"]).configs[0]
            #expect(own.value == "8000" && own.configSource == 1 && !own.readOnly && own.configType == 5)
            #expect(
                spell(own) == [
                    "retention.ms=8000@1", "log.retention.ms=6000@2", "log.retention.ms=7000@3",
                    "log.retention.ms=9000@4", "log.retention.hours=2@4", "log.retention.hours=168@5",
                ])
            try await AlterConfigsTests.alter(
                server, .topic, "t", [AlterConfigsTests.entry("retention.ms", AlterConfigsTests.delete, nil)])
            let inherited = try await describe(server, 2, "t", keys: ["retention.ms"]).configs[0]
            #expect(inherited.value == "6000" && inherited.configSource == 2)
        }
    }

    @Test func sourceOfABrokersKeyIsWhereItsValueStands() async throws {
        try await TestBroker.with(["num.partitions": "3"]) { server in
            try await AlterConfigsTests.alter(
                server, .broker, "", [AlterConfigsTests.entry("message.max.bytes", "2000000")])
            let configs = try await describe(server, 4, "1").configs
            #expect(configs.count == BrokerKeys.all.count)
            func config(_ name: String) -> DescribeConfigsResponse.DescribeConfigsResourceResult? {
                configs.first { $0.name == name }
            }
            #expect(spell(config("num.partitions")) == ["num.partitions=3@4", "num.partitions=1@5"])
            #expect(config("num.partitions")?.readOnly == true && config("num.partitions")?.configSource == 4)
            #expect(config("message.max.bytes")?.configSource == 3 && config("message.max.bytes")?.readOnly == false)
            #expect(config("node.id")?.configSource == 5 && config("node.id")?.synonyms.count == 1)
            let defaults = try await describe(server, 4, "")
            #expect(defaults.configs.map(\.name) == ["message.max.bytes"])
            #expect(spell(defaults.configs.first) == ["message.max.bytes=2000000@3"])
        }
    }

    @Test func secretsAreHidden() async throws {
        let secret = "ssl.keystore.password"
        try await TestBroker.with([secret: "hunter2"]) { server in
            try await AlterConfigsTests.alter(server, .broker, "", [AlterConfigsTests.entry("who.knows", "hunter3")])
            let all = try await describe(server, 4, "1").configs
            let config = try #require(all.first { $0.name == secret })
            #expect(config.isSensitive && config.value == nil && config.configType == 9 && config.configSource == 4)
            #expect(spell(config) == ["\(secret)=null@4"])
            // What no one knows may be one.
            let unknown = try #require(all.first { $0.name == "who.knows" })
            #expect(unknown.isSensitive && unknown.value == nil)
            #expect(!all.contains { config in config.synonyms.contains { $0.value?.hasPrefix("hunter") == true } })
        }
    }

    @Test func documentationTypesAndFilters() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            for (kind, name, count) in [
                (Int8(2), "t", TopicKeys.all.count), (4, "1", BrokerKeys.all.count), (32, "g", GroupKeys.all.count),
            ] {
                let all = try await describe(server, kind, name, documentation: true)
                #expect(all.errorCode == 0 && all.configs.count == count)
                #expect(all.configs.allSatisfy { $0.documentation?.isEmpty == false && $0.configType > 0 })
                let empty = try await describe(server, kind, name, keys: [])
                #expect(empty.configs.count == count)
                #expect(empty.configs.allSatisfy { $0.documentation == nil })
                let none = try await describe(server, kind, name, keys: ["no.such"])
                #expect(none.errorCode == 0 && none.configs.isEmpty)
            }
        }
    }

    @Test func groupsLoggersAndClientMetrics() async throws {
        try await TestBroker.with { server in
            try await AlterConfigsTests.alter(
                server, .group, "g", [AlterConfigsTests.entry("consumer.session.timeout.ms", "50000")])
            let group = try await describe(server, 32, "g")
            let timeout = group.configs.first { $0.name == "consumer.session.timeout.ms" }
            #expect(timeout?.value == "50000" && timeout?.configSource == 8 && timeout?.readOnly == false)
            let interval = group.configs.first { $0.name == "consumer.heartbeat.interval.ms" }
            #expect(interval?.value == "5000" && interval?.configSource == 5)
            try await AlterConfigsTests.alter(
                server, .clientMetrics, "m",
                [
                    AlterConfigsTests.entry("interval.ms", "500"),
                    AlterConfigsTests.entry("metrics", AlterConfigsTests.append, "org.apache"),
                ])
            let metrics = try await describe(server, 16, "m")
            #expect(metrics.configs.map(\.name) == ["interval.ms", "metrics"])
            #expect(metrics.configs.map(\.value) == ["500", "org.apache"])
            #expect(metrics.configs.allSatisfy { $0.configSource == 7 })
            #expect(try await describe(server, 16, "nothing").configs.isEmpty)
            try await AlterConfigsTests.alter(server, .brokerLogger, "1", [AlterConfigsTests.entry("root", "WARN")])
            let loggers = try await describe(server, 8, "1")
            #expect(loggers.configs.map(\.name) == ["test", "root"])
            #expect(loggers.configs.allSatisfy { $0.value == "WARN" && $0.configSource == 6 && !$0.readOnly })
        }
    }

    @Test func refusals() async throws {
        try await TestBroker.with { server in
            for (kind, name, code) in [
                (Int8(2), "missing", ErrorCode.unknownTopicOrPartition), (2, "a/b", .invalidTopicException),
                (4, "7", .invalidRequest), (4, "x", .invalidRequest), (8, "", .invalidRequest),
                (8, "7", .invalidRequest), (16, "", .invalidRequest), (32, "", .invalidRequest),
                (1, "t", .invalidRequest), (0, "", .invalidRequest),
            ] {
                let answer = try await describe(server, kind, name)
                #expect(ErrorCode.of(answer.errorCode) == code, "\(kind) \(name)")
                #expect(answer.errorMessage != nil && answer.configs.isEmpty)
            }
        }
    }

    @Test func resourcesAreListedByType() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await AlterConfigsTests.alter(
                server, .group, "g", [AlterConfigsTests.entry("consumer.session.timeout.ms", "50000")])
            for name in ["m", "n"] {
                try await AlterConfigsTests.alter(
                    server, .clientMetrics, name, [AlterConfigsTests.entry("interval.ms", "500")])
            }
            // Without settings, a subscription is gone.
            try await AlterConfigsTests.alter(
                server, .clientMetrics, "n", [AlterConfigsTests.entry("interval.ms", AlterConfigsTests.delete, nil)])
            let client = try await server.connect()
            func list(_ types: [Int8], version: Int16 = 1) async throws -> [String] {
                let answer = try await client.ask(ListConfigResourcesRequest(resourceTypes: types), version: version)
                #expect(answer.errorCode == 0)
                return answer.configResources.map { "\($0.resourceType) \($0.resourceName)" }
            }
            #expect(try await list([], version: 0) == ["16 m"])
            #expect(try await list([]) == ["2 t", "4 1", "8 1", "16 m", "32 g"])
            #expect(try await list([32, 2]) == ["2 t", "32 g"])
            let unknown = try await client.ask(ListConfigResourcesRequest(resourceTypes: [2, 3]))
            #expect(ErrorCode.of(unknown.errorCode) == .unsupportedVersion)
        }
    }
}
