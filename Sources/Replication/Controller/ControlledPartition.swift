/// What a controller has of one partition.
struct ControlledPartition: Sendable {
    /// As the store has it, as far as is known.
    var state: PartitionState
    /// The change that is on its way, after which the next is decided.
    var pending: PartitionState?
    /// What someone asked for, until it is decided.
    var request = LeaderElection.Reason.change
    /// Where a reassignment is to lead that someone asked for, until it is begun: the replicas, or none to cancel.
    var target: ReassignmentTarget?

    enum ReassignmentTarget: Hashable, Sendable {
        case replicas([BrokerID])
        case cancelled
    }
}
