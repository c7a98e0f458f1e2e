internal import RecordFormat

/// Members that want different topics get loads that no single move could make more even.
///
/// Each member keeps what it had; partitions without an owner go to the member with the least among those that want
/// them; then partitions move from those with most to those with least, as long as that helps.
struct BalancedAssignment {
    private static let nobody = -1
    /// How often all topics are gone over. Each move makes the loads more even, so the passes come to an end; on
    /// groups of a hundred random subscriptions that is after two or three.
    private static let passLimit = 32

    private let problem: AssignmentProblem
    /// The members that want each topic, as places in the list of members.
    private let subscribers: [TopicID: [Int]]
    /// The topics, those with the fewest takers first: what is left for others can still even out the loads.
    private let topics: [TopicID]
    /// The owner of each partition of each topic, as a place in the list of members.
    private var owners: [TopicID: [Int]] = [:]
    /// How many partitions each member has.
    private var loads: [Int]

    private init(_ problem: AssignmentProblem) {
        var subscribers: [TopicID: [Int]] = [:]
        for (index, member) in problem.members.enumerated() {
            for topic in member.topics { subscribers[topic, default: []].append(index) }
        }
        self.problem = problem
        self.subscribers = subscribers
        topics = subscribers.keys.sorted { left, right in
            (subscribers[left, default: []].count, left) < (subscribers[right, default: []].count, right)
        }
        loads = problem.members.map { _ in 0 }
    }

    /// Divides the topics' partitions among the members that want them.
    static func solve(_ problem: AssignmentProblem) -> [MemberID: PartitionAssignment] {
        var assignment = BalancedAssignment(problem)
        assignment.keep()
        assignment.assignFree()
        assignment.balance()
        return assignment.result
    }

    private var result: [MemberID: PartitionAssignment] {
        var assignments = problem.members.map { _ in PartitionAssignment() }
        for (topic, owners) in owners {
            for (partition, owner) in owners.enumerated() where owner != Self.nobody {
                assignments[owner].insert(topic, Int32(partition))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(problem.members.map(\.id), assignments))
    }

    private mutating func keep() {
        for topic in topics { owners[topic] = problem.partitions(of: topic).map { _ in Self.nobody } }
        for (index, member) in problem.members.enumerated() {
            for (topic, partitions) in problem.wanted(by: member).partitions {
                for partition in partitions where owners[topic]?[Int(partition)] == Self.nobody {
                    owners[topic]?[Int(partition)] = index
                    loads[index] += 1
                }
            }
        }
    }

    private mutating func assignFree() {
        for topic in topics {
            for partition in problem.partitions(of: topic) where owners[topic]?[Int(partition)] == Self.nobody {
                guard let taker = leastLoaded(of: topic) else { continue }
                owners[topic]?[Int(partition)] = taker
                loads[taker] += 1
            }
        }
    }

    private func leastLoaded(of topic: TopicID) -> Int? {
        subscribers[topic]?.min { (loads[$0], $0) < (loads[$1], $1) }
    }

    private mutating func balance() {
        for _ in 0..<Self.passLimit {
            var hasMoved = false
            for topic in topics where balance(topic) { hasMoved = true }
            if !hasMoved { return }
        }
    }

    /// Moves partitions of one topic as long as that makes the loads more even.
    ///
    /// - Returns: Whether any has moved.
    private mutating func balance(_ topic: TopicID) -> Bool {
        var partitions: [Int: [Int]] = [:]
        for (partition, owner) in owners[topic, default: []].enumerated() where owner != Self.nobody {
            partitions[owner, default: []].append(partition)
        }
        var hasMoved = false
        while let giver = partitions.keys.max(by: { (loads[$0], $0) < (loads[$1], $1) }),
            let taker = leastLoaded(of: topic), loads[giver] - loads[taker] >= 2,
            let partition = partitions[giver]?.popLast()
        {
            if partitions[giver]?.isEmpty == true { partitions[giver] = nil }
            partitions[taker, default: []].append(partition)
            owners[topic]?[partition] = taker
            loads[giver] -= 1
            loads[taker] += 1
            hasMoved = true
        }
        return hasMoved
    }
}
