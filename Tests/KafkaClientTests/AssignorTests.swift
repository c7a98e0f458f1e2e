import RecordFormat
import ServerHarness
import Testing

@testable import KafkaClient

@Suite struct AssignorTests {
    private static func members(_ topics: [String: [String]]) -> [String: MemberSubscription] {
        topics.mapValues { MemberSubscription(topics: Set($0)) }
    }

    private static func names(_ assignment: [String: [TopicPartition]]) -> [String: [String]] {
        assignment.mapValues { $0.map(\.description) }
    }

    @Test func rangeGivesEachMemberAStretchOfEachTopic() {
        let assignment = RangeAssignor().assign(
            Self.members(["a": ["x", "y"], "b": ["x", "y"], "c": ["y"]]), partitionCounts: ["x": 3, "y": 4])
        #expect(Self.names(assignment) == ["a": ["x-0", "x-1", "y-0", "y-1"], "b": ["x-2", "y-2"], "c": ["y-3"]])
    }

    @Test func rangeDealsStaticMembersByTheirOwnNames() {
        let assignment = RangeAssignor().assign(
            [
                "z-1": MemberSubscription(topics: ["x"], groupInstanceID: "first"),
                "a-1": MemberSubscription(topics: ["x"], groupInstanceID: "second"),
            ], partitionCounts: ["x": 2])
        #expect(Self.names(assignment) == ["z-1": ["x-0"], "a-1": ["x-1"]])
    }

    @Test func roundRobinDealsInTurnAndPassesOverWhoDidNotSubscribe() {
        let assignment = RoundRobinAssignor().assign(
            Self.members(["a": ["x"], "b": ["x", "y"]]), partitionCounts: ["x": 3, "y": 2])
        #expect(Self.names(assignment) == ["a": ["x-0", "x-2"], "b": ["x-1", "y-0", "y-1"]])
    }

    @Test func membersOfMissingTopicsGetNothing() {
        for assignor in [RangeAssignor(), RoundRobinAssignor(), CooperativeStickyAssignor()] as [any PartitionAssignor]
        {
            #expect(assignor.assign(Self.members(["a": ["gone"]]), partitionCounts: [:]) == ["a": []])
        }
    }

    @Test func cooperativeWithholdsWhatIsStillOwnedAndThenGivesIt() {
        let owned = (0..<6).map { TopicPartition("x", $0) }
        let first = CooperativeStickyAssignor().assign(
            [
                "a": MemberSubscription(topics: ["x"], ownedPartitions: owned, generation: 1),
                "b": MemberSubscription(topics: ["x"]),
            ], partitionCounts: ["x": 6])
        #expect(Self.names(first) == ["a": ["x-0", "x-1", "x-2"], "b": []])
        let second = CooperativeStickyAssignor().assign(
            [
                "a": MemberSubscription(topics: ["x"], ownedPartitions: first["a"] ?? [], generation: 2),
                "b": MemberSubscription(topics: ["x"], generation: 2),
            ], partitionCounts: ["x": 6])
        #expect(Self.names(second) == ["a": ["x-0", "x-1", "x-2"], "b": ["x-3", "x-4", "x-5"]])
    }

    @Test func ofTwoClaimsTheLaterGenerationCounts() {
        let partition = TopicPartition("x", 0)
        let assignment = CooperativeStickyAssignor().assign(
            [
                "a": MemberSubscription(topics: ["x"], ownedPartitions: [partition], generation: 1),
                "b": MemberSubscription(topics: ["x"], ownedPartitions: [partition], generation: 2),
            ], partitionCounts: ["x": 1])
        #expect(Self.names(assignment) == ["a": [], "b": ["x-0"]])
    }

    /// Members come and go at random; the cooperative assignor settles, evenly, and never gives a partition to two.
    @Test func cooperativeSettlesEvenlyWhoeverComesAndGoes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var owned: [String: [TopicPartition]] = ["m0": []]
        let counts: [String: Int32] = ["x": 7, "y": 5]
        for round in 1...200 {
            if owned.count > 1, Bool.random(using: &generator),
                let leaver = owned.keys.sorted().randomElement(using: &generator)
            {
                owned[leaver] = nil
            } else if owned.count < 8 {
                owned["m\(round)"] = []
            }
            for step in 0..<2 {
                let before = owned
                owned = CooperativeStickyAssignor().assign(
                    before.mapValues {
                        MemberSubscription(
                            topics: ["x", "y"], ownedPartitions: $0, generation: Int32(round * 2 + step))
                    }, partitionCounts: counts)
                let all = owned.values.flatMap { $0 }
                #expect(Set(all).count == all.count, "a partition was given twice in round \(round)")
                for (member, partitions) in owned {
                    for other in before where other.key != member {
                        #expect(
                            Set(partitions).isDisjoint(with: other.value),
                            "taken before it was given up in round \(round)")
                    }
                }
            }
            let loads = owned.values.map(\.count)
            #expect(loads.reduce(0, +) == 12)
            #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "uneven in round \(round): \(loads)")
        }
    }

    @Test func subscriptionsAndAssignmentsSurviveTheWire() throws {
        let subscription = MemberSubscription(
            topics: ["b", "a"], ownedPartitions: [TopicPartition("a", 1), TopicPartition("a", 0)], generation: 7)
        let decoded = try ConsumerGroupFormat.decodeSubscription(
            try ConsumerGroupFormat.encode(subscription), groupInstanceID: "i")
        #expect(decoded.topics == subscription.topics)
        #expect(Set(decoded.ownedPartitions) == Set(subscription.ownedPartitions))
        #expect(decoded.generation == 7)
        #expect(decoded.groupInstanceID == "i")
        let assignment = [TopicPartition("a", 0), TopicPartition("a", 3), TopicPartition("b", 1)]
        #expect(try ConsumerGroupFormat.decodeAssignment(try ConsumerGroupFormat.encode(assignment)) == assignment)
        #expect(try ConsumerGroupFormat.decodeAssignment(.empty) == [])
    }
}
