import RecordFormat
import Replication
import Simulator
import Testing

/// Changes at random, beside a model that keeps for each replica how far it certainly has everything.
@Suite struct PartitionStatePropertyTests {
    /// The replicas' logs as a high watermark that moves while it may, and whose copies are complete up to it.
    private struct Model {
        var watermark = 0
        var completeTo: [BrokerID: Int] = [:]

        /// As a leader does: the high watermark moves with whoever is in sync.
        mutating func advance(_ state: PartitionState, min: Int) {
            guard state.leader != nil, state.hasEnoughInSync(min) else { return }
            watermark += 1
            for replica in state.inSyncReplicas { completeTo[replica] = watermark }
        }
    }

    @Test(arguments: UInt64(1)...20) func whoIsInSyncOrEligibleHasEverything(seed: UInt64) {
        var random = SimulationRandom(seed: seed)
        var state = PartitionState(replicas: Cluster.ids([1, 2, 3, 4]), inSyncReplicas: Cluster.ids([1, 2, 3, 4]))
        var model = Model()
        var minimum = 2
        for step in 0..<2_000 {
            let replica = BrokerID(.random(in: 1...4, using: &random))
            var next = state
            switch Int.random(in: 0..<7, using: &random) {
            case 0, 1: next = state.removing(inSync: [replica], minInSyncReplicas: minimum)
            case 2,
                3 where state.leader != nil:
                // A leader takes in only who has caught up.
                next = state.settingInSync(state.inSyncReplicas + [replica], minInSyncReplicas: minimum)
                model.completeTo[replica] = model.watermark
            case 4 where state.inSyncReplicas.contains(replica) || state.eligibleLeaderReplicas.contains(replica):
                next = state.electing(replica, minInSyncReplicas: minimum)
            case 5 where state.inSyncReplicas.count + state.eligibleLeaderReplicas.count > 1:
                next = state.removingCopy(of: replica)
                model.completeTo[replica] = 0
            case 6: minimum = .random(in: 1...3, using: &random)
            default: break
            }
            if next != state {
                let former = state
                state = next.succeeding(former)
                #expect(former.version < state.version && former.leaderEpoch <= state.leaderEpoch)
                #expect((former.leader == state.leader) == (former.leaderEpoch == state.leaderEpoch))
            }
            // A leader's view of the setting may be older or newer than the writer's.
            model.advance(state, min: .random(in: 1...3, using: &random))
            #expect(state.isWellFormed, "seed \(seed), step \(step)")
            for member in state.inSyncReplicas + state.eligibleLeaderReplicas {
                #expect(model.completeTo[member, default: 0] == model.watermark, "seed \(seed), step \(step): \(state)")
            }
        }
        #expect(model.watermark > 100, "seed \(seed)")
    }
}
