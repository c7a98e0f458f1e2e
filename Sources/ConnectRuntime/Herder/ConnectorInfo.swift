/// A connector as the REST API shows it.
public struct ConnectorInfo: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The configuration as it was given.
    public var configuration: [String: String]
    /// The tasks by number.
    public var tasks: [ConnectorTaskID]
    /// The direction in which it moves data.
    public var kind: ConnectorKind
}

/// What a connector and its tasks are doing, as the REST API shows it.
public struct ConnectorStateInfo: Sendable, Hashable {
    /// One task.
    public struct TaskState: Sendable, Hashable {
        /// Its number.
        public var id: Int
        /// What it is doing.
        public var status: ConnectStatus
    }

    /// The connector's name.
    public var name: String
    /// What the connector is doing.
    public var connector: ConnectStatus
    /// What the tasks are doing, by number.
    public var tasks: [TaskState]
    /// The direction in which it moves data.
    public var kind: ConnectorKind
}

/// A task with its configuration.
public struct TaskInfo: Sendable, Hashable {
    /// The task.
    public var id: ConnectorTaskID
    /// The configuration.
    public var configuration: [String: String]
}
