import Foundation
import LogCore
import RecordFormat
import Replication
import Testing

@testable import Broker

@Suite struct MetadataRecordTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/format/metadata-log.md")

    private static let topic = ClusterImage.Topic(
        name: "events", id: TopicID(high: 7, low: 9),
        partitions: [PartitionState(replicas: [BrokerID(1)], inSyncReplicas: [BrokerID(1)])],
        configuration: ["retention.ms": "1000"])

    private func record(_ key: String, _ value: String?) -> Record {
        Record(
            offset: LogOffset(42), timestamp: Timestamp(milliseconds: 0), key: ByteSlice(key),
            value: value.map { ByteSlice($0) }, headers: [])
    }

    @Test(arguments: [
        MetadataRecord.topic(name: topic.name, topic), .deletion(id: topic.id, topic.deletion), .nextProducerID(2_000),
        .configuration(.allBrokers, ["log.retention.ms": "1000"]),
        .quota(QuotaEntity(user: .named("alice"), clientID: .byDefault), [.producerByteRate: 1024]),
        .features(FeatureLevels(epoch: 3, levels: ["transaction.version": 1])),
    ])
    fileprivate func documentShowsWhatIsWritten(_ written: MetadataRecord) throws {
        let text = try String(contentsOf: Self.document, encoding: .utf8)
        let value = try #require(try written.value())
        #expect(text.contains("```\n\(written.key)\n\(value.string)\n```"))
        let read = try MetadataRecord(record(written.key, value.string))
        #expect(read.key == written.key)
        #expect(try read.value() == value)
    }

    @Test func missingValuesRemove() throws {
        guard case .topic("events", nil) = try MetadataRecord(record("topic/events", nil)) else {
            throw TestFailure("not a removal")
        }
        guard case .deletion(Self.topic.id, nil) = try MetadataRecord(record("deletion/\(Self.topic.id)", nil)) else {
            throw TestFailure("not a removal")
        }
        let group = ConfigurationResource(kind: .group, name: "a/b")
        guard case .configuration(group, nil) = try MetadataRecord(record("config/group/a/b", nil)) else {
            throw TestFailure("not a removal")
        }
        let address = QuotaEntity(ip: .named("::1"))
        guard case .quota(address, nil) = try MetadataRecord(record(#"quota/{"ip":"::1"}"#, nil)) else {
            throw TestFailure("not a removal")
        }
    }

    @Test func unknownKeysAndFieldsArePassedOver() throws {
        guard case .unknown("acl/x") = try MetadataRecord(record("acl/x", "{}")) else {
            throw TestFailure("not unknown")
        }
        guard case .unknown = try MetadataRecord(record("config/planet/x", "{}")) else {
            throw TestFailure("not unknown")
        }
        guard
            case .quota(_, [.consumerByteRate: 2]?) = try MetadataRecord(
                record(#"quota/{"user":null}"#, #"{"consumer_byte_rate":2,"later":3}"#))
        else { throw TestFailure("not read") }
        let more = #"{"name":"events","partitions":1,"later":true}"#
        guard case .deletion(_, Self.topic.deletion) = try MetadataRecord(record("deletion/\(Self.topic.id)", more))
        else {
            throw TestFailure("not read")
        }
    }

    @Test(arguments: [
        ("topic/events", "{"), ("topic/events", #"{"id":"short","partitions":[],"configs":{}}"#),
        ("deletion/none", "{}"), ("producer-ids", "many"),
        ("config/broker/1", "{"), ("config/group/g", "[]"), (#"quota/{"planet":"x"}"#, "{}"), ("quota/x", "{}"),
        ("features", "{}"),
    ])
    func damagedRecordsAreNamed(_ key: String, _ value: String) throws {
        let error = try #require(throws: LogError.self) { _ = try MetadataRecord(record(key, value)) }
        #expect(error.code == .unsupportedFormat && error.message.contains(key) && error.message.contains("42"))
    }
}
