import EventStore
import KafkaProtocol
import LogCore
import LogHarness
import Logging
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

/// What changing settings does: at once, on open logs, and after the next start.
@Suite struct AlterConfigsTests {
    typealias Resource = IncrementalAlterConfigsRequest.AlterConfigsResource
    typealias Entry = IncrementalAlterConfigsRequest.AlterableConfig

    static let set: Int8 = 0
    static let delete: Int8 = 1
    static let append: Int8 = 2
    static let subtract: Int8 = 3

    static func resource(_ kind: ConfigurationResource.Kind, _ name: String, _ entries: [Entry]) -> Resource {
        Resource(resourceType: kind.rawValue, resourceName: name, configs: entries)
    }

    static func entry(_ name: String, _ value: String?) -> Entry { entry(name, set, value) }

    static func entry(_ name: String, _ operation: Int8, _ value: String?) -> Entry {
        Entry(name: name, configOperation: operation, value: value)
    }

    /// Changes one resource; returns the code and the words.
    @discardableResult
    static func alter(
        _ server: TestBroker, _ kind: ConfigurationResource.Kind, _ name: String, _ entries: [Entry],
        validateOnly: Bool = false
    ) async throws -> (ErrorCode, String?) {
        let client = try await server.connect()
        let answer = try await client.ask(
            IncrementalAlterConfigsRequest(
                resources: [resource(kind, name, entries)], validateOnly: validateOnly))
        try await client.close()
        return (.of(answer.responses[0].errorCode), answer.responses[0].errorMessage)
    }

    private func own(_ server: TestBroker, _ topic: String) -> [String: String] {
        server.broker.metadata.image.topic(topic)?.configuration ?? [:]
    }

    /// Kafka's brokers take these while they run, so tools set them; secrets and TLS, which nothing here uses, are not
    /// kept.
    @Test func keysOfSASLAreTakenForOneBrokerThoughNothingUsesThem() async throws {
        try await TestBroker.with { server in
            let key = "sasl.kerberos.min.time.before.relogin"
            let node = "\(server.broker.configuration.nodeID)"
            let changed = try await Self.alter(server, .broker, node, [Self.entry(key, "58000")])
            #expect(changed.0 == .none && changed.1 == nil)
            let client = try await server.connect()
            let described = try await client.ask(
                DescribeConfigsRequest(
                    resources: [
                        .init(
                            resourceType: ConfigurationResource.Kind.broker.rawValue, resourceName: node,
                            configurationKeys: [key])
                    ]))
            #expect(described.results[0].configs.map(\.value) == ["58000"])
            try await client.close()
            let everywhere = try await Self.alter(server, .broker, "", [Self.entry(key, "58000")])
            #expect(everywhere.0 == .invalidRequest)
            let secret = try await Self.alter(server, .broker, node, [Self.entry("sasl.jaas.config", "x")])
            #expect(secret.0 == .invalidRequest)
        }
    }

