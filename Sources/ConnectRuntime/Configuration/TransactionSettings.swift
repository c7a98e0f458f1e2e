import ConnectAPI

/// How a source connector's records are put into transactions: its configuration, with the worker's defaults.
struct TransactionSettings: Sendable, Hashable {
    /// Where a transaction ends.
    enum Boundary: Sendable, Hashable {
        /// After each batch that the task returns.
        case poll
        /// After the first batch at which this time has passed.
        case interval(Duration)
        /// Where the task says.
        case connector
    }

    /// Where a transaction ends.
    var boundary: Boundary
    /// The topic that the connector's offsets are written to.
    var offsetsTopic: InternalTopicConfiguration
    /// Whether that is the worker's own.
    var usesWorkerTopic: Bool

    /// What a task adds to the interval that its transactions are to be open for: the time to write what is left.
    private static let margin = Duration.seconds(60)
    /// What brokers allow at most, unless they are told otherwise (`transaction.max.timeout.ms`).
    private static let longest = Duration.seconds(900)

    /// Reads the keys.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a value of the wrong form.
    init(_ connector: [String: String], worker: WorkerConfiguration) throws {
        let parsed = try ConfigDefinition(ConnectorConfiguration.exactlyOnce).parse(connector)
        boundary =
            switch parsed.string(ConnectorConfiguration.transactionBoundary)?.lowercased() {
            case "interval":
                .interval(
                    parsed.integer(ConnectorConfiguration.transactionBoundaryInterval).map { .milliseconds($0) }
                        ?? worker.offsetFlushInterval)
            case "connector": .connector
            default: .poll
            }
        offsetsTopic = worker.offsetTopic
        offsetsTopic.name = parsed.string(ConnectorConfiguration.offsetsTopic) ?? worker.offsetTopic.name
        usesWorkerTopic = offsetsTopic.name == worker.offsetTopic.name
    }

    /// How long a transaction may stay open before the cluster aborts it.
    ///
    /// Kafka's default of a minute would abort each one that an interval of a minute, the default too, is waited for.
    var transactionTimeout: Duration {
        guard case .interval(let interval) = boundary else { return Self.margin }
        return min(interval + Self.margin, Self.longest)
    }

    /// The name under which a task's transactions are continued by its successors.
    static func transactionalID(of task: ConnectorTaskID, worker: WorkerConfiguration) -> String {
        "\(worker.groupID)-\(task)"
    }

    /// The name under which the leader's writes of the config topic are continued by the next.
    static func leaderTransactionalID(worker: WorkerConfiguration) -> String { "connect-cluster-\(worker.groupID)" }
}
