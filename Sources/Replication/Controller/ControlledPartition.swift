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

    /// What of that the change on its way brings about; something else may be asked for meanwhile.
    var met: (request: LeaderElection.Reason, target: ReassignmentTarget?)?

    /// Takes note of the change that was decided; `nil` if nothing is to change.
    mutating func decide(_ next: PartitionState?) {
        pending = next
        met = (request, target)
        if next == nil { requestIsMet() }
    }

    /// What was asked for when the last change was decided is done, or cannot be.
    mutating func requestIsMet() {
        if request == met?.request { request = .change }
        if target == met?.target { target = nil }
    }

    enum ReassignmentTarget: Hashable, Sendable {
        case replicas([BrokerID])
        case cancelled
    }
}
