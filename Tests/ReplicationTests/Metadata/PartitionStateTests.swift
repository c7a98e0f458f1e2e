import RecordFormat
import Replication
import Testing

@Suite struct PartitionStateTests {
    @Test func aNewPartitionIsLedByItsFirstInSyncReplica() {
        let state = PartitionState(replicas: Cluster.ids([3, 1, 2]), inSyncReplicas: Cluster.ids([2, 1]))
        #expect(state.leader == BrokerID(1))
        #expect(state.inSyncReplicas == Cluster.ids([1, 2]))
        #expect(state.leaderEpoch == LeaderEpoch(0) && state.version == PartitionVersion(0))
    }

    @Test func whoLeavesTooFewStaysEligible() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1)
        let two = state.removing(inSync: Cluster.ids([3]), minInSyncReplicas: 2)
        #expect(two.inSyncReplicas == Cluster.ids([1, 2]) && two.eligibleLeaderReplicas.isEmpty)
        let one = two.removing(inSync: Cluster.ids([2]), minInSyncReplicas: 2)
        #expect(one.inSyncReplicas == Cluster.ids([1]) && one.eligibleLeaderReplicas == Cluster.ids([2]))
        let none = one.removing(inSync: Cluster.ids([1]), minInSyncReplicas: 2)
        #expect(none.inSyncReplicas.isEmpty && none.eligibleLeaderReplicas == Cluster.ids([1, 2]))
        #expect(none.leader == nil)
    }

    @Test func enoughInSyncLeaveNobodyElseEligible() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1)
        let joined = state.settingInSync(Cluster.ids([1, 3]), minInSyncReplicas: 2)
        #expect(joined.inSyncReplicas == Cluster.ids([1, 3]) && joined.eligibleLeaderReplicas.isEmpty)
    }

    @Test func aLostCopyIsInNeitherSet() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1)
        #expect(state.removingCopy(of: BrokerID(2)).eligibleLeaderReplicas.isEmpty)
        let without = state.removingCopy(of: BrokerID(1))
        #expect(without.inSyncReplicas.isEmpty && without.eligibleLeaderReplicas == Cluster.ids([2]))
        #expect(without.leader == nil)
    }

    @Test func theEpochGrowsWithEveryOtherLeaderAndTheVersionWithEveryChange() throws {
        let state = try Cluster.state([1, 2], inSync: [1, 2], leader: 1)
        let same = state.removing(inSync: Cluster.ids([2]), minInSyncReplicas: 1).succeeding(state)
        #expect(same.leaderEpoch == LeaderEpoch(3) && same.version == PartitionVersion(6))
        let other = state.electing(BrokerID(2), minInSyncReplicas: 1).succeeding(state)
        #expect(other.leaderEpoch == LeaderEpoch(4) && other.version == PartitionVersion(6))
        let nobody = state.removingCopy(of: BrokerID(1)).succeeding(state)
        #expect(nobody.leader == nil && nobody.leaderEpoch == LeaderEpoch(4))
    }

    @Test func theMinimumIsNoMoreThanTheReplicasAndIgnoresThoseThatCome() throws {
        let single = try Cluster.state([1], inSync: [1], leader: 1)
        #expect(single.hasEnoughInSync(3))
        let growing = try Cluster.state([1, 2, 3], inSync: [1], adding: [2, 3], leader: 1)
        #expect(growing.effectiveMinInSync(2) == 1)
        let shrinking = try Cluster.state([1, 2, 3], inSync: [1], removing: [2, 3], leader: 1)
        #expect(!shrinking.hasEnoughInSync(2))
    }

    @Test func notEnoughIsInSyncWhileSomebodyIsEligible() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1)
        // As a leader sees it that has heard of a lower minimum, while the state was written under a higher one.
        #expect(!state.hasEnoughInSync(1))
    }

    @Test func contradictionsAreNoState() {
        #expect(throws: Cluster.Contradiction.self) { try Cluster.state([1, 2], inSync: [3], leader: nil) }
        #expect(throws: Cluster.Contradiction.self) { try Cluster.state([1, 2], inSync: [1], leader: 2) }
        #expect(throws: Cluster.Contradiction.self) { try Cluster.state([1, 1], inSync: [1], leader: 1) }
        #expect(throws: Cluster.Contradiction.self) {
            try Cluster.state([1, 2], inSync: [1], eligible: [1], leader: 1)
        }
        #expect(throws: Cluster.Contradiction.self) { try Cluster.state([], inSync: [], leader: nil) }
    }
}
