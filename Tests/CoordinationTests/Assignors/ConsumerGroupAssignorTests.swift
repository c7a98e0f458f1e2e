import RecordFormat
import Testing

@testable import Coordination

@Suite struct ConsumerGroupAssignorTests {
    private static func topic(_ number: UInt64) -> TopicID { TopicID(high: 1, low: number) }

    private static func member(
        _ id: String, _ topics: [UInt64], instance: GroupInstanceID? = nil, has: [UInt64: [Int32]] = [:]
    ) -> AssignmentProblem.Member {
        AssignmentProblem.Member(
            id: MemberID(id), instanceID: instance, topics: Set(topics.map(topic)),
            assigned: PartitionAssignment(
                Dictionary(uniqueKeysWithValues: has.map { (topic($0.key), $0.value) })))
    }

    private static func problem(
        _ members: [AssignmentProblem.Member], _ counts: [UInt64: Int32]
    ) -> AssignmentProblem {
        AssignmentProblem(
            members: members,
            partitionCounts: Dictionary(uniqueKeysWithValues: counts.map { (topic($0.key), $0.value) }))
    }

    @Test func namesAreKafkasOrShort() {
        #expect(ConsumerGroupAssignor(name: "range") == .range)
        #expect(
            ConsumerGroupAssignor(name: "org.apache.kafka.coordinator.group.assignor.UniformAssignor") == .uniform)
        #expect(ConsumerGroupAssignor(name: "sticky") == nil)
    }

    @Test func rangeGivesNeighboursAndTheFirstOnesMore() {
        let result = ConsumerGroupAssignor.range.assign(
            Self.problem([Self.member("a", [1, 2]), Self.member("b", [1, 2]), Self.member("c", [1])], [1: 7, 2: 3]))
        #expect(result["a"] == PartitionAssignment([Self.topic(1): [0, 1, 2], Self.topic(2): [0, 1]]))
        #expect(result["b"] == PartitionAssignment([Self.topic(1): [3, 4], Self.topic(2): [2]]))
        #expect(result["c"] == PartitionAssignment([Self.topic(1): [5, 6]]))
    }

    @Test func rangePutsStaticMembersFirstWhateverTheirMemberIDs() {
        let before = ConsumerGroupAssignor.range.assign(
            Self.problem(
                [Self.member("a", [1]), Self.member("z", [1], instance: "i1"), Self.member("y", [1], instance: "i2")],
                [1: 6]))
        #expect(before["z"]?[Self.topic(1)] == [0, 1])
        #expect(before["y"]?[Self.topic(1)] == [2, 3])
        let after = ConsumerGroupAssignor.range.assign(
            Self.problem(
                [Self.member("a", [1]), Self.member("b", [1], instance: "i1"), Self.member("c", [1], instance: "i2")],
                [1: 6]))
        #expect(after["b"] == before["z"] && after["c"] == before["y"] && after["a"] == before["a"])
    }

    @Test func uniformMovesOnlyWhatItMust() {
        let result = ConsumerGroupAssignor.uniform.assign(
            Self.problem(
                [
                    Self.member("a", [1], has: [1: [0, 1, 2]]), Self.member("b", [1], has: [1: [3, 4, 5, 6]]),
                    Self.member("c", [1]),
                ], [1: 7]))
        // The share with one more goes to the first who has that many.
        #expect(result["a"]?[Self.topic(1)] == [0, 1, 2])
        #expect(result["b"]?[Self.topic(1)] == [3, 4])
        #expect(result["c"]?[Self.topic(1)] == [5, 6])
    }

    @Test func withoutTopicsNobodyGetsAnything() {
        let nothing = ["a": PartitionAssignment(), "b": PartitionAssignment()] as [MemberID: PartitionAssignment]
        for assignor in ConsumerGroupAssignor.allCases {
            #expect(assignor.assign(Self.problem([], [1: 3])).isEmpty)
            #expect(assignor.assign(Self.problem([Self.member("a", []), Self.member("b", [])], [:])) == nothing)
        }
    }

    // MARK: - Against a naive model

    /// Random groups; what every assignor owes them is checked the slow way.
    @Test(arguments: UInt64(1)...300) func everyPartitionHasOneOwnerWhoWantsIt(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let problem = Self.randomProblem(&random)
        for assignor in ConsumerGroupAssignor.allCases {
            let result = assignor.assign(problem)
            #expect(Set(result.keys) == Set(problem.members.map(\.id)))
            var owners: [TopicID: [Int32: MemberID]] = [:]
            for member in problem.members {
                for (topic, partitions) in result[member.id, default: .init()].partitions {
                    #expect(member.topics.contains(topic), "\(member.id) does not want \(topic); seed \(seed)")
                    for partition in partitions {
                        let other = owners[topic, default: [:]].updateValue(member.id, forKey: partition)
                        #expect(other == nil, "two owners; seed \(seed)")
                    }
                }
            }
            for (topic, count) in problem.partitionCounts {
                let isWanted = problem.members.contains { $0.topics.contains(topic) }
                #expect(Set(owners[topic, default: [:]].keys) == (isWanted ? Set(0..<count) : []), "seed \(seed)")
            }
        }
    }

    @Test(arguments: UInt64(1)...300) func uniformIsAsEvenAndAsStickyAsCanBe(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let problem = Self.randomProblem(&random)
        let result = ConsumerGroupAssignor.uniform.assign(problem)
        // No single partition could go to someone with two less.
        for giver in problem.members {
            for topic in result[giver.id, default: .init()].partitions.keys {
                for taker in problem.members where taker.topics.contains(topic) {
                    let difference = result[giver.id]!.count - result[taker.id]!.count
                    #expect(difference < 2, "\(giver.id) has \(difference) more than \(taker.id); seed \(seed)")
                }
            }
        }
        // Asked again, nothing moves.
        let again = problem.members.map {
            AssignmentProblem.Member(
                id: $0.id, instanceID: $0.instanceID, topics: $0.topics, assigned: result[$0.id, default: .init()])
        }
        let same = AssignmentProblem(members: again, partitionCounts: problem.partitionCounts)
        #expect(ConsumerGroupAssignor.uniform.assign(same) == result, "seed \(seed)")
        if problem.isHomogeneous { Self.checkStickiness(problem, result, seed) }
    }

    /// Of partitions that members had and still want, an even division keeps as many as any even division could.
    private static func checkStickiness(
        _ problem: AssignmentProblem, _ result: [MemberID: PartitionAssignment], _ seed: UInt64
    ) {
        let kept = problem.members.map { problem.wanted(by: $0).intersection(result[$0.id, default: .init()]).count }
        let had = problem.members.map { problem.wanted(by: $0).count }
        let total = problem.members[0].topics.reduce(0) { $0 + problem.partitions(of: $1).count }
        let (least, extra) = total.quotientAndRemainder(dividingBy: problem.members.count)
        let most = had.reduce(0) { $0 + min($1, least) } + min(extra, had.count { $0 > least })
        #expect(kept.reduce(0, +) == most, "seed \(seed)")
    }

    private static func randomProblem(_ random: inout SplitMix64) -> AssignmentProblem {
        let topicCount = UInt64.random(in: 1...5, using: &random)
        var counts: [UInt64: Int32] = [:]
        for topic in 1...topicCount { counts[topic] = Int32.random(in: 1...9, using: &random) }
        let isHomogeneous = Bool.random(using: &random)
        let common = (1...topicCount).filter { _ in Bool.random(using: &random) }
        let memberCount = Int.random(in: 1...7, using: &random)
        var had = (0..<memberCount).map { _ in [UInt64: [Int32]]() }
        // What members had may be of topics they no longer want, and of partitions that are gone.
        for topic in 1...topicCount {
            for partition in 0..<counts[topic, default: 0] + 1 where Int.random(in: 0..<3, using: &random) > 0 {
                had[Int.random(in: 0..<memberCount, using: &random)][topic, default: []].append(partition)
            }
        }
        let members = (0..<memberCount).map { index in
            let own = (1...topicCount).filter { _ in Bool.random(using: &random) }
            return member("m\(index)", isHomogeneous ? common : own, has: had[index])
        }
        return problem(members, counts)
    }
}
