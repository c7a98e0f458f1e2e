public import RecordFormat

/// What reads bytes that someone else may have written or damaged, each with the promise that no bytes break it.
///
/// A target returns normally, whatever its input: an error of the engine's is an answer, a trap or a wrong answer is
/// not. `Fuzz` makes up inputs for them, `FuzzTests` runs those that are kept.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// A record batch, or several, as a producer sends them.
    case recordBatch = "record-batch"
    /// The offset index of a log whose other files are right.
    case offsetIndex = "offset-index"
    /// The time index of a log whose other files are right.
    case timeIndex = "time-index"
    /// The transaction index of a log whose other files are right.
    case transactionIndex = "transaction-index"
    /// The producer snapshot of a log whose other files are right.
    case producerSnapshot = "producer-snapshot"
    /// The leader epochs of a log whose other files are right.
    case leaderEpochs = "leader-epochs"
    /// One of the three checkpoints of a data directory, named by the first byte.
    case offsetCheckpoint = "offset-checkpoint"
    /// The identity of a partition in its directory.
    case partitionMetadata = "partition-metadata"
    /// The description of a topic in a data directory.
    case topicDescriptor = "topic-descriptor"

    /// Puts the target to the test.
    ///
    /// - Precondition: what the target promises holds; that it ends the process otherwise is the point.
    public func run(_ input: ByteSlice) {
        switch self {
        case .recordBatch: RecordBatchTarget.run(input)
        case .offsetIndex: PartitionTarget.current.runIndex(input, suffix: ".index")
        case .timeIndex: PartitionTarget.current.runIndex(input, suffix: ".timeindex")
        case .transactionIndex: TransactionTarget.current.run(input)
        case .producerSnapshot: PartitionTarget.current.runSnapshot(input)
        case .leaderEpochs: PartitionTarget.current.runEpochs(input)
        case .offsetCheckpoint: StoreTarget.current.run(input)
        case .partitionMetadata: TopicTarget.current.runMetadata(input)
        case .topicDescriptor: TopicTarget.current.runDescriptor(input)
        }
    }

    /// An input that is right, for mutations to begin with.
    public var seeds: [ByteSlice] {
        switch self {
        case .recordBatch: RecordBatchTarget.seeds
        case .offsetIndex: PartitionTarget.current.seeds(".index")
        case .timeIndex: PartitionTarget.current.seeds(".timeindex")
        case .transactionIndex: TransactionTarget.current.seeds
        case .producerSnapshot: PartitionTarget.current.seeds(".snapshot")
        case .leaderEpochs: PartitionTarget.current.seeds("leader-epoch-checkpoint")
        case .offsetCheckpoint: StoreTarget.seeds
        case .partitionMetadata: TopicTarget.current.metadataSeeds
        case .topicDescriptor: TopicTarget.current.descriptorSeeds
        }
    }
}

/// Ends the process with a message, in an optimised build too, when a promise is broken.
func demand(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}
