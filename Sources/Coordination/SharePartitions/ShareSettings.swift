/// What a share group's partitions keep to, under the names and with the defaults of Kafka 4.1.
public struct ShareSettings: Hashable, Sendable {
    /// `group.share.delivery.count.limit`: how often a record is delivered before it is given up.
    public var deliveryCountLimit: Int16 = 5
    /// `group.share.partition.max.record.locks`: how many records of a partition may be in flight.
    public var maxRecordLocks = 2000
    /// `share.record.lock.duration.ms`: how long a record stays with the member that was given it.
    public var lockDuration: Duration = .seconds(30)
    /// `share.coordinator.snapshot.update.records.per.snapshot`: after how many updates the whole state is written.
    public var updatesPerSnapshot = 500
    /// The leader epoch of the partition.
    public var leaderEpoch: Int32 = 0

    /// Creates settings with Kafka's defaults.
    public init() {}
}
