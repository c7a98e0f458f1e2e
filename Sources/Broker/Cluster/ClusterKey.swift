import RecordFormat
import Replication

/// The keys of a cluster's metadata, below the prefix that the store puts before them.
///
/// - SeeAlso: docs/format/cluster-metadata.md
enum ClusterKey: Hashable, Sendable {
    /// The cluster's identity, written once.
    case clusterID
    /// The node that is the controller; goes with its session.
    case controller
    /// What the cluster knows of a node.
    case registration(BrokerID)
    /// The incarnation with which a node is there; goes with its session.
    case session(BrokerID)
    /// A topic, by its name.
    case topic(String)
    /// A partition's state, once it is another than the topic's key says.
    case partition(PartitionID)
    /// What one node keeps as a record: settings, quotas, features and producer identities.
    case record(String)

    private static let registrations = "registrations/"
    private static let sessions = "sessions/"
    private static let topics = "topics/"
    private static let partitions = "partitions/"

    /// The key as the store has it.
    var text: String {
        switch self {
        case .clusterID: "cluster-id"
        case .controller: "controller"
        case .registration(let id): Self.registrations + String(id.rawValue)
        case .session(let id): Self.sessions + String(id.rawValue)
        case .topic(let name): Self.topics + name
        case .partition(let id): Self.prefix(ofPartitionsOf: id.topic) + String(id.index)
        case .record(let key): key
        }
    }

    /// How the keys of all partitions of a topic begin.
    static func prefix(ofPartitionsOf topic: TopicID) -> String { "\(partitions)\(topic)/" }

    /// Reads a key; what is none of the others is a record's.
    ///
    /// - Returns: `nil` for one that begins like another and does not go on like it.
    init?(_ text: String) {
        func number(after prefix: String) -> BrokerID? { Int32(text.dropFirst(prefix.count)).map { BrokerID($0) } }
        switch text {
        case Self.clusterID.text: self = .clusterID
        case Self.controller.text: self = .controller
        case _ where text.hasPrefix(Self.registrations):
            guard let id = number(after: Self.registrations) else { return nil }
            self = .registration(id)
        case _ where text.hasPrefix(Self.sessions):
            guard let id = number(after: Self.sessions) else { return nil }
            self = .session(id)
        case _ where text.hasPrefix(Self.topics): self = .topic(String(text.dropFirst(Self.topics.count)))
        case _ where text.hasPrefix(Self.partitions):
            let parts = text.dropFirst(Self.partitions.count).split(separator: "/")
            guard parts.count == 2, let topic = TopicID(String(parts[0])), let index = Int32(parts[1]) else {
                return nil
            }
            self = .partition(PartitionID(topic: topic, index: index))
        default: self = .record(text)
        }
    }
}
