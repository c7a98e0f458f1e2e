/// The end of a producer's transaction in one partition of `__consumer_offsets`.
public struct GroupMarker: Hashable, Sendable {
    /// The producer, with the epoch that the marker carries.
    public var producer: ProducerIdentity
    /// How the transaction ended.
    public var outcome: TransactionOutcome
    /// The generation of the transaction coordinator that decided.
    public var coordinatorEpoch: Int32
    /// The partition of `__consumer_offsets`.
    public var partition: Int32
    /// The number of partitions of `__consumer_offsets`, by which its groups are known.
    public var partitionCount: Int32

    /// Creates the end of a transaction.
    public init(
        producer: ProducerIdentity, outcome: TransactionOutcome, coordinatorEpoch: Int32, partition: Int32,
        partitionCount: Int32
    ) {
        self.producer = producer
        self.outcome = outcome
        self.coordinatorEpoch = coordinatorEpoch
        self.partition = partition
        self.partitionCount = partitionCount
    }
}
