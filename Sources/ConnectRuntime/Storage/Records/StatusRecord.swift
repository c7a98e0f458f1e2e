import JSON

/// What a connector or a task is doing.
public struct ConnectStatus: Sendable, Hashable {
    /// The states as the REST API and the status topic write them.
    public enum State: String, Sendable, Hashable {
        case unassigned = "UNASSIGNED"
        case running = "RUNNING"
        case paused = "PAUSED"
        case failed = "FAILED"
        case restarting = "RESTARTING"
        case stopped = "STOPPED"
    }

    /// The state.
    public var state: State
    /// What failed, when something did.
    public var trace: String?
    /// The worker that says so, as `host:port`.
    public var workerID: String
    /// The generation of the group of workers in which it says so.
    public var generation: Int
    /// The version of what was made last to do it, from Kafka 4.1 on (KIP-891); `nil` where nothing was made, or it
    /// tells none.
    public let version: String?

    /// Creates a status.
    ///
    /// - Parameter version: The version; `undefined`, by which Kafka says that there is none, is none.
    public init(state: State, trace: String? = nil, workerID: String, generation: Int, version: String? = nil) {
        self.state = state
        self.trace = trace
        self.workerID = workerID
        self.generation = generation
        self.version = version.flatMap { $0.isEmpty || $0 == PluginVersion.undefined ? nil : $0 }
    }
}

/// One record of the status topic.
///
/// - SeeAlso: docs/connect.md, "The internal topics"
enum StatusRecord: Sendable, Hashable {
    /// A connector's status; `nil` forgets it.
    case connector(String, ConnectStatus?)
    /// A task's status; `nil` forgets it.
    case task(ConnectorTaskID, ConnectStatus?)
    /// That a connector uses a topic; `nil` forgets it (KIP-558).
    case topic(String, connector: String, TopicUse?)
}

extension StatusRecord {
    /// The record's key.
    var key: String {
        switch self {
        case .connector(let name, _): "status-connector-" + name
        case .task(let id, _): "status-task-\(id)"
        case .topic(let topic, let connector, _): "status-topic-\(topic):connector-\(connector)"
        }
    }

    /// The record's value; `nil` for a tombstone.
    var value: JSONValue? {
        switch self {
        case .connector(_, let status), .task(_, let status):
            status.map { status in
                [
                    "state": .string(status.state.rawValue), "trace": .text(status.trace),
                    "worker_id": .string(status.workerID), "generation": .integer(status.generation),
                    "version": .text(status.version),
                ]
            }
        case .topic(let topic, let connector, let use): use?.json(topic, connector)
        }
    }

    /// Reads a record.
    ///
    /// - Returns: `nil` for a key of another kind.
    /// - Throws: ``RecordProblem`` for a damaged record.
    init?(key: String, value: JSONValue?) throws {
        if let name = key.dropping(prefix: "status-connector-") {
            self = .connector(name, try value.map(Self.status))
        } else if let text = key.dropping(prefix: "status-task-") {
            guard let id = ConnectorTaskID(parsing: text) else { throw RecordProblem("a task status without a task") }
            self = .task(id, try value.map(Self.status))
        } else if let text = key.dropping(prefix: "status-topic-"),
            let separator = text.firstRange(of: ":connector-")
        {
            self = .topic(
                String(text[..<separator.lowerBound]), connector: String(text[separator.upperBound...]),
                try value.map { try TopicUse($0) })
        } else {
            return nil
        }
    }

    private static func status(_ value: JSONValue) throws -> ConnectStatus {
        guard let text = value["state"]?.string, let state = ConnectStatus.State(rawValue: text),
            let workerID = value["worker_id"]?.string, let generation = value["generation"]?.int64
        else { throw RecordProblem("a status without state, worker_id or generation") }
        return ConnectStatus(
            state: state, trace: value["trace"]?.string, workerID: workerID,
            // Workers before Kafka 4.1 have none.
            generation: Int(truncatingIfNeeded: generation), version: value["version"]?.string)
    }
}
