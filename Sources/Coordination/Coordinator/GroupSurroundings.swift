/// What a coordinator of groups has to know that is no group's own: the topics that there are, and what has been set for
/// single groups.
///
/// A value whose copies share what they hold, so that the coordinators of many partitions can each have one.
public struct GroupSurroundings: Sendable {
    /// The topics that there are.
    var catalog = TopicCatalog()
    /// What has been set for single groups.
    var overrides: [GroupID: ConsumerGroupOverrides] = [:]
    /// Rises with each change, so that a host finds out cheaply whether a coordinator has the newest.
    public private(set) var version: Int64 = 0

    /// Creates surroundings without a topic.
    public init() {}

    /// Takes over what a topic is now; `nil` where it is gone.
    public mutating func topicChanged(_ name: String, to topic: CatalogedTopic?) {
        catalog.update(name, to: topic)
        version += 1
    }

    /// Sets what holds for one group in place of the coordinator's own settings; `nil` for nothing.
    public mutating func setOverrides(_ overrides: ConsumerGroupOverrides?, for groupID: GroupID) {
        self.overrides[groupID] = overrides
        version += 1
    }
}
