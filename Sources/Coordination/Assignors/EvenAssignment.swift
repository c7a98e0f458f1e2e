internal import RecordFormat

/// Members that all want the same topics get as many partitions as each other, or one more.
///
/// No partition moves that need not: each member keeps what it had up to its share, and the shares with one more go
/// to those who have more already.
enum EvenAssignment {
    /// Divides the topics' partitions among the members.
    static func solve(_ problem: AssignmentProblem) -> [MemberID: PartitionAssignment] {
        let topics = problem.members[0].topics.sorted()
        let total = topics.reduce(0) { $0 + problem.partitions(of: $1).count }
        let (least, extra) = total.quotientAndRemainder(dividingBy: problem.members.count)

        var claimed = PartitionAssignment()
        var kept = problem.members.map { member -> PartitionAssignment in
            // Two members cannot have been given the same partition; if a log says so, the first keeps it.
            let kept = problem.wanted(by: member).subtracting(claimed)
            claimed.formUnion(kept)
            return kept
        }
        let shares = shares(of: kept.map(\.count), least: least, extra: extra)
        for index in kept.indices { trim(&kept[index], to: shares[index], releasing: &claimed) }

        let free = topics.flatMap { topic in
            problem.partitions(of: topic).filter { !claimed.contains(topic, $0) }.map { (topic, $0) }
        }
        var next = 0
        for index in kept.indices {
            for _ in kept[index].count..<shares[index] {
                kept[index].insert(free[next].0, free[next].1)
                next += 1
            }
        }
        precondition(next == free.count, "partitions are left over")
        return Dictionary(uniqueKeysWithValues: zip(problem.members.map(\.id), kept))
    }

    /// How many partitions each member is to have, given how many it could keep.
    private static func shares(of kept: [Int], least: Int, extra: Int) -> [Int] {
        var shares = kept.map { _ in least }
        var remaining = extra
        for hasMore in [true, false] {
            for index in kept.indices where (kept[index] > least) == hasMore && remaining > 0 {
                shares[index] += 1
                remaining -= 1
            }
        }
        return shares
    }

    /// Takes away the last partitions of the last topics until the share is met.
    private static func trim(
        _ assignment: inout PartitionAssignment, to share: Int, releasing claimed: inout PartitionAssignment
    ) {
        var surplus = assignment.count - share
        guard surplus > 0 else { return }
        for (topic, partitions) in assignment.sorted.reversed() {
            for partition in partitions.reversed() {
                guard surplus > 0 else { return }
                assignment.remove(topic, partition)
                claimed.remove(topic, partition)
                surplus -= 1
            }
        }
    }
}
