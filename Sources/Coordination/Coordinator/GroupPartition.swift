extension GroupCoordinator {
    /// The partition of `__consumer_offsets` that a group's records are in, and with it the node that coordinates it.
    ///
    /// Clients never compute it, but data carried over from Kafka has each group's records where this says.
    ///
    /// - Parameters:
    ///   - groupID: The group.
    ///   - partitionCount: The number of partitions of `__consumer_offsets`, which must never change.
    public static func groupPartition(for groupID: GroupID, partitionCount: Int32) -> Int32 {
        precondition(partitionCount > 0, "a topic has at least one partition")
        // Java's String.hashCode, and Kafka's absolute value, which takes the one without a positive twin for 0.
        let hash = groupID.rawValue.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
        return (hash == .min ? 0 : abs(hash)) % partitionCount
    }
}
