import Foundation
import LogCore
import Testing

@testable import Broker

/// docs/configuration.md says of every key what the tables say, and of no other.
@Suite struct ConfigurationDocumentTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/configuration.md")

    private static func row(_ key: ConfigurationKey) -> String {
        let value = key.defaultValue.map { $0.isEmpty ? "(empty)" : "`\($0)`" } ?? "(none)"
        return "| `\(key.name)` | \(key.kind) | \(value) | \(key.documentation) |"
    }

    private static func rows(_ title: String, _ keys: [ConfigurationKey]) -> String {
        (["## \(title)", "", "| key | type | default | meaning |", "| --- | --- | --- | --- |"] + keys.map(row)).joined(
            separator: "\n")
    }

    private static var tables: String {
        [
            rows("Broker", BrokerKeys.all.filter(\.hasEffect)), rows("Topics", TopicKeys.all.filter(\.hasEffect)),
            rows("Broker keys without effect", BrokerKeys.all.filter { !$0.hasEffect }),
            rows("Topic keys without effect", TopicKeys.all.filter { !$0.hasEffect }),
        ].joined(separator: "\n\n") + "\n"
    }

    @Test func documentHasTheTables() throws {
        let text = try String(contentsOf: Self.document, encoding: .utf8)
        guard !text.hasSuffix(Self.tables) else { return }
        Issue.record("docs/configuration.md has to end with:\n\n\(Self.tables)")
    }

    @Test func everyDefaultIsAValueThatIsAccepted() throws {
        for key in BrokerKeys.all + TopicKeys.all {
            if let value = key.defaultValue, !value.isEmpty { try key.validate(value) }
        }
        #expect(throws: Never.self) { try BrokerConfiguration([:]).logConfiguration([:]).validate() }
    }

    @Test func everyBrokerDefaultOfATopicKeyIsABrokerKeyWithTheSameDefault() throws {
        for key in TopicKeys.all {
            guard let name = key.brokerKey else { continue }
            let brokerKey = try #require(BrokerKeys.byName[name], "\(name)")
            #expect(brokerKey.kind == key.kind, "\(name)")
            if let value = brokerKey.defaultValue { #expect(value == key.defaultValue, "\(name)") }
        }
    }

    @Test func valuesOutOfRangeAreRefusedByName() {
        for (name, value) in [
            ("num.partitions", "0"), ("num.partitions", "many"), ("auto.create.topics.enable", "yes"),
            ("log.cleanup.policy", "burn"),
            ("listeners", "9092"), ("listeners", "PLAINTEXT://host:99999"), ("listeners", ""),
            ("offsets.topic.num.partitions", "2147483648"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { _ = try BrokerConfiguration([name: value]) }
            #expect(error?.message.contains(name) == true)
        }
    }

    @Test func listenersThatCannotKeepTheirWordAreRefused() throws {
        let map = "listener.security.protocol.map"
        for values in [
            ["listeners": "SSL://127.0.0.1:9092"], ["listeners": "SASL_PLAINTEXT://127.0.0.1:9092"],
            ["listeners": "INSIDE://127.0.0.1:9092"], ["listeners": "INSIDE://127.0.0.1:9092", map: "INSIDE:SSL"],
            ["listeners": "PLAINTEXT://127.0.0.1:9092", map: "PLAINTEXT:SASL_SSL"],
            ["listeners": "PLAINTEXT://127.0.0.1:1,plaintext://127.0.0.1:2"],
            ["listeners": "PLAINTEXT://0.0.0.0:9092"], ["listeners": "PLAINTEXT://[::]:9092"],
            ["advertised.listeners": "PLAINTEXT://0.0.0.0:9092"], ["advertised.listeners": "OTHER://host:9092"],
            [map: "PLAINTEXT"],
        ] {
            let error = #expect(throws: ConfigurationError.self, "\(values)") { _ = try BrokerConfiguration(values) }
            #expect(error?.message.contains("listener") == true)
        }
        let inside = try BrokerConfiguration(["listeners": "INSIDE://127.0.0.1:9092", map: "INSIDE:PLAINTEXT"])
        #expect(inside.listeners.map(\.name) == ["INSIDE"])
        let all = try BrokerConfiguration([
            "listeners": "PLAINTEXT://0.0.0.0:9092", "advertised.listeners": "PLAINTEXT://host:9092",
        ])
        #expect(all.advertisedListeners.map(\.host) == ["host"])
    }

    @Test func settingsThatContradictEachOtherAreRefused() throws {
        for values in [
            ["group.min.session.timeout.ms": "10", "group.max.session.timeout.ms": "9"], ["log.dirs": "a,b"],
            ["log.dirs": ""], ["node.id": "1", "broker.id": "2"],
        ] {
            #expect(throws: ConfigurationError.self, "\(values)") { _ = try BrokerConfiguration(values) }
        }
        #expect(try BrokerConfiguration(["broker.id": "-1"]).nodeID == 1)
        #expect(try BrokerConfiguration(["broker.id": "4"]).nodeID == 4)
        #expect(try BrokerConfiguration(["broker.id": "4", "node.id": "4"]).nodeID == 4)
    }

    @Test func topicsTakeTheBrokersValuesUnlessTheySetTheirOwn() throws {
        let broker = try BrokerConfiguration([
            "log.retention.hours": "2", "log.flush.interval.messages": "9223372036854775807",
            "message.max.bytes": "5000", "log.roll.hours": "1",
        ])
        let inherited = broker.logConfiguration([:])
        #expect(
            inherited.retention == .seconds(7200) && !inherited.flushesEveryAppend && inherited.maxMessageBytes == 5_000
        )
        #expect(inherited.segmentDuration == .seconds(3600))
        let own = broker.logConfiguration(["retention.ms": "-1", "flush.messages": "1", "max.message.bytes": "7"])
        #expect(own.retention == nil && own.flushesEveryAppend && own.maxMessageBytes == 7)
        #expect(
            try BrokerConfiguration(["log.retention.minutes": "1", "log.retention.hours": "9"]).logConfiguration([:])
                .retention == .seconds(60))
        #expect(
            try BrokerConfiguration(["log.retention.ms": "5", "log.retention.minutes": "1"]).logConfiguration([:])
                .retention == .milliseconds(5))
    }
}
