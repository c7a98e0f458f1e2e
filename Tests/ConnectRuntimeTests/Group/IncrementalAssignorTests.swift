import StorageHarness
import Testing

@testable import ConnectRuntime

@Suite struct IncrementalAssignorTests {
    /// Rounds of one group as its leader sees them: every member does what it is told before the next round.
    private struct Group {
        var assignor: IncrementalAssignor
        var members: [String: WorkAssignment] = [:]
        var configured = WorkAssignment()
        var generation: Int32 = 0
        var now = ContinuousClock.now

        init(maximumDelay: Duration = .seconds(300)) { assignor = IncrementalAssignor(maximumDelay: maximumDelay) }

        /// One rebalance.
        @discardableResult
        mutating func rebalance() -> GroupDivision {
            let division = assignor.divide(
                configured, among: members, generation: generation + 1, completed: generation, now: now)
            generation += 1
            for (member, share) in division.shares {
                members[member] = (members[member] ?? .init()).subtracting(share.revoked).union(share.assigned)
            }
            return division
        }

        /// Rebalances as the workers ask for them: at once after a revocation, later after a delay.
        mutating func settle() {
            for _ in 0..<20 {
                let division = rebalance()
                if division.delay > .zero { now += division.delay }
                if division.delay == .zero && division.shares.values.allSatisfy(\.revoked.isEmpty) { return }
            }
            Issue.record("the group does not settle")
        }

        mutating func configure(connectors: Int, tasksEach: Int) {
            configured = WorkAssignment()
            for connector in 0..<connectors {
                configured.connectors.insert("c\(connector)")
                for task in 0..<tasksEach {
                    configured.tasks.insert(ConnectorTaskID(connector: "c\(connector)", task: task))
                }
            }
        }

        var running: WorkAssignment { members.values.reduce(WorkAssignment()) { $0.union($1) } }
        var loads: [Int] { members.values.map(\.tasks.count).sorted() }
    }

    @Test func allWorkIsDividedEvenlyAtOnce() {
        var group = Group()
        group.configure(connectors: 4, tasksEach: 3)
        group.members = ["a": .init(), "b": .init(), "c": .init()]
        let division = group.rebalance()
        #expect(division.delay == .zero)
        #expect(group.running == group.configured)
        #expect(group.loads == [4, 4, 4])
        #expect(group.members.values.map(\.connectors.count).sorted() == [1, 1, 2])
    }

    @Test func aNewMemberTakesFromOthersOnlyWhatItShallHave() {
        var group = Group()
        group.configure(connectors: 2, tasksEach: 3)
        group.members = ["a": .init(), "b": .init()]
        group.settle()
        let before = group.members
        group.members["c"] = .init()
        let first = group.rebalance()
        #expect(first.shares["c"]?.assigned == WorkAssignment(), "what moves is let go of first")
        #expect(first.shares.values.reduce(0) { $0 + $1.revoked.tasks.count } == 2)
        group.settle()
        #expect(group.loads == [2, 2, 2])
        #expect(group.running == group.configured)
        for member in ["a", "b"] {
            #expect(group.members[member]?.tasks.isSubset(of: before[member]?.tasks ?? []) == true)
        }
    }

    @Test func whatALostWorkerRanWaitsForItAndGoesBackToIt() throws {
        var group = Group(maximumDelay: .seconds(300))
        group.configure(connectors: 2, tasksEach: 3)
        group.members = ["a": .init(), "b": .init()]
        group.settle()
        let lost = try #require(group.members["b"])
        group.members["b"] = nil
        let division = group.rebalance()
        #expect(division.delay == .seconds(300))
        #expect(division.heldBack == lost)
        group.now += .seconds(100)
        // It comes back with nothing, as after a restart.
        group.members["b2"] = .init()
        let second = group.rebalance()
        #expect(second.delay == .seconds(200))
        #expect(second.heldBack == lost)
        group.now += .seconds(200)
        let third = group.rebalance()
        #expect(third.delay == .zero && third.heldBack.isEmpty)
        #expect(group.members["b2"] == lost)
        #expect(group.running == group.configured)
    }

