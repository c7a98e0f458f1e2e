internal import RecordFormat

extension GroupCoordinator {
    /// The partition of `__consumer_offsets` that a group's records are in, and with it the node that coordinates it.
    ///
    /// Clients never compute it, but data carried over from Kafka has each group's records where this says.
    ///
    /// - Parameters:
    ///   - groupID: The group.
    ///   - partitionCount: The number of partitions of `__consumer_offsets`, which must never change.
    public static func groupPartition(for groupID: GroupID, partitionCount: Int32) -> Int32 {
        OffsetCommitKey.partition(of: groupID.rawValue, among: partitionCount)
    }
}
