internal import RecordFormat

/// Topic by topic, each member that wants the topic gets a range of neighbouring partitions.
///
/// Topics with as many partitions as each other are divided alike among the same members, so that a member that joins
/// records of two topics by key has both sides.
enum RangeAssignment {
    /// Divides each topic among the members that want it.
    static func solve(_ problem: AssignmentProblem) -> [MemberID: PartitionAssignment] {
        var result = Dictionary(uniqueKeysWithValues: problem.members.map { ($0.id, PartitionAssignment()) })
        let members = problem.members.sorted(by: precedes)
        for (topic, count) in problem.partitionCounts {
            let subscribers = members.filter { $0.topics.contains(topic) }
            guard !subscribers.isEmpty else { continue }
            let (least, extra) = Int(count).quotientAndRemainder(dividingBy: subscribers.count)
            var start: Int32 = 0
            for (index, member) in subscribers.enumerated() {
                let end = start + Int32(index < extra ? least + 1 : least)
                result[member.id]?[topic] = Set(start..<end)
                start = end
            }
        }
        return result
    }

    /// Static members come first and by their instance ids: they keep their ranges through a restart that gives them
    /// new member ids.
    private static func precedes(_ left: AssignmentProblem.Member, _ right: AssignmentProblem.Member) -> Bool {
        switch (left.instanceID, right.instanceID) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left.id < right.id
        }
    }
}