    @Test func whatALostWorkerRanGoesToOthersAfterTheDelay() {
        var group = Group(maximumDelay: .seconds(5))
        group.configure(connectors: 2, tasksEach: 3)
        group.members = ["a": .init(), "b": .init(), "c": .init()]
        group.settle()
        group.members["b"] = nil
        #expect(group.rebalance().delay == .seconds(5))
        group.now += .seconds(5)
        group.settle()
        #expect(group.running == group.configured)
        #expect(group.loads == [3, 3])
    }

    @Test func withoutADelayLostWorkMovesAtOnce() {
        var group = Group(maximumDelay: .zero)
        group.configure(connectors: 1, tasksEach: 4)
        group.members = ["a": .init(), "b": .init()]
        group.settle()
        group.members["a"] = nil
        #expect(group.rebalance().delay == .zero)
        #expect(group.running == group.configured)
    }

    @Test func whatTwoMembersRunIsTakenFromBoth() {
        var group = Group()
        group.configure(connectors: 1, tasksEach: 2)
        let task = ConnectorTaskID(connector: "c0", task: 0)
        group.members = ["a": WorkAssignment(tasks: [task]), "b": WorkAssignment(tasks: [task])]
        let division = group.rebalance()
        #expect(division.shares["a"]?.revoked.tasks == [task])
        #expect(division.shares["b"]?.revoked.tasks == [task])
        group.settle()
        #expect(group.members.values.filter { $0.tasks.contains(task) }.count == 1)
    }

    @Test func whatIsDeletedIsRevoked() {
        var group = Group()
        group.configure(connectors: 2, tasksEach: 1)
        group.members = ["a": .init(), "b": .init()]
        group.settle()
        group.configure(connectors: 1, tasksEach: 1)
        group.settle()
        #expect(group.running == group.configured)
    }

    @Test func anAssignmentThatNobodyHeardOfIsMadeAgain() {
        var group = Group()
        group.configure(connectors: 2, tasksEach: 2)
        group.members = ["a": .init(), "b": .init()]
        // Divided, and then the round failed: the generation never completed, and nobody runs anything.
        _ = group.assignor.divide(
            group.configured, among: group.members, generation: 1, completed: 0, now: group.now)
        group.generation = 0
        #expect(group.rebalance().delay == .zero)
        #expect(group.running == group.configured)
    }

    /// Members come, go, die with what they run and come back; connectors come and go. Nothing runs twice once the
    /// group has settled, nothing is forgotten, and the load is even.
    @Test(arguments: 0..<200) func everyHistoryEndsEven(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var group = Group(maximumDelay: Bool.random(using: &random) ? .seconds(60) : .zero)
        group.members = ["m0": .init()]
        var next = 1
        for _ in 0..<30 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                group.members["m\(next)"] = .init()
                next += 1
            case 2 where group.members.count > 1:
                if let gone = group.members.keys.sorted().randomElement(using: &random) { group.members[gone] = nil }
            case 3:
                group.configure(
                    connectors: Int.random(in: 0..<6, using: &random), tasksEach: Int.random(in: 1..<5, using: &random))
            case 4: group.now += .seconds(Int.random(in: 1..<90, using: &random))
            default: break
            }
            let division = group.rebalance()
            for (member, share) in division.shares {
                #expect(share.assigned.intersection(share.revoked).isEmpty, "seed \(seed)")
                #expect(group.members[member] == share.running, "seed \(seed)")
            }
        }
        group.settle()
        #expect(group.running == group.configured, "seed \(seed)")
        let connectors = group.members.values.map(\.connectors.count)
        let tasks = group.members.values.map(\.tasks.count)
        #expect(connectors.reduce(0, +) == group.configured.connectors.count, "seed \(seed)")
        #expect(tasks.reduce(0, +) == group.configured.tasks.count, "seed \(seed)")
        #expect((tasks.max() ?? 0) - (tasks.min() ?? 0) <= 1, "seed \(seed): \(tasks)")
        #expect((connectors.max() ?? 0) - (connectors.min() ?? 0) <= 1, "seed \(seed): \(connectors)")
    }
}
