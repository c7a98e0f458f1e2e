import LogCore
import RecordFormat
import Replication

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A record of the metadata log: what it is about, and its state from then on.
///
/// Values are JSON, so that a person with `dump-log` can read them.
///
/// - SeeAlso: docs/format/metadata-log.md
enum MetadataRecord {
    /// A topic, or its removal.
    case topic(name: String, ClusterImage.Topic?)
    /// A removed topic whose directories have still to go, or that they are gone.
    case deletion(id: TopicID, ClusterImage.Deletion?)
    /// The first producer identity that no block has taken.
    case nextProducerID(Int64)
    /// What a broker, a group or a subscription to client metrics has set, or that it has nothing.
    case configuration(ConfigurationResource, [String: String]?)
    /// The quotas of an entity, or that it has none.
    case quota(QuotaEntity, [QuotaKey: Double]?)
    /// The levels of features.
    case features(FeatureLevels)
    /// A record of a later version.
    case unknown(key: String)

    enum Key {
        static let topic = "topic/"
        static let deletion = "deletion/"
        static let producerIDs = "producer-ids"
        static let configuration = "config/"
        static let quota = "quota/"
        static let features = "features"
    }

    private struct TopicValue: Codable {
        struct Partition: Codable {
            var leader: Int32
            var leaderEpoch: Int32
            var replicas: [Int32]
            var isr: [Int32]
        }

        var id: String
        var partitions: [Partition]
        var configs: [String: String]
    }

    private struct DeletionValue: Codable {
        var name: String
        var partitions: Int
    }

    /// The record's key.
    var key: String {
        switch self {
        case .topic(let name, _): Key.topic + name
        case .deletion(let id, _): Key.deletion + id.description
        case .nextProducerID: Key.producerIDs
        case .configuration(let resource, _): Key.configuration + Self.word(resource.kind) + "/" + resource.name
        case .quota(let entity, _): Key.quota + Self.text(entity)
        case .features: Key.features
        case .unknown(let key): key
        }
    }

    /// The record's value; `nil` for one that takes away what was there under its key.
    func value() throws -> ByteSlice? {
        switch self {
        case .topic(_, let topic?):
            let partitions = topic.partitions.map {
                TopicValue.Partition(
                    leader: $0.leader?.rawValue ?? -1, leaderEpoch: $0.leaderEpoch.rawValue,
                    replicas: $0.replicas.map(\.rawValue), isr: $0.inSyncReplicas.map(\.rawValue))
            }
            return try Self.json(
                TopicValue(id: topic.id.description, partitions: partitions, configs: topic.configuration))
        case .deletion(_, let deletion?):
            return try Self.json(DeletionValue(name: deletion.name, partitions: deletion.partitionCount))
        case .nextProducerID(let next): return ByteSlice(String(next))
        case .configuration(_, let values?): return try Self.json(values)
        case .quota(_, let limits?):
            return try Self.json(Dictionary(uniqueKeysWithValues: limits.map { ($0.rawValue, $1) }))
        case .features(let features):
            return try Self.json(FeaturesValue(epoch: features.epoch, levels: features.levels))
        case .topic(_, nil), .deletion(_, nil), .configuration(_, nil), .quota(_, nil), .unknown: return nil
        }
    }

    /// Reads a record of the log.
    ///
    /// - Throws: `LogError` with code `.unsupportedFormat`, naming the offset, if it is not what its key says.
    init(_ record: Record) throws {
        let key = record.key?.string ?? ""
        do { try self.init(key: key, value: record.value) } catch {
            throw LogError(
                .unsupportedFormat,
                "the metadata log's record '\(key)' at offset \(record.offset) cannot be read: \(error)")
        }
    }

    /// Reads a record from its key and value; without a value it takes away what was there.
    init(key: String, value: ByteSlice?) throws {
        if key == Key.producerIDs, let value {
            guard let next = Int64(value.string) else { throw Fault("'\(value.string)' is no number") }
            self = .nextProducerID(next)
        } else if key.hasPrefix(Key.topic) {
            let name = String(key.dropFirst(Key.topic.count))
            self = .topic(name: name, try value.map { try Self.topic(name, $0) })
        } else if key.hasPrefix(Key.deletion) {
            let id = try Self.id(String(key.dropFirst(Key.deletion.count)))
            self = .deletion(id: id, try value.map { try Self.deletion(id, $0) })
        } else {
            self = try Self.setting(key, value) ?? .unknown(key: key)
        }
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private static func id(_ text: String) throws -> TopicID {
        guard let id = TopicID(text) else { throw Fault("'\(text)' is no topic id") }
        return id
    }

    private static func topic(_ name: String, _ bytes: ByteSlice) throws -> ClusterImage.Topic {
        let value = try JSONDecoder().decode(TopicValue.self, from: Data(bytes.array))
        return ClusterImage.Topic(
            name: name, id: try id(value.id),
            partitions: try value.partitions.map { partition in
                let state = PartitionState(
                    replicas: partition.replicas.map { BrokerID($0) }, addingReplicas: [], removingReplicas: [],
                    inSyncReplicas: partition.isr.map { BrokerID($0) }, eligibleLeaderReplicas: [],
                    leader: partition.leader < 0 ? nil : BrokerID(partition.leader),
                    leaderEpoch: LeaderEpoch(partition.leaderEpoch), version: PartitionVersion(0))
                guard let state else { throw Fault("a partition of \(name) contradicts itself") }
                return state
            },
            configuration: value.configs)
    }

    private static func deletion(_ id: TopicID, _ bytes: ByteSlice) throws -> ClusterImage.Deletion {
        let value = try JSONDecoder().decode(DeletionValue.self, from: Data(bytes.array))
        return ClusterImage.Deletion(name: value.name, id: id, partitionCount: value.partitions)
    }

    static func json(_ value: some Encodable) throws -> ByteSlice {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteSlice([UInt8](try encoder.encode(value)))
    }
}
