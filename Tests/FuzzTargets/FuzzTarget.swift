public import RecordFormat

/// What reads bytes that someone else may have written or damaged, each with the promise that no bytes break it.
///
/// A target returns normally, whatever its input: an error of the module's is an answer, a trap or a wrong answer is
/// not. `Fuzz` makes up inputs for them, `FuzzTests` runs those that are kept.
public struct FuzzTarget: Sendable, CustomStringConvertible {
    /// What `FUZZ_TARGET` and the folder of its inputs are called.
    public let name: String
    private let check: @Sendable (ByteSlice) -> Void
    private let makeSeeds: @Sendable () -> [ByteSlice]

    init(
        _ name: String, seeds: @autoclosure @escaping @Sendable () -> [ByteSlice],
        check: @escaping @Sendable (ByteSlice) -> Void
    ) {
        self.name = name
        self.check = check
        makeSeeds = seeds
    }

    /// Puts the target to the test.
    ///
    /// - Precondition: what the target promises holds; that it ends the process otherwise is the point.
    public func run(_ input: ByteSlice) { check(input) }

    /// Inputs that are right, for mutations to begin with.
    public var seeds: [ByteSlice] { makeSeeds() }

    /// The name.
    public var description: String { name }

    /// Every target.
    public static let all = engine + coordination + wire + requests

    /// The target of a name.
    public init?(named name: String) {
        guard let target = Self.all.first(where: { $0.name == name }) else { return nil }
        self = target
    }
}

extension FuzzTarget {
    /// What lies in a data directory.
    private static let engine: [FuzzTarget] = [
        // A record batch, or several, as a producer sends them.
        FuzzTarget("record-batch", seeds: RecordBatchTarget.seeds) { RecordBatchTarget.run($0) },
        // One file of a log whose others are right.
        FuzzTarget("offset-index", seeds: PartitionTarget.current.seeds(".index")) {
            PartitionTarget.current.runIndex($0, suffix: ".index")
        },
        FuzzTarget("time-index", seeds: PartitionTarget.current.seeds(".timeindex")) {
            PartitionTarget.current.runIndex($0, suffix: ".timeindex")
        },
        FuzzTarget("transaction-index", seeds: TransactionTarget.current.seeds) { TransactionTarget.current.run($0) },
        FuzzTarget("producer-snapshot", seeds: PartitionTarget.current.seeds(".snapshot")) {
            PartitionTarget.current.runSnapshot($0)
        },
        FuzzTarget("leader-epochs", seeds: PartitionTarget.current.seeds("leader-epoch-checkpoint")) {
            PartitionTarget.current.runEpochs($0)
        },
        // One of the three checkpoints of a data directory, named by the first byte.
        FuzzTarget("offset-checkpoint", seeds: StoreTarget.seeds) { StoreTarget.current.run($0) },
        // The identity of a partition in its directory, and the description of a topic.
        FuzzTarget("partition-metadata", seeds: TopicTarget.current.metadataSeeds) {
            TopicTarget.current.runMetadata($0)
        },
        FuzzTarget("topic-descriptor", seeds: TopicTarget.current.descriptorSeeds) {
            TopicTarget.current.runDescriptor($0)
        },
    ]

    /// What the coordinators' topics hold, and what members of groups tell each other.
    private static let coordination: [FuzzTarget] = [
        FuzzTarget("group-records", seeds: GroupRecordTarget.seeds) { GroupRecordTarget.run($0) },
        FuzzTarget("transaction-records", seeds: TransactionRecordTarget.seeds) { TransactionRecordTarget.run($0) },
        FuzzTarget("consumer-protocol", seeds: ConsumerProtocolTarget.seeds) { ConsumerProtocolTarget.run($0) },
        FuzzTarget("connect-protocol", seeds: ConnectProtocolTarget.seeds) { ConnectProtocolTarget.run($0) },
    ]

    /// What arrives on a connection: any frame as the server reads it, and any response as a client does.
    private static let wire: [FuzzTarget] = [
        FuzzTarget("request-frame", seeds: MessageTarget.frameSeeds) { MessageTarget.runFrame($0) },
        FuzzTarget("response", seeds: MessageTarget.responseSeeds) { MessageTarget.runResponse($0) },
    ]
}

/// Ends the process with a message, in an optimised build too, when a promise is broken.
func demand(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}
