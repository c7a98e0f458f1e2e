/// One partition of a topic.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// Creates the name of a partition.
    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// The name of the partition's directory, `<topic>-<partition>`.
    public var directoryName: String { "\(topic)-\(partition)" }

    /// Creates the partition that a directory's name stands for; `nil` for any other name.
    public init?(directoryName name: String) {
        guard let dash = name.lastIndex(of: "-"), dash != name.startIndex else { return nil }
        let digits = name[name.index(after: dash)...]
        // One name for each partition: `t-01` is none, or two directories would be partition 1 of `t`.
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), digits == "0" || digits.first != "0",
            let partition = Int32(digits)
        else { return nil }
        self.init(String(name[..<dash]), partition)
    }

    /// Whether `left` comes before `right`.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    /// The value as text, for logs and messages.
    public var description: String { directoryName }
}
