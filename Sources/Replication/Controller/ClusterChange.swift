/// One write that a controller asks for.
///
/// Each is a transaction of its own that also compares the controller's epoch: a controller that was paused past its
/// session writes nothing when it wakes, whatever it still has in mind.
public enum ClusterChange: Hashable, Sendable {
    /// Replace a partition's state, if its version is still the one before the new state's.
    case partition(PartitionID, PartitionState)
    /// Admit a node, if its registration is still this one.
    case admission(BrokerRegistration)

    /// What became of a write.
    public enum Outcome: Hashable, Sendable {
        /// The store has it.
        case accepted
        /// The store has something else: for a partition the state that stands there, or nothing if it is gone.
        case refused(PartitionState?)
        /// Nobody knows, and it may yet happen.
        case unknown
    }
}
