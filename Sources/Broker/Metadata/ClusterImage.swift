import RecordFormat
import Replication

/// All that a broker knows of the cluster at one moment: nodes, topics, settings, quotas and features; replaced as a whole, never changed.
struct ClusterImage: Sendable {
    /// One node that is there.
    struct Node: Sendable, Hashable {
        /// Where clients of one listener reach a node.
        struct Endpoint: Sendable, Hashable {
            var host: String
            var port: Int
        }

        var id: Int32
        /// By the listener's name: who came by one is told the other nodes' of that name.
        var endpoints: [String: Endpoint]
        var rack: String?
    }

    /// One topic.
    struct Topic: Sendable, Hashable {
        var name: String
        var id: TopicID
        var partitions: [PartitionState]
        /// What was set for this topic; the rest has the broker's defaults.
        var configuration: [String: String]

        /// Whether the cluster itself owns the topic, so that clients do not write to it.
        var isInternal: Bool { InternalTopics.names.contains(name) }

        /// What is left to do when the topic is removed.
        var deletion: Deletion { Deletion(name: name, id: id, partitionCount: partitions.count) }
    }

    /// A topic that was removed and whose directories are being deleted.
    struct Deletion: Sendable, Hashable {
        var name: String
        var id: TopicID
        var partitionCount: Int

        var partitions: [TopicPartition] { (0..<partitionCount).map { TopicPartition(name, Int32($0)) } }
    }

    /// The nodes that are there, by number. A broker answers for itself by its settings, which may be newer.
    private(set) var nodes: [Int32: Node] = [:]
    /// The nodes that belong to the cluster and are away.
    private(set) var awayNodes: [Int32: Node] = [:]
    /// Their incarnations, and those of nodes that are away.
    var brokers = BrokerDirectory()
    /// The node that decides who leads, if one does.
    var controller: Int32?
    private(set) var topics: [String: Topic] = [:]
    /// What was set for brokers, groups and client metrics while they run; topics have their own with them.
    private(set) var configurations: [ConfigurationResource: [String: String]] = [:]
    /// The quotas of users, client ids and addresses.
    private(set) var quotas: [QuotaEntity: [QuotaKey: Double]] = [:]
    /// The levels of features that the cluster has agreed on.
    private(set) var features = FeatureLevels()
    private(set) var names: [TopicID: String] = [:]

    /// The topic of that name, if there is one.
    func topic(_ name: String) -> Topic? { topics[name] }

    /// The topic of that identity, if there is one.
    func topic(_ id: TopicID) -> Topic? { names[id].flatMap { topics[$0] } }

    /// A partition as it is known; `nil` if there is none of that number.
    func partition(_ id: TopicPartition) -> PartitionState? {
        guard let topic = topics[id.topic], topic.partitions.indices.contains(Int(id.partition)) else { return nil }
        return topic.partitions[Int(id.partition)]
    }

    /// Notes what is known of a node, and whether it is there.
    mutating func set(_ node: Node, isThere: Bool = true) {
        nodes[node.id] = isThere ? node : nil
        awayNodes[node.id] = isThere ? nil : node
    }

    mutating func removeNode(_ id: Int32) {
        nodes[id] = nil
        awayNodes[id] = nil
    }

    mutating func set(_ topic: Topic) {
        topics[topic.name] = topic
        names[topic.id] = topic.name
    }

    /// Sets the state of a partition that there is.
    mutating func set(_ state: PartitionState, of index: Int, in name: String) {
        topics[name]?.partitions[index] = state
    }

    mutating func remove(_ name: String) {
        if let topic = topics.removeValue(forKey: name) { names[topic.id] = nil }
    }

    /// What was set for `resource`.
    func configuration(of resource: ConfigurationResource) -> [String: String] { configurations[resource] ?? [:] }

    mutating func set(_ configuration: [String: String], of resource: ConfigurationResource) {
        configurations[resource] = configuration.isEmpty ? nil : configuration
    }

    mutating func set(_ limits: [QuotaKey: Double], of entity: QuotaEntity) {
        quotas[entity] = limits.isEmpty ? nil : limits
    }

    mutating func set(_ features: FeatureLevels) { self.features = features }
}

/// The topics in which the cluster keeps its own state.
enum InternalTopics {
    static let consumerOffsets = "__consumer_offsets"
    static let transactionState = "__transaction_state"
    static let shareGroupState = "__share_group_state"
    static let names: Set<String> = [consumerOffsets, transactionState, shareGroupState]
}

/// The rules that a topic's name keeps, so that it can be a directory's.
enum TopicName {
    static let maxLength = 249

    /// What is wrong with `name`, or `nil`.
    static func fault(_ name: String) -> String? {
        if name.isEmpty { return "the empty string is not allowed" }
        if name == "." || name == ".." { return "'.' or '..' is not allowed" }
        if name.utf8.count > maxLength {
            return "the length of '\(name)' is longer than the max allowed length \(maxLength)"
        }
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isLegal
            ? nil : "'\(name)' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
    }

    /// Another topic whose metrics would have the same name, since `.` and `_` are one there.
    static func collision(of name: String, among names: some Sequence<String>) -> String? {
        let folded = name.replacing(".", with: "_")
        return names.first { $0 != name && $0.replacing(".", with: "_") == folded }
    }
}
