import RecordFormat
import Replication
import Testing

/// A controller with a store that takes whatever it is asked for.
private final class Site {
    static let partition = PartitionID(topic: TopicID(high: 1, low: 1), index: 0)

    var controller = ClusterController()
    var state: PartitionState
    var brokers: BrokerDirectory
    private(set) var admissions: [BrokerID] = []

    init(_ state: PartitionState, _ brokers: BrokerDirectory, _ topic: TopicReplication = Cluster.topic()) {
        self.state = state
        self.brokers = brokers
        controller.topicChanged(Self.partition.topic, topic)
        for id in brokers.registrations.keys.sorted() { tell(id) }
        controller.partitionChanged(Self.partition, state)
    }

    private func tell(_ id: BrokerID) {
        if let registration = brokers.registrations[id] { controller.brokerChanged(registration) }
        controller.sessionChanged(of: id, to: brokers.sessions[id])
    }

    func register(_ registration: BrokerRegistration) {
        brokers.register(registration)
        brokers.setSession(of: registration.id, to: registration.epoch)
        tell(registration.id)
    }

    func end(_ id: Int32) {
        brokers.setSession(of: BrokerID(id), to: nil)
        tell(BrokerID(id))
    }

    func elect(for reason: LeaderElection.Reason, of id: PartitionID = partition) -> ClusterRequestRefusal? {
        controller.electLeader(of: id, for: reason)
    }

    func reassign(to target: [Int32]?) -> ClusterRequestRefusal? {
        controller.reassign(Self.partition, to: target.map(Cluster.ids))
    }

    func takeChanges() -> [ClusterChange] { controller.takeChanges() }

    /// Lets every change happen until none is asked for.
    func settle() {
        for _ in 0..<20 {
            let changes = controller.takeChanges()
            if changes.isEmpty { return }
            for change in changes {
                switch change {
                case .partition(_, let new):
                    #expect(new.version.rawValue == state.version.rawValue + 1)
                    state = new
                case .admission(let registration):
                    admissions.append(registration.id)
                    #expect(!state.inSyncReplicas.contains(registration.id))
                    brokers.register(registration.admitted)
                }
                controller.changeEnded(change, .accepted)
            }
        }
        Issue.record("the controller does not come to rest")
    }
}

