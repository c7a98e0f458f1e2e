public import RecordFormat

/// One partition as one share group reads it (KIP-932): the group, the topic's identity and the partition's number.
public struct SharePartitionKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The share group.
    public var groupID: GroupID
    /// The topic's identity, which a topic of the same name made later does not share.
    public var topicID: TopicID
    /// The partition's number.
    public var partition: Int32

    /// Creates the name of a share-partition.
    public init(groupID: GroupID, topicID: TopicID, partition: Int32) {
        self.groupID = groupID
        self.topicID = topicID
        self.partition = partition
    }

    /// Reads the name as Kafka's share coordinator spells it; `nil` if it is none.
    public init?(coordinatorKey text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let topicID = TopicID(String(parts[parts.count - 2])),
            let partition = Int32(parts[parts.count - 1]), partition >= 0
        else { return nil }
        let groupID = parts.dropLast(2).joined(separator: ":")
        guard !groupID.isEmpty else { return nil }
        self.init(groupID: GroupID(groupID), topicID: topicID, partition: partition)
    }

    /// Whether `left` comes before `right`.
    public static func < (left: SharePartitionKey, right: SharePartitionKey) -> Bool {
        (left.groupID, left.topicID, left.partition) < (right.groupID, right.topicID, right.partition)
    }

    /// The name as Kafka's share coordinator spells it.
    public var description: String { "\(groupID):\(topicID):\(partition)" }

    /// The partition of `__share_group_state` that the share-partition's records are in.
    ///
    /// - Parameter count: The number of partitions of `__share_group_state`, which must never change.
    public func statePartition(among count: Int32) -> Int32 {
        OffsetCommitKey.partition(of: description, among: count)
    }
}
