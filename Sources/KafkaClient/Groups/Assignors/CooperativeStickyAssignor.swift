public import RecordFormat

/// Leaves partitions where they are as far as the shares stay even, and moves the rest without stopping the others
/// (KIP-429).
///
/// A partition that changes hands is given to nobody in the first rebalance, so that its owner gives it up; the
/// rebalance that follows gives it to its new owner. Two members never have a partition at once.
public struct CooperativeStickyAssignor: PartitionAssignor {
    /// Creates the assignor.
    public init() {}

    /// The name under which members agree on it.
    public var name: String { "cooperative-sticky" }
    /// How partitions change hands.
    public var rebalanceProtocol: RebalanceProtocol { .cooperative }

    /// Gives every partition to one of the members that subscribed to its topic.
    public func assign(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        let owners = owners(subscriptions, partitionCounts: partitionCounts)
        var assignment = balanced(subscriptions, partitionCounts: partitionCounts, owners: owners)
        // What another member still has must be given up by it first.
        for member in assignment.keys {
            assignment[member]?.removeAll { partition in
                guard let owner = owners[partition] else { return false }
                return owner != member
            }
        }
        return assignment
    }

    /// Who has what. Of two claims the one from the later generation counts, and of two equal ones none: neither member
    /// can know whether it still has the partition.
    private func owners(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32]
    ) -> [TopicPartition: String] {
        var claims: [TopicPartition: (member: String?, generation: Int32)] = [:]
        for (member, subscription) in subscriptions {
            for partition in subscription.ownedPartitions {
                guard subscription.topics.contains(partition.topic),
                    partition.partition < partitionCounts[partition.topic] ?? 0
                else { continue }
                if let other = claims[partition], other.generation > subscription.generation { continue }
                let isContested = claims[partition]?.generation == subscription.generation
                claims[partition] = (isContested ? nil : member, subscription.generation)
            }
        }
        return claims.compactMapValues(\.member)
    }

    /// An even assignment that differs as little as can be from what is.
    private func balanced(
        _ subscriptions: [String: MemberSubscription], partitionCounts: [String: Int32],
        owners: [TopicPartition: String]
    ) -> [String: [TopicPartition]] {
        var assignment = subscriptions.mapValues { _ in [TopicPartition]() }
        var unassigned: [TopicPartition] = []
        let subscribed = partitionCounts.filter { topic, _ in
            subscriptions.values.contains { $0.topics.contains(topic) }
        }
        for (topic, count) in subscribed.sorted(by: { $0.key < $1.key }) {
            for number in 0..<count {
                let partition = TopicPartition(topic, number)
                if let owner = owners[partition] {
                    assignment[owner, default: []].append(partition)
                } else {
                    unassigned.append(partition)
                }
            }
        }
        let order = dealingOrder(subscriptions)
        for partition in unassigned {
            guard let member = leastLoaded(order, for: partition.topic, subscriptions, assignment) else { continue }
            assignment[member, default: []].append(partition)
        }
        even(&assignment, order: order, subscriptions)
        return assignment.mapValues { $0.sorted() }
    }

    private func leastLoaded(
        _ order: [String], for topic: String, _ subscriptions: [String: MemberSubscription],
        _ assignment: [String: [TopicPartition]]
    ) -> String? {
        order.filter { subscriptions[$0]?.topics.contains(topic) ?? false }
            .min { assignment[$0]?.count ?? 0 < assignment[$1]?.count ?? 0 }
    }

    /// Moves partitions from the most to the least loaded that may have them, until nobody has two more than another
    /// who could take one. Every move makes the loads more even, so this ends.
    private func even(
        _ assignment: inout [String: [TopicPartition]], order: [String], _ subscriptions: [String: MemberSubscription]
    ) {
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for member in order.sorted(by: { assignment[$0]?.count ?? 0 > assignment[$1]?.count ?? 0 }) {
                let owned = assignment[member] ?? []
                // From the end, so that what remains is the stretch that a member had first.
                for partition in owned.reversed() {
                    guard let taker = leastLoaded(order, for: partition.topic, subscriptions, assignment),
                        (assignment[taker]?.count ?? 0) + 1 < assignment[member]?.count ?? 0
                    else { continue }
                    assignment[member]?.removeAll { $0 == partition }
                    assignment[taker, default: []].append(partition)
                    hasMoved = true
                }
            }
        }
    }
}
