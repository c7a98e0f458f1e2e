import Replication
import Testing

@Suite struct LeaderElectionTests {
    private func decide(
        _ state: PartitionState, _ brokers: BrokerDirectory, _ topic: TopicReplication = Cluster.topic(),
        for reason: LeaderElection.Reason = .change
    ) -> PartitionState {
        LeaderElection(brokers: brokers, topic: topic).decide(state, for: reason)
    }

    @Test func aLeaderThatIsThereGoesOn() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 2)
        #expect(decide(state, Cluster.brokers(ready: [1, 2, 3])) == state)
    }

    @Test func theFirstInSyncReplicaThatIsThereFollows() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [2, 3], leader: nil)
        #expect(decide(state, Cluster.brokers(ready: [1, 3], away: [2])).leader == BrokerID(3))
    }

    @Test func anEligibleReplicaLeadsWhenNoneInSyncIsThere() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [], eligible: [2, 3], leader: nil)
        let elected = decide(state, Cluster.brokers(ready: [1, 3], away: [2]))
        #expect(elected.leader == BrokerID(3))
        #expect(elected.inSyncReplicas == Cluster.ids([3]))
        #expect(elected.eligibleLeaderReplicas == Cluster.ids([2]))
    }

    @Test func nobodyLeadsRatherThanOneWhoLacksSomething() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [], eligible: [2], leader: nil)
        #expect(decide(state, Cluster.brokers(ready: [1, 3], away: [2])).leader == nil)
    }

    @Test func whereTheTopicOrAUserWantsItSomebodyLeadsWhateverIsLost() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [], eligible: [2], leader: nil)
        let brokers = Cluster.brokers(ready: [1, 3], away: [2])
        for elected in [
            decide(state, brokers, Cluster.topic(unclean: true)), decide(state, brokers, for: .unclean),
        ] {
            #expect(elected.leader == BrokerID(1))
            #expect(elected.inSyncReplicas == Cluster.ids([1]) && elected.eligibleLeaderReplicas.isEmpty)
        }
    }

    @Test func theFirstReplicaLeadsWhenItIsPreferredAndInSync() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2], leader: 2)
        #expect(decide(state, Cluster.brokers(ready: [1, 2]), for: .preferred).leader == BrokerID(1))
        #expect(decide(state, Cluster.brokers(ready: [2], away: [1]), for: .preferred) == state)
        let lagging = try Cluster.state([1, 2, 3], inSync: [2, 3], leader: 2)
        #expect(decide(lagging, Cluster.brokers(ready: [1, 2, 3]), for: .preferred) == lagging)
    }

    @Test func aDrainingLeaderGivesWayToOneThatStays() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1)
        #expect(decide(state, Cluster.brokers(ready: [3], draining: [1, 2])).leader == BrokerID(3))
        #expect(decide(state, Cluster.brokers(draining: [1, 2, 3])) == state)
    }
}
