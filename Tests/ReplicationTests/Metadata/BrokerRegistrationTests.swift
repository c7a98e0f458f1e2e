import Replication
import Testing

@Suite struct BrokerRegistrationTests {
    private let former = Cluster.registration(1).admitted

    @Test func aKilledProcessLosesNothing() {
        let next = Cluster.registration(1, after: former)
        #expect(next.epoch > former.epoch && !next.isAdmitted)
        #expect(next.intactCopies == .all)
    }

    @Test func aRestartedMachineKeepsWhatWasFlushed() {
        let next = Cluster.registration(1, after: former, boot: 2)
        #expect(next.keepsCopies(of: Cluster.topic(flushes: true)))
        #expect(!next.keepsCopies(of: Cluster.topic(flushes: false)))
        #expect(Cluster.registration(1, after: former, boot: 2, endedCleanly: true).intactCopies == .all)
    }

    @Test func anotherDirectoryKeepsNothing() {
        let next = Cluster.registration(1, after: former, directory: 2, endedCleanly: true)
        #expect(!next.keepsCopies(of: Cluster.topic(flushes: true)))
    }

    @Test func whatAnIncarnationLostThatWasNotAdmittedStaysLost() {
        let empty = Cluster.registration(1, after: former, directory: 2)
        #expect(Cluster.registration(1, after: empty, directory: 2).intactCopies == .none)
        #expect(Cluster.registration(1, after: empty.admitted, directory: 2).intactCopies == .all)
        let rebooted = Cluster.registration(1, after: former, boot: 2)
        #expect(Cluster.registration(1, after: rebooted, boot: 2).intactCopies == .flushed)
    }

    @Test func standingFollowsAdmissionSessionAndIncarnation() {
        var brokers = BrokerDirectory()
        #expect(brokers.standing(of: BrokerID(1)) == .away)
        brokers.register(former)
        #expect(brokers.standing(of: BrokerID(1)) == .away)
        brokers.setSession(of: BrokerID(1), to: former.epoch)
        #expect(brokers.standing(of: BrokerID(1)) == .ready)
        let next = Cluster.registration(1, after: former)
        brokers.register(next)
        #expect(brokers.standing(of: BrokerID(1)) == .away)
        brokers.setSession(of: BrokerID(1), to: next.epoch)
        #expect(brokers.standing(of: BrokerID(1)) == .away)
        brokers.register(next.admitted)
        #expect(brokers.standing(of: BrokerID(1)) == .ready)
    }
}
