import RecordFormat
import Replication
import ServerHarness
import Synchronization
import Testing

@testable import Broker

@Suite struct HostedReplicaTests {
    /// Nodes 1 and 2, of which the first has registered again, and was admitted or not.
    private func brokers(isAdmitted: Bool) throws -> BrokerDirectory {
        var brokers = BrokerDirectory.test(2)
        let known = try #require(brokers.registrations[BrokerID(1)])
        let next = BrokerRegistration(id: known.id, origin: known.origin, succeeding: known)
        brokers.register(isAdmitted ? next.admitted : next)
        brokers.setSession(of: next.id, to: next.epoch)
        return brokers
    }

    /// 1. The node loses its session and registers anew: it leads no longer, and while that is carried out other events
    ///    come.
    /// 2. They say that it is registered and not admitted, then that another leads in the next epoch, then that it is
    ///    admitted.
    /// 3. When the first of them is looked at, the node knows all of that.
    ///
    /// Held against what the node knows, and the state that the replica was told, it would lead the former epoch again.
    @Test func eventsAreHeldAgainstWhatWasKnownWhenTheyCame() async throws {
        try await FollowedLeader.with { server, _, _ in
            let node = try #require(server.broker.metadata.replication)
            let partition = try server.copy
            guard case .replicated(let replica) = partition.role else { throw TestFailure("a partition alone") }
            try await wait(for: "the node to lead") { replica.ledEpoch?.rawValue == 5 }
            let (waiting, admitted) = (try brokers(isAdmitted: false), try brokers(isAdmitted: true))
            let next = try PartitionState.led(by: 2, in: 6, [1, 2], inSync: [2], version: 1)
            let led = Mutex<[Int32?]>([])
            node.observeLeadership { _ in
                let isFirst = led.withLock { led in
                    led.append(replica.ledEpoch?.rawValue)
                    return led.count == 1
                }
                guard isFirst else { return }
                replica.bring(.brokersChanged(waiting), to: partition)
                replica.bring(.stateChanged(next), to: partition)
                node.set(admitted)
                replica.bring(.brokersChanged(admitted), to: partition)
            }
            node.register(as: try #require(waiting.registrations[BrokerID(1)]).epoch)
            node.set(waiting)
            replica.bring(.brokersChanged(waiting), to: partition)
            try await wait(for: "the next epoch") { replica.knownEpoch.rawValue == 6 }
            #expect(led.withLock { $0 } == [nil])
        }
    }
}
