/// Why a controller does not do what it was asked for.
public enum ClusterRequestRefusal: Hashable, Sendable {
    /// There is no such partition (UNKNOWN_TOPIC_OR_PARTITION).
    case unknownPartition
    /// The partition has the leader that was asked for (ELECTION_NOT_NEEDED).
    case electionNotNeeded
    /// The first replica is not in sync, or not there (PREFERRED_LEADER_NOT_AVAILABLE).
    case preferredLeaderNotAvailable
    /// No replica is there (ELIGIBLE_LEADERS_NOT_AVAILABLE).
    case eligibleLeadersNotAvailable
    /// The target is empty, names a node twice, or one that no one knows (INVALID_REPLICA_ASSIGNMENT).
    case invalidAssignment
    /// There is no reassignment to cancel (NO_REASSIGNMENT_IN_PROGRESS).
    case noReassignment
    /// The copies that the partition had before are none that it could go on with (INVALID_REPLICA_ASSIGNMENT).
    case noReplicaLeft
}

extension ClusterController {
    /// Someone asks for another leader (ElectLeaders, KIP-460, KIP-183).
    ///
    /// - Returns: Why there will be none; `nil` if it will be decided with the next changes.
    public mutating func electLeader(
        of id: PartitionID, for reason: LeaderElection.Reason
    ) -> ClusterRequestRefusal? {
        guard let partition = partitions[id], let topic = topics[id.topic] else { return .unknownPartition }
        let state = partition.state
        let elected = LeaderElection(brokers: brokers, topic: topic).decide(state, for: reason).leader
        switch reason {
        case .preferred:
            if state.leader == state.replicas.first { return .electionNotNeeded }
            if elected != state.replicas.first { return .preferredLeaderNotAvailable }
        case .unclean, .change:
            if let leader = state.leader, leader == elected { return .electionNotNeeded }
            if elected == nil { return .eligibleLeadersNotAvailable }
        }
        partitions[id]?.request = reason
        reconsider(id)
        return nil
    }

    /// Someone asks for other replicas of a partition (AlterPartitionReassignments, KIP-455).
    ///
    /// - Parameter target: The replicas, preferred leader first; `nil` cancels what is under way.
    /// - Returns: Why nothing will happen; `nil` if it will be begun with the next changes.
    public mutating func reassign(_ id: PartitionID, to target: [BrokerID]?) -> ClusterRequestRefusal? {
        guard let partition = partitions[id] else { return .unknownPartition }
        if let target {
            guard !target.isEmpty, Set(target).count == target.count,
                target.allSatisfy(brokers.isMember)
            else { return .invalidAssignment }
            if partition.state.reassigning(to: target) == nil { return .noReplicaLeft }
            partitions[id]?.target = .replicas(target)
        } else {
            guard partition.state.isReassigning else { return .noReassignment }
            if partition.state.cancellingReassignment() == nil { return .noReplicaLeft }
            partitions[id]?.target = .cancelled
        }
        reconsider(id)
        return nil
    }

    /// The reassignments under way (ListPartitionReassignments), in the order of their partitions.
    public var reassignments: [(partition: PartitionID, state: PartitionState)] {
        partitions.filter { $0.value.state.isReassigning }.map { ($0.key, $0.value.state) }.sorted { $0.0 < $1.0 }
    }
}
