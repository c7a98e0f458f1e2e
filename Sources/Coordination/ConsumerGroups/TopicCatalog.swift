public import RecordFormat

/// What a coordinator has to know of a topic to divide it.
public struct CatalogedTopic: Hashable, Sendable {
    /// The topic's identity, which a topic of the same name made later does not share.
    public var id: TopicID
    /// The number of its partitions.
    public var partitionCount: Int32

    /// Creates what is known of a topic.
    public init(id: TopicID, partitionCount: Int32) {
        self.id = id
        self.partitionCount = partitionCount
    }
}

/// The topics that there are, as the host last told the coordinator.
struct TopicCatalog: Sendable {
    private(set) var topics: [String: CatalogedTopic] = [:]
    private(set) var names: [TopicID: String] = [:]
    /// Rises with each change, so that a group finds out cheaply whether it has to look again.
    private(set) var version: Int64 = 0

    /// Takes over what a topic is now; `nil` where it is gone.
    mutating func update(_ name: String, to topic: CatalogedTopic?) {
        guard topics[name] != topic else { return }
        if let former = topics[name] { names[former.id] = nil }
        topics[name] = topic
        if let topic { names[topic.id] = name }
        version += 1
    }
}
