import LogCore
import RecordFormat
import Replication

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value of the cluster's metadata that is not what its key says.
struct ClusterValueFault: Error, CustomStringConvertible {
    let description: String
}

/// The values that are JSON, so that a person with `etcdctl get` can read them. Members that a later version has beside
/// these are passed over.
///
/// - SeeAlso: docs/format/cluster-metadata.md
enum ClusterJSON {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

/// A topic as its key has it.
struct TopicValue: Codable {
    struct Partition: Codable {
        var replicas: [Int32]
        /// Those of ``replicas`` that were not there when the partition was made.
        var absent: [Int32]?
    }

    var id: String
    var partitions: [Partition]
    var configs: [String: String]

    /// A topic whose partitions begin as they are here.
    init(_ topic: ClusterImage.Topic) {
        id = topic.id.description
        configs = topic.configuration
        partitions = topic.partitions.map(Self.initial)
    }

    /// This topic with another's settings, and the partitions that it has beyond these.
    func updated(to topic: ClusterImage.Topic) -> TopicValue {
        var copy = self
        copy.configs = topic.configuration
        copy.partitions += topic.partitions.dropFirst(partitions.count).map(Self.initial)
        return copy
    }

    private static func initial(_ state: PartitionState) -> Partition {
        let absent = state.replicas.filter { !state.inSyncReplicas.contains($0) }.map(\.rawValue)
        return Partition(replicas: state.replicas.map(\.rawValue), absent: absent.isEmpty ? nil : absent)
    }

    /// The topic's identity.
    func topicID() throws -> TopicID {
        guard let id = TopicID(id) else { throw ClusterValueFault(description: "'\(id)' is no topic id") }
        return id
    }

    /// The state in which a partition begins.
    func initialState(of index: Int) throws -> PartitionState {
        let replicas = partitions[index].replicas
        guard !replicas.isEmpty, Set(replicas).count == replicas.count else {
            throw ClusterValueFault(description: "partition \(index) has no replicas, or one twice")
        }
        let absent = partitions[index].absent ?? []
        return PartitionState(
            replicas: replicas.map { BrokerID($0) },
            inSyncReplicas: replicas.filter { !absent.contains($0) }.map { BrokerID($0) })
    }
}

/// A partition's state as its key has it.
struct PartitionValue: Codable {
    var replicas: [Int32]
    var addingReplicas: [Int32]
    var removingReplicas: [Int32]
    var isr: [Int32]
    var elr: [Int32]
    /// -1 if nobody leads.
    var leader: Int32
    var leaderEpoch: Int32
    /// How many times the key was written: the store counts the same.
    var version: Int32

    init(_ state: PartitionState) {
        replicas = state.replicas.map(\.rawValue)
        addingReplicas = state.addingReplicas.map(\.rawValue)
        removingReplicas = state.removingReplicas.map(\.rawValue)
        isr = state.inSyncReplicas.map(\.rawValue)
        elr = state.eligibleLeaderReplicas.map(\.rawValue)
        leader = state.leader?.rawValue ?? -1
        leaderEpoch = state.leaderEpoch.rawValue
        version = state.version.rawValue
    }

    /// The state that a key's value describes.
    static func state(_ bytes: [UInt8]) throws -> PartitionState {
        let value = try ClusterJSON.decode(Self.self, bytes)
        func nodes(_ numbers: [Int32]) -> [BrokerID] { numbers.map { BrokerID($0) } }
        let state = PartitionState(
            replicas: nodes(value.replicas), addingReplicas: nodes(value.addingReplicas),
            removingReplicas: nodes(value.removingReplicas), inSyncReplicas: nodes(value.isr),
            eligibleLeaderReplicas: nodes(value.elr), leader: value.leader < 0 ? nil : BrokerID(value.leader),
            leaderEpoch: LeaderEpoch(value.leaderEpoch), version: PartitionVersion(value.version))
        guard let state else { throw ClusterValueFault(description: "the partition's parts contradict one another") }
        return state
    }
}

/// A node as its key has it.
struct RegistrationValue: Codable {
    struct Endpoint: Codable {
        var host: String
        var port: Int
    }

    var epoch: Int64
    /// Of the data directory, in hexadecimal: JSON's numbers end before it does.
    var directory: String
    /// Of the machine's boot, in hexadecimal.
    var boot: String
    var endedCleanly: Bool
    /// Which copies are whole: `none`, `flushed` or `all`.
    var copies: String
    var rack: String?
    var admitted: Bool
    var draining: Bool
    /// Whether the node was taken out of the cluster; only there if it was.
    var removed: Bool?
    /// By the listener's name.
    var endpoints: [String: Endpoint]

    private static let words: [(BrokerRegistration.IntactCopies, String)] = [
        (.none, "none"), (.flushed, "flushed"), (.all, "all"),
    ]

    init(_ registration: BrokerRegistration, endpoints: [String: ClusterImage.Node.Endpoint]) {
        epoch = registration.epoch.rawValue
        directory = String(registration.origin.directory, radix: 16)
        boot = String(registration.origin.boot, radix: 16)
        endedCleanly = registration.origin.endedCleanly
        copies = Self.words.first { $0.0 == registration.intactCopies }!.1
        rack = registration.rack
        admitted = registration.isAdmitted
        draining = registration.isDraining
        self.endpoints = endpoints.mapValues { Endpoint(host: $0.host, port: $0.port) }
    }

    /// The node that the value describes, under the number in its key.
    func registration(of id: BrokerID) throws -> BrokerRegistration {
        guard let directory = UInt64(directory, radix: 16), let boot = UInt64(boot, radix: 16),
            let copies = Self.words.first(where: { $0.1 == copies })?.0
        else { throw ClusterValueFault(description: "directory, boot or copies of the node cannot be read") }
        return BrokerRegistration(
            id: id, epoch: BrokerEpoch(epoch),
            origin: BrokerRegistration.Origin(directory: directory, boot: boot, endedCleanly: endedCleanly),
            intactCopies: copies, rack: rack, isAdmitted: admitted, isDraining: draining,
            isRemoved: removed ?? false)
    }

    /// The node as clients see it.
    func node(_ id: BrokerID) -> ClusterImage.Node {
        ClusterImage.Node(
            id: id.rawValue,
            endpoints: endpoints.mapValues { ClusterImage.Node.Endpoint(host: $0.host, port: $0.port) }, rack: rack)
    }
}
