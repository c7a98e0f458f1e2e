import RecordFormat
import Replication

/// Short ways to say what tests start from.
enum Cluster {
    /// Nodes that are registered, admitted and there.
    static func brokers(ready: [Int32] = [], draining: [Int32] = [], away: [Int32] = []) -> BrokerDirectory {
        var directory = BrokerDirectory()
        for id in ready + draining + away {
            var registration = registration(id).admitted
            registration.isDraining = draining.contains(id)
            directory.register(registration)
            if !away.contains(id) { directory.setSession(of: BrokerID(id), to: registration.epoch) }
        }
        return directory
    }

    /// A node that was there before, and comes back.
    static func registration(
        _ id: Int32, after previous: BrokerRegistration? = nil, directory: UInt64 = 1, boot: UInt64 = 1,
        endedCleanly: Bool = false
    ) -> BrokerRegistration {
        BrokerRegistration(
            id: BrokerID(id), origin: .init(directory: directory, boot: boot, endedCleanly: endedCleanly),
            succeeding: previous)
    }

    static func ids(_ ids: [Int32]) -> [BrokerID] { ids.map { BrokerID($0) } }

    /// The state of a partition.
    static func state(
        _ replicas: [Int32], inSync: [Int32], eligible: [Int32] = [], adding: [Int32] = [], removing: [Int32] = [],
        leader: Int32?, epoch: Int32 = 3, version: Int32 = 5
    ) throws -> PartitionState {
        guard
            let state = PartitionState(
                replicas: ids(replicas), addingReplicas: ids(adding), removingReplicas: ids(removing),
                inSyncReplicas: ids(inSync), eligibleLeaderReplicas: ids(eligible), leader: leader.map { BrokerID($0) },
                leaderEpoch: LeaderEpoch(epoch), version: PartitionVersion(version))
        else { throw Contradiction() }
        return state
    }

    /// A state that a test describes and that cannot be.
    struct Contradiction: Error {}

    static func topic(min: Int = 2, unclean: Bool = false, flushes: Bool = true) -> TopicReplication {
        TopicReplication(minInSyncReplicas: min, allowsUncleanElection: unclean, flushesEveryAppend: flushes)
    }
}