@Suite struct ClusterControllerTests {
    @Test func aLeaderThatIsGoneIsReplacedAndLeavesTheInSyncReplicas() throws {
        let site = Site(
            try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1), Cluster.brokers(ready: [1, 2, 3]))
        site.settle()
        #expect(site.state.version == PartitionVersion(5))
        site.end(1)
        site.settle()
        #expect(site.state.leader == BrokerID(2) && site.state.inSyncReplicas == Cluster.ids([2, 3]))
        #expect(site.state.leaderEpoch == LeaderEpoch(4))
    }

    @Test func theLastReplicaStandingLeadsAgainUnlessItLostItsCopy() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1)
        for (directory, leader) in [(UInt64(1), BrokerID(1)), (2, nil)] {
            let site = Site(state, Cluster.brokers(ready: [1, 3], away: [2]))
            site.end(1)
            site.settle()
            #expect(site.state.leader == nil && site.state.eligibleLeaderReplicas == Cluster.ids([1, 2]))
            let former = try #require(site.brokers.registrations[BrokerID(1)])
            site.register(Cluster.registration(1, after: former, directory: directory))
            site.settle()
            #expect(site.admissions == Cluster.ids([1]))
            #expect(site.state.leader == leader)
            #expect(site.state.eligibleLeaderReplicas == Cluster.ids([2]))
        }
    }

    @Test func aLeaderThatCameBackBeforeItWasMissedBeginsANewEpoch() throws {
        let site = Site(try Cluster.state([1], inSync: [1], leader: 1), Cluster.brokers(ready: [1]))
        let former = try #require(site.brokers.registrations[BrokerID(1)])
        site.register(Cluster.registration(1, after: former))
        site.settle()
        #expect(site.admissions == Cluster.ids([1]))
        #expect(site.state.leader == BrokerID(1) && site.state.leaderEpoch == LeaderEpoch(5))
    }

    @Test func aNodeIsNotAdmittedBeforeItIsOutOfTheSets() throws {
        let site = Site(
            try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1), Cluster.brokers(ready: [1, 2, 3]))
        let former = try #require(site.brokers.registrations[BrokerID(2)])
        site.register(Cluster.registration(2, after: former, directory: 9))
        let changes = site.takeChanges()
        #expect(changes.count == 1)
        for change in changes { site.controller.changeEnded(change, .unknown) }
        #expect(site.takeChanges().isEmpty)
        site.controller.retry()
        #expect(site.takeChanges() == changes)
        site.controller.changeEnded(try #require(changes.first), .accepted)
        #expect(site.takeChanges() == [.admission(try #require(site.brokers.registrations[BrokerID(2)]))])
    }

    @Test func aSlowAnswerDoesNotUndoALaterRegistration() throws {
        let site = Site(try Cluster.state([1, 2], inSync: [1], leader: 1), Cluster.brokers(ready: [1, 2]))
        site.settle()
        let second = Cluster.registration(2, after: site.brokers.registrations[BrokerID(2)])
        site.register(second)
        let admission = site.takeChanges()
        #expect(admission == [.admission(second)])
        let third = Cluster.registration(2, after: second.admitted)
        site.register(third)
        site.controller.changeEnded(.admission(second), .accepted)
        #expect(site.takeChanges() == [.admission(third)])
    }

    @Test func aRefusedChangeIsDecidedAgainFromWhatStandsThere() throws {
        let state = try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1)
        let site = Site(state, Cluster.brokers(ready: [1, 2, 3]))
        site.settle()
        site.end(1)
        let change = try #require(site.takeChanges().first)
        let shrunk = state.removing(inSync: Cluster.ids([2]), minInSyncReplicas: 1).succeeding(state)
        site.controller.changeEnded(change, .refused(shrunk))
        site.state = shrunk
        site.settle()
        #expect(site.state.leader == BrokerID(3) && site.state.version == PartitionVersion(7))
    }

    @Test func aDrainingNodeLeadsNothingAndIsWaitedForByNobody() throws {
        let site = Site(
            try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 1), Cluster.brokers(ready: [1, 2, 3]))
        var registration = try #require(site.brokers.registrations[BrokerID(1)])
        registration.isDraining = true
        site.register(registration)
        site.settle()
        #expect(site.state.leader == BrokerID(2) && site.state.inSyncReplicas == Cluster.ids([2, 3]))
    }

    @Test func aLowerMinimumEndsEligibilityWithAChangeThatTheLeaderWaitsFor() throws {
        let site = Site(
            try Cluster.state([1, 2, 3], inSync: [1], eligible: [2], leader: 1),
            Cluster.brokers(ready: [1], away: [2, 3]))
        site.settle()
        #expect(site.state.eligibleLeaderReplicas == Cluster.ids([2]))
        site.controller.topicChanged(Site.partition.topic, Cluster.topic(min: 1))
        site.settle()
        #expect(site.state.eligibleLeaderReplicas.isEmpty)
    }

    @Test func noMoreChangesAreOnTheirWayThanTheLimit() throws {
        let site = Site(try Cluster.state([1, 2], inSync: [1, 2], leader: 1), Cluster.brokers(ready: [1, 2]))
        let topic = TopicID(high: 1, low: 1)
        for index in Int32(1)..<400 {
            site.controller.partitionChanged(
                PartitionID(topic: topic, index: index), try Cluster.state([1, 2], inSync: [1, 2], leader: 1))
        }
        #expect(site.takeChanges().isEmpty)
        site.end(1)
        let first = site.takeChanges()
        #expect(first.count == ClusterController.maxChangesInFlight)
        #expect(site.takeChanges().isEmpty)
        for change in first { site.controller.changeEnded(change, .accepted) }
        #expect(site.takeChanges().count == 400 - first.count)
    }

    // MARK: - Requests

    @Test func electionsThatAreNotNeededOrNotPossibleAreRefused() throws {
        let site = Site(try Cluster.state([1, 2, 3], inSync: [2, 3], leader: 2), Cluster.brokers(ready: [1, 2, 3]))
        #expect(site.elect(for: .preferred) == .preferredLeaderNotAvailable)
        #expect(site.elect(for: .unclean) == .electionNotNeeded)
        let stranger = PartitionID(topic: TopicID(high: 9, low: 9), index: 0)
        #expect(site.elect(for: .preferred, of: stranger) == .unknownPartition)
        let joined = site.state.settingInSync(Cluster.ids([1, 2, 3]), minInSyncReplicas: 2).succeeding(site.state)
        site.controller.partitionChanged(Site.partition, joined)
        site.state = joined
        #expect(site.elect(for: .preferred) == nil)
        site.settle()
        #expect(site.state.leader == BrokerID(1))
    }

    @Test func aReassignmentWaitsForThoseThatCome() throws {
        let site = Site(
            try Cluster.state([1, 2], inSync: [1, 2], leader: 1), Cluster.brokers(ready: [1, 2, 3, 4]))
        #expect(site.reassign(to: [3, 4]) == nil)
        site.settle()
        #expect(site.state.replicas == Cluster.ids([3, 4, 1, 2]))
        #expect(
            site.state.addingReplicas == Cluster.ids([3, 4]) && site.state.removingReplicas == Cluster.ids([1, 2]))
        #expect(site.controller.reassignments.map(\.partition) == [Site.partition])
        let half = site.state.settingInSync(Cluster.ids([1, 2, 3]), minInSyncReplicas: 2).succeeding(site.state)
        site.controller.partitionChanged(Site.partition, half)
        site.state = half
        site.settle()
        #expect(site.state == half)
        let all = half.settingInSync(Cluster.ids([1, 2, 3, 4]), minInSyncReplicas: 2).succeeding(half)
        site.controller.partitionChanged(Site.partition, all)
        site.state = all
        site.settle()
        #expect(site.state.replicas == Cluster.ids([3, 4]) && !site.state.isReassigning)
        #expect(site.state.leader == BrokerID(3))
    }

    /// One that goes may come back without its log, and what its leader knew of it must not count then.
    @Test func aNewEpochBeginsWhereAReplicaGoes() throws {
        let site = Site(try Cluster.state([1, 2], inSync: [1, 2], leader: 1), Cluster.brokers(ready: [1, 2, 3]))
        let epoch = site.state.leaderEpoch
        #expect(site.reassign(to: [1, 3]) == nil)
        site.settle()
        #expect(site.state.leaderEpoch == epoch, "nobody has gone yet")
        let joined = site.state.settingInSync(Cluster.ids([1, 2, 3]), minInSyncReplicas: 1).succeeding(site.state)
        site.controller.partitionChanged(Site.partition, joined)
        site.state = joined
        site.settle()
        #expect(site.state.replicas == Cluster.ids([1, 3]) && site.state.leader == BrokerID(1))
        #expect(site.state.leaderEpoch == LeaderEpoch(epoch.rawValue + 1))
    }

    /// What was asked for is not forgotten where a leader's own change comes first.
    @Test func aRequestThatIsOvertakenIsDoneBehindThat() throws {
        for isTold in [false, true] {
            let site = Site(
                try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 2), Cluster.brokers(ready: [1, 2, 3, 4]))
            #expect(site.elect(for: .preferred) == nil && site.reassign(to: [1, 2, 4]) == nil)
            let change = try #require(site.takeChanges().first)
            let shrunk = site.state.removing(inSync: Cluster.ids([3]), minInSyncReplicas: 1).succeeding(site.state)
            if isTold {
                site.controller.partitionChanged(Site.partition, shrunk)
            } else {
                site.controller.changeEnded(change, .refused(shrunk))
            }
            site.state = shrunk
            site.settle()
            #expect(site.state.leader == BrokerID(1) && site.state.addingReplicas == Cluster.ids([4]))
        }
    }

    @Test func aReassignmentIsCancelledUnlessNobodyWouldBeLeft() throws {
        let site = Site(
            try Cluster.state([3, 1, 2], inSync: [3, 1], adding: [3], leader: 3), Cluster.brokers(ready: [1, 2, 3]))
        #expect(site.reassign(to: nil) == nil)
        site.settle()
        #expect(site.state.replicas == Cluster.ids([1, 2]) && site.state.leader == BrokerID(1))
        #expect(site.reassign(to: nil) == .noReassignment)
        #expect(site.reassign(to: [7]) == .invalidAssignment)
        #expect(site.reassign(to: []) == .invalidAssignment)

        let stuck = try Cluster.state([3, 4, 1], inSync: [3], adding: [3, 4], leader: 3)
        let other = Site(stuck, Cluster.brokers(ready: [3], away: [1, 4]), Cluster.topic(min: 1))
        #expect(other.reassign(to: nil) == .noReplicaLeft)
        #expect(other.reassign(to: [1]) == .noReplicaLeft)
    }
}
