public import RecordFormat

/// Deals all partitions of all topics to the members in turn.
public struct RoundRobinAssignor: PartitionAssignor {
    /// Creates the assignor.
    public init() {}

    /// The name under which members agree on it.
    public var name: String { "roundrobin" }
    /// How partitions change hands.
    public var rebalanceProtocol: RebalanceProtocol { .eager }

    /// Gives every partition to one of the members that subscribed to its topic.
    public func assign(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        var assignment = subscriptions.mapValues { _ in [TopicPartition]() }
        let order = dealingOrder(subscriptions)
        var turn = 0
        for (topic, count) in partitionCounts.sorted(by: { $0.key < $1.key }) {
            guard subscriptions.values.contains(where: { $0.topics.contains(topic) }) else { continue }
            for partition in 0..<count {
                while subscriptions[order[turn % order.count]]?.topics.contains(topic) != true { turn += 1 }
                assignment[order[turn % order.count], default: []].append(TopicPartition(topic, partition))
                turn += 1
            }
        }
        return assignment
    }
}
