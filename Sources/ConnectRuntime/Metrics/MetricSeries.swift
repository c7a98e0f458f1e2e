/// The metrics of one group about one worker, connector or task, under the names that Kafka Connect has for them.
public struct MetricSeries: Sendable, Hashable {
    /// What the values are about.
    public enum Group: String, Sendable, Hashable {
        case worker = "connect-worker-metrics"
        case workerRebalance = "connect-worker-rebalance-metrics"
        case connector = "connector-metrics"
        case task = "connector-task-metrics"
        case sourceTask = "source-task-metrics"
        case sinkTask = "sink-task-metrics"
        case taskErrors = "task-error-metrics"
        case transform = "connector-transform-metrics"
        case predicate = "connector-predicate-metrics"
    }

    /// One value.
    public enum Value: Sendable, Hashable {
        /// What only grows.
        case total(Int64)
        /// What goes up and down, rates and averages.
        case gauge(Double)
        /// A rate, which a system that keeps totals over time has itself.
        case rate(Double)
        /// What is no number.
        case text(String)
    }

    /// A value with its name.
    public struct Entry: Sendable, Hashable {
        /// Kafka's name, such as `sink-record-read-total`.
        public var name: String
        /// The value.
        public var value: Value

        init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// What tells series of one group about one task apart.
    public struct Tag: Sendable, Hashable {
        /// Kafka's name, `transform` or `predicate`.
        public var name: String
        /// The name of the transform or predicate in its configuration.
        public var value: String
    }

    /// The group.
    public var group: Group
    /// The connector that they are about, if about one.
    public var connector: String?
    /// The task that they are about, if about one.
    public var task: Int?
    /// The transform or predicate of the task that they are about, if about one.
    public var tag: Tag?
    /// The values in Kafka's order.
    public var entries: [Entry]
    /// For connectors and tasks what they are doing.
    public var state: ConnectStatus.State?
    /// For sink tasks how many records each partition has that were not put yet.
    public var lags: [PartitionLag] = []

    init(
        _ group: Group, connector: String? = nil, task: Int? = nil, state: ConnectStatus.State? = nil,
        _ entries: [Entry]
    ) {
        self.group = group
        self.connector = connector
        self.task = task
        self.state = state
        self.entries = entries
    }
}

/// How far a sink task is behind in one partition.
public struct PartitionLag: Sendable, Hashable {
    /// The topic.
    public var topic: String
    /// The partition's number.
    public var partition: Int32
    /// How many records there are that were not put yet.
    public var records: Int64
}
