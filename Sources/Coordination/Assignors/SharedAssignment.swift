internal import RecordFormat

/// Members that read partitions together (KIP-932, the assignor `simple`): every partition has someone, everyone has a
/// partition, and each as evenly as the other allows.
///
/// With no more members than partitions each partition has one member; with more, those who would have none join the
/// partitions with the fewest members. Who has a partition keeps it as far as that leaves it even.
enum SharedAssignment {
    /// The assignor's name, as ShareGroupDescribe shows it.
    static let name = "simple"

    /// What each member is to have; every member of the problem has an entry.
    static func solve(_ problem: AssignmentProblem) -> [MemberID: PartitionAssignment] {
        var targets = ConsumerGroupAssignor.uniform.assign(problem)
        var idle = problem.members.filter { member in
            targets[member.id]?.isEmpty != false
                && member.topics.contains { !problem.partitions(of: $0).isEmpty }
        }
        guard !idle.isEmpty else { return targets }
        var load: [TopicID: [Int]] = [:]
        for (topic, count) in problem.partitionCounts { load[topic] = Array(repeating: 0, count: Int(count)) }
        for target in targets.values {
            for (topic, partitions) in target.partitions {
                for partition in partitions { load[topic]?[Int(partition)] += 1 }
            }
        }
        // Those who have been reading something stay with it where they are no more than elsewhere.
        let total = load.values.reduce(0) { $0 + $1.count }
        let most = (problem.members.count + total - 1) / max(1, total)
        idle.removeAll { member in
            for (topic, partitions) in problem.wanted(by: member).sorted {
                guard let partition = partitions.first(where: { load[topic]?[Int($0)] ?? most < most }) else {
                    continue
                }
                targets[member.id]?.insert(topic, partition)
                load[topic]?[Int(partition)] += 1
                return true
            }
            return false
        }
        for member in idle {
            guard let (topic, partition) = leastLoaded(of: member, load) else { continue }
            targets[member.id]?.insert(topic, partition)
            load[topic]?[Int(partition)] += 1
        }
        return targets
    }

    private static func leastLoaded(
        of member: AssignmentProblem.Member, _ load: [TopicID: [Int]]
    ) -> (TopicID, Int32)? {
        var least: (topic: TopicID, partition: Int32, count: Int)?
        for topic in member.topics.sorted() {
            for (partition, count) in (load[topic] ?? []).enumerated() where count < least?.count ?? .max {
                least = (topic, Int32(partition), count)
            }
        }
        return least.map { ($0.topic, $0.partition) }
    }
}
