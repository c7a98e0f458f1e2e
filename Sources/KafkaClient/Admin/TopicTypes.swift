public import RecordFormat

/// A topic to be created.
public struct NewTopic: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// How many partitions; -1 for the broker's default.
    public var partitions: Int32
    /// How many replicas of each; -1 for the broker's default.
    public var replicationFactor: Int16
    /// Settings that differ from the broker's defaults.
    public var configs: [String: String]
    /// The brokers of each partition, the preferred leader first; when given, the counts follow from it.
    public var assignments: [Int32: [Int32]]

    /// Describes a topic to be created.
    public init(
        _ name: String, partitions: Int32 = -1, replicationFactor: Int16 = -1, configs: [String: String] = [:],
        assignments: [Int32: [Int32]] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configs = configs
        self.assignments = assignments
    }
}

/// A topic as it was created; what the broker did not say is `nil`, zero or empty.
public struct CreatedTopic: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// Its identity; zero from brokers that know none.
    public var topicID: TopicID
    /// How many partitions it has.
    public var partitions: Int32?
    /// How many replicas of each.
    public var replicationFactor: Int16?
    /// Its settings.
    public var configs: [String: String]
}

/// A topic in a list.
public struct TopicListing: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// Its identity; zero from brokers that know none.
    public var topicID: TopicID
    /// Whether it serves the cluster itself.
    public var isInternal: Bool
    /// How many partitions it has.
    public var partitionCount: Int
}

/// A topic and its partitions.
public struct TopicDescription: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// Its identity; zero from brokers that know none.
    public var topicID: TopicID
    /// Whether it serves the cluster itself.
    public var isInternal: Bool
    /// Its partitions, in order.
    public var partitions: [PartitionDescription]
}

/// Something that has a configuration.
public struct ConfigResource: Sendable, Hashable {
    /// What kind of thing it is.
    public enum Kind: Int8, Sendable, Hashable {
        /// A topic, by name.
        case topic = 2
        /// A broker, by number.
        case broker = 4
    }

    /// What kind of thing it is.
    public var kind: Kind
    /// Its name or number.
    public var name: String

    /// Names a thing that has a configuration.
    public init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// A topic's configuration.
    public static func topic(_ name: String) -> ConfigResource { ConfigResource(kind: .topic, name: name) }
    /// A broker's configuration.
    public static func broker(_ nodeID: Int32) -> ConfigResource { ConfigResource(kind: .broker, name: String(nodeID)) }
}

/// One setting.
public struct ConfigEntry: Sendable, Hashable {
    /// The setting's name.
    public var name: String
    /// Its value; `nil` for one that is not told.
    public var value: String?
    /// Whether it cannot be changed while the broker runs.
    public var isReadOnly: Bool
    /// Whether nobody set it.
    public var isDefault: Bool
    /// Whether it is a secret.
    public var isSensitive: Bool
    /// What it does, if the broker says so.
    public var documentation: String?
    /// Where its value comes from.
    public var source = ConfigSource.unknown
    /// The values that it could have, the one in force first; empty where nobody asked for them.
    public var synonyms: [ConfigSynonym] = []
}

/// Which offset of a partition is meant.
public enum OffsetSpecification: Sendable, Hashable {
    /// That of the oldest record.
    case earliest
    /// That after the last record.
    case latest
    /// That of the record with the highest timestamp.
    case maximumTimestamp
    /// That of the first record at or after a time.
    case at(Timestamp)

    var mark: Int64 {
        switch self {
        case .earliest: OffsetLookup.Mark.earliest
        case .latest: OffsetLookup.Mark.latest
        case .maximumTimestamp: OffsetLookup.Mark.maximumTimestamp
        case .at(let time): time.milliseconds
        }
    }
}
