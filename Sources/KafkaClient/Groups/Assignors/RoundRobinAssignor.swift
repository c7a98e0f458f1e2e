public import RecordFormat

/// Deals all partitions of all topics to the members in turn.
public struct RoundRobinAssignor: PartitionAssignor {
    /// Creates the assignor.
    public init() {}

    public var name: String { "roundrobin" }
    public var rebalanceProtocol: RebalanceProtocol { .eager }

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
