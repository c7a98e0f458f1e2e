public import RecordFormat

/// Cuts each topic's partitions into one stretch per member, so that equal topics are shared equally: partition 3 of
/// one goes where partition 3 of the other goes.
public struct RangeAssignor: PartitionAssignor {
    /// Creates the assignor.
    public init() {}

    /// The name under which members agree on it.
    public var name: String { "range" }
    /// How partitions change hands.
    public var rebalanceProtocol: RebalanceProtocol { .eager }

    /// Gives every partition to one of the members that subscribed to its topic.
    public func assign(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        var assignment = subscriptions.mapValues { _ in [TopicPartition]() }
        let order = dealingOrder(subscriptions)
        for (topic, count) in partitionCounts.sorted(by: { $0.key < $1.key }) {
            let members = order.filter { subscriptions[$0]?.topics.contains(topic) ?? false }
            if members.isEmpty { continue }
            let (share, extra) = count.quotientAndRemainder(dividingBy: Int32(members.count))
            var next: Int32 = 0
            for (position, member) in members.enumerated() {
                // The first members take one more each until the remainder is dealt.
                let end = next + share + (position < Int(extra) ? 1 : 0)
                assignment[member, default: []] += (next..<end).map { TopicPartition(topic, $0) }
                next = end
            }
        }
        return assignment
    }
}
