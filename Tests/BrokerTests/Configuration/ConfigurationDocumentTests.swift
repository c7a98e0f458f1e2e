import EventStore
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

    private static func brokerRow(_ key: ConfigurationKey) -> String {
        let change =
            switch BrokerKeys.update(key.name) {
            case nil: "restart"
            case .clusterWide: "any time"
            case .perBroker: "any time, for one broker"
            }
        return row(key).dropLast(2) + " | \(change) |"
    }

    private static func table(_ title: String, _ keys: [ConfigurationKey]) -> String {
        (["## \(title)", "", "| key | type | default | meaning |", "| --- | --- | --- | --- |"] + keys.map(row)).joined(
            separator: "\n")
    }

    private static func brokerTable(_ title: String, _ keys: [ConfigurationKey]) -> String {
        (["## \(title)", "", "| key | type | default | meaning | change |", "| --- | --- | --- | --- | --- |"]
            + keys.map(brokerRow)).joined(separator: "\n")
    }

    private static var tables: String {
        [
            brokerTable("Broker", BrokerKeys.all.filter(\.hasEffect)),
            table("Topics", TopicKeys.all.filter(\.hasEffect)),
            table("Groups", GroupKeys.all), table("Client metrics", ClientMetricsKeys.all),
            brokerTable("Broker keys without effect", BrokerKeys.all.filter { !$0.hasEffect }),
            table("Topic keys without effect", TopicKeys.all.filter { !$0.hasEffect }),
        ].joined(separator: "\n\n") + "\n"
    }

    @Test func documentHasTheTables() throws {
        let text = try String(contentsOf: Self.document, encoding: .utf8)
        guard !text.hasSuffix(Self.tables) else { return }
        Issue.record("docs/configuration.md has to end with:\n\n\(Self.tables)")
    }

    @Test func everyDefaultIsAValueThatIsAccepted() throws {
        for key in BrokerKeys.all + TopicKeys.all + GroupKeys.all + ClientMetricsKeys.all {
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

    @Test func compactionIsSetByTopicAndBroker() throws {
        let broker = try BrokerConfiguration([
            "log.cleaner.min.compaction.lag.ms": "5", "log.cleaner.min.cleanable.ratio": "0.2",
            "log.cleaner.io.max.bytes.per.second": "1000000", "log.cleaner.backoff.ms": "7",
            "log.cleaner.dedupe.buffer.size": "4800", "log.cleaner.enable": "false",
        ])
        let options = broker.cleanerOptions
        #expect(options.bytesPerSecond == 1_000_000 && options.backoff == .milliseconds(7))
        #expect(options.dedupeBufferBytes == 4800 && !options.isEnabled)
        #expect(try BrokerConfiguration([:]).cleanerOptions.bytesPerSecond == nil)
        let inherited = broker.logConfiguration([:])
        #expect(inherited.minCompactionLag == .milliseconds(5) && inherited.minCleanableRatio == 0.2)
        #expect(inherited.maxCompactionLag == nil && inherited.deleteRetention == .seconds(86_400))
        let own = broker.logConfiguration([
            "delete.retention.ms": "1", "max.compaction.lag.ms": "9", "min.cleanable.dirty.ratio": "1",
            "cleanup.policy": "compact,delete",
        ])
        #expect(own.deleteRetention == .milliseconds(1) && own.maxCompactionLag == .milliseconds(9))
        #expect(own.minCleanableRatio == 1 && own.cleanupPolicy == [.compact, .delete])
    }

    @Test func compactionSettingsThatContradictEachOtherAreRefused() throws {
        for overrides in [
            ["min.compaction.lag.ms": "10", "max.compaction.lag.ms": "9"], ["min.cleanable.dirty.ratio": "1.5"],
        ] {
            #expect(throws: ConfigurationError.self) { try BrokerConfiguration([:]).validateTopic(overrides) }
        }
        #expect(throws: ConfigurationError.self) {
            _ = try BrokerConfiguration(["log.cleaner.io.buffer.load.factor": "0"])
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

    @Test func encryptedListenersHaveSettingsOfTheirOwnAndThoseOfAll() throws {
        let listeners = ["listeners": "SSL://127.0.0.1:1,PLAINTEXT://127.0.0.1:2,INSIDE://127.0.0.1:3"]
        let values = listeners.merging([
            "listener.security.protocol.map": "SSL:SSL,PLAINTEXT:PLAINTEXT,INSIDE:SSL",
            "ssl.keystore.location": "all.pem", "ssl.enabled.protocols": "TLSv1.3",
            "listener.name.inside.ssl.keystore.location": "inside.pem",
        ]) { $1 }
        let broker = try BrokerConfiguration(values)
        #expect(broker.tlsSettings(of: "SSL")["ssl.keystore.location"] == "all.pem")
        let inside = broker.tlsSettings(of: "INSIDE")
        #expect(inside["ssl.keystore.location"] == "inside.pem" && inside["ssl.enabled.protocols"] == "TLSv1.3")
        #expect(try broker.tls(of: "PLAINTEXT") == nil && broker.interBrokerListener == "SSL")
        // One store hides the other, however they are named.
        let chain = ["ssl.keystore.key": "k", "ssl.keystore.certificate.chain": "c", "ssl.key.password": "p"]
        let both = try BrokerConfiguration(values.merging(chain) { $1 }).tlsSettings(of: "INSIDE")
        #expect(both["ssl.keystore.location"] == "inside.pem" && Set(both.keys).isDisjoint(with: chain.keys))
        // Secrets are not for the metadata, and a listener is not to be lost to a slip.
        #expect(BrokerKeys.update("listener.name.inside.ssl.keystore.password") == nil)
        #expect(BrokerKeys.update("listener.name.inside.max.connections") == .perBroker)
        for (settings, name) in [
            (["security.inter.broker.protocol": "plaintext"], "PLAINTEXT"),
            (["inter.broker.listener.name": "INSIDE"], "INSIDE"),
        ] {
            #expect(try BrokerConfiguration(values.merging(settings) { $1 }).interBrokerListener == name)
        }
        for (settings, text) in [
            (["ssl.client.auth": "required"], "ssl.client.auth is required"),
            (["listener.name.inside.ssl.client.auth": "requested"], "for the listener INSIDE"),
            (["ssl.keystore.location": ""], "SSL needs a certificate"),
            (["security.inter.broker.protocol": "SASL_SSL"], "no listener is of SASL_SSL"),
            // The name of a listener is not its protocol.
            (["security.inter.broker.protocol": "INSIDE"], "no listener is of INSIDE"),
            (
                ["security.inter.broker.protocol": "SSL", "inter.broker.listener.name": "INSIDE"],
                "set one of them"
            ),
        ] {
            let error = #expect(throws: ConfigurationError.self, "\(settings)") {
                _ = try BrokerConfiguration(values.merging(settings) { $1 })
            }
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
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