    @Test func topicSettingsAreInForceAtOnceAndAfterTheNextStart() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await server.createTopic("t", partitions: 2, configs: ["segment.bytes": "1000000"])
            let changed = try await Self.alter(
                server, .topic, "t",
                [
                    Self.entry("retention.ms", "77"), Self.entry("min.insync.replicas", "2"),
                    Self.entry("max.message.bytes", "2000"), Self.entry("flush.messages", "9"),
                    Self.entry("cleanup.policy", "compact,delete"),
                    Self.entry("leader.replication.throttled.replicas", "0:1, 1:1"),
                    Self.entry("follower.replication.throttled.replicas", "*"),
                ])
            #expect(changed.0 == .none && changed.1 == nil)
            for partition in try #require(server.broker.partitions.topic("t")).copies {
                let log = partition.log.configuration
                #expect(log.retention == .milliseconds(77) && log.maxMessageBytes == 2000)
                #expect(log.segmentBytes == 1_000_000 && log.cleanupPolicy == [.compact, .delete])
                #expect(partition.minInSyncReplicas == 2 && !partition.flushesEveryAppend)
            }
            let refused = try await server.produce("t", TestRecords.batch(["a"]))
            #expect(ErrorCode.of(refused.errorCode) == .notEnoughReplicas)
            try await Self.alter(server, .topic, "t", [Self.entry("min.insync.replicas", Self.delete, nil)])
            let tooLarge = try await server.produce("t", TestRecords.batch([String(repeating: "x", count: 3000)]))
            #expect(ErrorCode.of(tooLarge.errorCode) == .messageTooLarge)
        }
        try await TestBroker.with(in: directory) { server in
            #expect(own(server, "t")["retention.ms"] == "77" && own(server, "t")["min.insync.replicas"] == nil)
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 1)))
            #expect(partition.log.configuration.maxMessageBytes == 2000 && partition.minInSyncReplicas == 1)
        }
    }

    @Test func fourOperationsOnAList() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            // Nothing is set, so that the list begins with the default.
            try await Self.alter(server, .topic, "t", [Self.entry("cleanup.policy", Self.append, "compact")])
            #expect(own(server, "t")["cleanup.policy"] == "delete,compact")
            try await Self.alter(server, .topic, "t", [Self.entry("cleanup.policy", Self.append, "compact,delete")])
            #expect(own(server, "t")["cleanup.policy"] == "delete,compact")
            try await Self.alter(server, .topic, "t", [Self.entry("cleanup.policy", Self.subtract, "delete,other")])
            #expect(own(server, "t")["cleanup.policy"] == "compact")
            let (code, message) = try await Self.alter(
                server, .topic, "t", [Self.entry("cleanup.policy", Self.subtract, "compact")])
            #expect(code == .invalidConfig && message?.contains("delete, compact") == true)
            try await Self.alter(server, .topic, "t", [Self.entry("cleanup.policy", Self.delete, nil)])
            #expect(own(server, "t").isEmpty)
            let number = try await Self.alter(server, .topic, "t", [Self.entry("retention.ms", Self.append, "1")])
            #expect(number.0 == .invalidConfig && number.1?.contains("not LIST") == true)
        }
    }

    @Test func refusalsSayWhatWouldDoAndChangeNothing() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["retention.ms": "5"])
            let before = server.broker.metadata.logEndOffset
            let cases: [(ConfigurationResource.Kind, String, Entry, ErrorCode, String)] = [
                (.topic, "t", Self.entry("no.such", "1"), .invalidConfig, "Unknown topic config name: no.such"),
                (.topic, "t", Self.entry("retention.ms", "soon"), .invalidConfig, "retention.ms"),
                (.topic, "t", Self.entry("retention.ms", "-2"), .invalidConfig, "at least -1"),
                (.topic, "t", Self.entry("compression.type", "zip"), .invalidConfig, "zstd, lz4"),
                (.topic, "t", Self.entry("min.cleanable.dirty.ratio", "2"), .invalidConfig, "at most 1"),
                (.topic, "t", Self.entry("preallocate", "maybe"), .invalidConfig, "true or false"),
                (
                    .topic, "t", Self.entry("leader.replication.throttled.replicas", "0:1,2"), .invalidConfig,
                    "partition:broker"
                ),
                (.topic, "t", Self.entry("retention.ms", nil), .invalidRequest, "retention.ms"),
                (.topic, "t", Self.entry("retention.ms", 9, "1"), .invalidRequest, "9"),
                (.topic, "missing", Self.entry("retention.ms", "1"), .unknownTopicOrPartition, "missing"),
                (.topic, "missing", Self.entry("retention.ms", "x"), .invalidConfig, "retention.ms"),
                (.topic, "", Self.entry("retention.ms", "1"), .invalidRequest, "Default topic"),
                (.topic, "a/b", Self.entry("retention.ms", "1"), .invalidTopicException, "a/b"),
                (.broker, "1", Self.entry("node.id", "2"), .invalidRequest, "node.id"),
                (.broker, "", Self.entry("log.retention.ms", "x"), .invalidConfig, "log.retention.ms"),
                (.broker, "", Self.entry("advertised.listeners", "PLAINTEXT://a:1"), .invalidRequest, "broker id must"),
                (.broker, "1", Self.entry("advertised.listeners", "OTHER://a:1"), .invalidConfig, "OTHER"),
                (.broker, "7", Self.entry("log.retention.ms", "1"), .invalidRequest, "expected 1"),
                (.broker, "x", Self.entry("log.retention.ms", "1"), .invalidRequest, "integer"),
                (.broker, "", Self.entry("max.connections", Self.append, "1"), .invalidConfig, "not LIST"),
                (.group, "", Self.entry("consumer.session.timeout.ms", "1"), .invalidRequest, "Default group"),
                (.group, "g", Self.entry("no.such", "1"), .invalidConfig, "Unknown group config name: no.such"),
                (.group, "g", Self.entry("consumer.session.timeout.ms", "1"), .invalidConfig, "45000"),
                (.group, "g", Self.entry("consumer.session.timeout.ms", "99999"), .invalidConfig, "60000"),
                (.group, "g", Self.entry("share.record.lock.duration.ms", "1"), .invalidConfig, "1000"),
                (.clientMetrics, "", Self.entry("interval.ms", "1000"), .invalidRequest, "can't be empty"),
                (.clientMetrics, "m", Self.entry("no.such", "1"), .invalidRequest, "no.such"),
                (.clientMetrics, "m", Self.entry("interval.ms", "99"), .invalidConfig, "at least 100"),
                (.clientMetrics, "m", Self.entry("interval.ms", "3600001"), .invalidConfig, "at most 3600000"),
                (.clientMetrics, "m", Self.entry("match", "client_id"), .invalidConfig, "client_software_name"),
                (.clientMetrics, "m", Self.entry("match", "color=blue"), .invalidConfig, "client_id"),
                (.clientMetrics, "m", Self.entry("match", "client_id=("), .invalidConfig, "regular expression"),
                (.brokerLogger, "1", Self.entry("root", "LOUD"), .invalidConfig, "FATAL, ERROR"),
                (.brokerLogger, "1", Self.entry("no.such", "INFO"), .invalidConfig, "does not exist"),
                (.brokerLogger, "1", Self.entry("root", Self.delete, nil), .invalidRequest, "root"),
                (.brokerLogger, "1", Self.entry("root", Self.append, "INFO"), .invalidRequest, "list"),
                (.brokerLogger, "2", Self.entry("root", "INFO"), .invalidRequest, "expected 1"),
            ]
            for (kind, name, entry, code, words) in cases {
                for validateOnly in [true, false] {
                    let answer = try await Self.alter(server, kind, name, [entry], validateOnly: validateOnly)
                    #expect(answer.0 == code, "\(kind) \(name) \(entry): \(answer)")
                    #expect(answer.1?.contains(words) == true, "\(kind) \(name) \(entry): \(answer)")
                }
            }
            #expect(server.broker.metadata.logEndOffset == before)
            #expect(own(server, "t") == ["retention.ms": "5"])
        }
    }

    @Test func whatIsThereTwiceOrNoResourceIsRefused() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let client = try await server.connect()
            let good = [Self.entry("retention.ms", "1")]
            let answer = try await client.ask(
                IncrementalAlterConfigsRequest(resources: [
                    Self.resource(.topic, "t", good), Self.resource(.topic, "t", good),
                    Self.resource(.topic, "u", good + good),
                    Resource(resourceType: 3, resourceName: "t", configs: good),
                ]))
            #expect(answer.responses.map { ErrorCode.of($0.errorCode) } == Array(repeating: .invalidRequest, count: 4))
            #expect(answer.responses.map(\.errorMessage?.first) == ["E", "E", "E", "U"])
            // Log levels are for the newer request only.
            let older = try await client.ask(
                AlterConfigsRequest(resources: [.init(resourceType: 8, resourceName: "1", configs: [])]))
            #expect(ErrorCode.of(older.responses[0].errorCode) == .invalidRequest)
            #expect(own(server, "t").isEmpty)
        }
    }

    @Test func onlyTriedChangesNothing() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            let before = server.broker.metadata.logEndOffset
            for (kind, name, entry) in [
                (ConfigurationResource.Kind.topic, "t", Self.entry("retention.ms", "1")),
                (.broker, "", Self.entry("log.retention.ms", "1")),
                (.group, "g", Self.entry("consumer.session.timeout.ms", "50000")),
                (.clientMetrics, "m", Self.entry("interval.ms", "1000")),
                (.brokerLogger, "1", Self.entry("root", "TRACE")),
            ] {
                let answer = try await Self.alter(server, kind, name, [entry], validateOnly: true)
                #expect(answer.0 == .none, "\(kind) \(answer)")
            }
            #expect(server.broker.metadata.logEndOffset == before)
            #expect(server.broker.logLevels.level == .debug && server.broker.configuration.dynamic.cluster.isEmpty)
        }
    }

    @Test func olderRequestReplacesAll() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["retention.ms": "5", "segment.bytes": "100000"])
            let client = try await server.connect()
            let answer = try await client.ask(
                AlterConfigsRequest(resources: [
                    .init(
                        resourceType: 2, resourceName: "t",
                        configs: [.init(name: "retention.bytes", value: "9")])
                ]))
            #expect(answer.responses[0].errorCode == 0)
            #expect(own(server, "t") == ["retention.bytes": "9"])
            #expect(
                server.broker.partitions.copy(TopicPartition("t", 0))?.log.configuration.segmentBytes == 1 << 30)
        }
    }

    @Test func brokersDefaultsReachTheOpenLogsOfTopics() async throws {
        let directory = try TestDirectory()
        let topic = TopicPartition("t", 0)
        try await TestBroker.with(["log.retention.hours": "1"], in: directory) { server in
            try await server.createTopic("t", configs: ["segment.ms": "1000"])
            func log() -> LogConfiguration? { server.broker.partitions.copy(topic)?.log.configuration }
            try await Self.alter(
                server, .broker, "",
                [Self.entry("log.retention.ms", "60"), Self.entry("log.roll.ms", "70"), Self.entry("x.y", "z")])
            #expect(log()?.retention == .milliseconds(60) && log()?.segmentDuration == .milliseconds(1000))
            // What is set for one broker counts more than what is set for all.
            try await Self.alter(server, .broker, "1", [Self.entry("log.retention.ms", "61")])
            #expect(log()?.retention == .milliseconds(61))
            try await Self.alter(server, .broker, "1", [Self.entry("log.cleaner.backoff.ms", "62")])
            try await server.createTopic("later")
            let later = server.broker.partitions.copy(TopicPartition("later", 0))?.log.configuration
            #expect(later?.retention == .milliseconds(61) && later?.segmentDuration == .milliseconds(70))
        }
        try await TestBroker.with(["log.retention.hours": "1"], in: directory) { server in
            func log() -> LogConfiguration? { server.broker.partitions.copy(topic)?.log.configuration }
            #expect(log()?.retention == .milliseconds(61))
            #expect(server.broker.configuration.cleanerOptions.backoff == .milliseconds(62))
            try await Self.alter(server, .broker, "1", [Self.entry("log.retention.ms", Self.delete, nil)])
            #expect(log()?.retention == .milliseconds(60))
            try await Self.alter(server, .broker, "", [Self.entry("log.retention.ms", Self.delete, nil)])
            #expect(log()?.retention == .seconds(3600))
        }
    }

    @Test func defaultThatATopicCannotGoWithIsRefused() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t", configs: ["min.compaction.lag.ms": "100"])
            let answer = try await Self.alter(
                server, .broker, "", [Self.entry("log.cleaner.max.compaction.lag.ms", "50")])
            #expect(answer.0 == .invalidConfig && answer.1?.contains("topic t") == true)
        }
    }

    @Test func settingsThatNoLongerFitAreLeftOutAtTheStart() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await Self.alter(server, .broker, "", [Self.entry("log.cleaner.min.compaction.lag.ms", "100")])
        }
        try await TestBroker.with(["log.cleaner.max.compaction.lag.ms": "50"], in: directory) { server in
            #expect(server.broker.configuration.dynamic.cluster.isEmpty)
            #expect(server.log.messages(from: .error).contains { $0.contains("left out") })
        }
    }

    @Test func advertisedListenersChangeWhatClientsAreTold() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            try await Self.alter(server, .broker, "1", [Self.entry("advertised.listeners", "PLAINTEXT://there:19")])
            let answer = try await client.ask(DescribeClusterRequest())
            #expect(answer.brokers.map(\.host) == ["there"] && answer.brokers.map(\.port) == [19])
        }
    }

    @Test func cleanerRestsAsLongAsItIsTold() async throws {
        try await TestBroker.with(["log.cleaner.backoff.ms": "3600000"]) { server in
            try await server.createTopic(
                "t",
                configs: ["cleanup.policy": "compact", "segment.bytes": "500", "min.cleanable.dirty.ratio": "0.01"])
            for number in 0..<20 {
                var builder = RecordBatchBuilder()
                try builder.append(
                    timestamp: WallClock.now(), key: ByteSlice("same"), value: ByteSlice("\(number)"))
                #expect(try await server.produce("t", builder.finish()).errorCode == 0)
            }
            #expect(server.broker.store.cleanerStatistics.compactions == 0)
            try await Self.alter(server, .broker, "", [Self.entry("log.cleaner.backoff.ms", "20")])
            try await wait(for: "a compaction") { server.broker.store.cleanerStatistics.compactions > 0 }
        }
    }

    @Test func logLevelIsChangedAndForgotten() async throws {
        let directory = try TestDirectory()
        try await TestBroker.with(in: directory) { server in
            try await Self.alter(server, .brokerLogger, "1", [Self.entry("root", "WARN")])
            let lines = server.log.messages(from: .info).count
            try await server.createTopic("quiet")
            #expect(server.log.messages(from: .info).count == lines)
            try await Self.alter(server, .brokerLogger, "1", [Self.entry("test", Self.delete, nil)])
            try await server.createTopic("loud")
            #expect(server.log.messages(from: .info).contains { $0.contains("loud") })
            try await Self.alter(server, .brokerLogger, "1", [Self.entry("root", "ERROR")])
        }
        try await TestBroker.with(in: directory) { #expect($0.broker.logLevels.level == .debug) }
    }
}
