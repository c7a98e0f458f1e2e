public import RecordFormat

/// A partition of a topic that may be created again under its name: the topic's id tells the two apart (KIP-516).
public struct PartitionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The topic's id.
    public var topic: TopicID
    /// The partition's number in the topic, from 0.
    public var index: Int32

    /// Creates the id of a topic's partition.
    public init(topic: TopicID, index: Int32) {
        self.topic = topic
        self.index = index
    }

    /// Whether `left` comes before `right`.
    public static func < (left: PartitionID, right: PartitionID) -> Bool {
        left.topic == right.topic ? left.index < right.index : left.topic < right.topic
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(topic)-\(index)" }
}
