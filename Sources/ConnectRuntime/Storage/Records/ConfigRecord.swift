import ConnectAPI
import JSON
import RecordFormat

/// What a user wants a connector to do; survives restarts.
public enum TargetState: String, Sendable, Hashable {
    case started = "STARTED", paused = "PAUSED", stopped = "STOPPED"
}

/// A wish to restart a connector, its tasks, or those of them that failed (KIP-745).
public struct RestartRequest: Sendable, Hashable {
    /// The connector's name.
    public var connector: String
    /// Whether only what is FAILED is restarted.
    public var onlyFailed: Bool
    /// Whether tasks are restarted too.
    public var includesTasks: Bool

    /// Creates a wish.
    public init(connector: String, onlyFailed: Bool, includesTasks: Bool) {
        self.connector = connector
        self.onlyFailed = onlyFailed
        self.includesTasks = includesTasks
    }
}

/// One record of the config topic.
///
/// - SeeAlso: docs/connect.md, "The internal topics"
enum ConfigRecord: Sendable, Hashable {
    /// A connector's configuration; `nil` deletes the connector.
    case connector(String, configuration: [String: String]?)
    /// A task's configuration, which counts once a commit follows.
    case task(ConnectorTaskID, configuration: [String: String])
    /// Makes the task configurations before it count.
    case commit(String, taskCount: Int)
    /// What a user wants a connector to do; `nil` with a deleted connector.
    case targetState(String, TargetState?)
    /// A wish to restart.
    case restart(RestartRequest)
    /// The key that workers sign their requests to each other with.
    case sessionKey(SessionKey)
    /// The level of a logger and of all below it, for every worker that runs (KIP-976).
    case loggerLevel(String, KafkaLogLevel)
    /// How many tasks may have written in transactions since all before them were fenced (KIP-618).
    case fencedTasks(String, taskCount: Int)
}

extension ConfigRecord {
    /// The record's key.
    var key: String {
        switch self {
        case .connector(let name, _): "connector-" + name
        case .task(let id, _): "task-\(id)"
        case .commit(let name, _): "commit-" + name
        case .targetState(let name, _): "target-state-" + name
        case .restart(let request): "restart-connector-" + request.connector
        case .sessionKey: Self.sessionKeyKey
        case .loggerLevel(let name, _): "logger-cluster-" + name
        case .fencedTasks(let name, _): "tasks-fencing-" + name
        }
    }

    /// The record's value; `nil` for a tombstone.
    var value: JSONValue? {
        switch self {
        case .connector(_, let configuration): configuration.map { ["properties": Self.json($0)] }
        case .task(_, let configuration): ["properties": Self.json(configuration)]
        case .commit(_, let taskCount): ["tasks": .integer(taskCount)]
        case .targetState(_, let state?):
            // A worker before KIP-875 knows no STOPPED; PAUSED is the nearest that it does.
            [
                "state": .string((state == .stopped ? TargetState.paused : state).rawValue),
                "state.v2": .string(state.rawValue),
            ]
        case .targetState(_, nil): nil
        case .fencedTasks(_, let taskCount): ["task-count": .integer(taskCount)]
        case .restart(let request):
            ["include-tasks": .bool(request.includesTasks), "only-failed": .bool(request.onlyFailed)]
        case .sessionKey(let key):
            [
                "key": .string(Base64.encode(ByteSlice(key.bytes))), "algorithm": .string(key.algorithm),
                "creation-timestamp": .integer(Int(key.createdAt)),
            ]
        case .loggerLevel(_, let level): ["level": .string(level.rawValue)]
        }
    }

    /// Reads a record.
    ///
    /// - Returns: `nil` for a key of another kind: later versions and other features have some.
    /// - Throws: ``RecordProblem`` for a record of these kinds that is damaged.
    init?(key: String, value: JSONValue?) throws {
        if let name = key.dropping(prefix: "target-state-") {
            self = .targetState(name, try value.map(Self.targetState))
        } else if let name = key.dropping(prefix: "restart-connector-") {
            guard let value else { return nil }
            self = .restart(
                RestartRequest(
                    connector: name, onlyFailed: value["only-failed"]?.bool ?? false,
                    includesTasks: value["include-tasks"]?.bool ?? false))
        } else if key == Self.sessionKeyKey {
            guard let value else { return nil }
            self = .sessionKey(try Self.sessionKey(value))
        } else if let name = key.dropping(prefix: "logger-cluster-") {
            guard let value else { return nil }
            guard let level = value["level"]?.string.flatMap(KafkaLogLevel.init(parsing:)) else {
                throw RecordProblem("a logger without a 'level' that there is")
            }
            self = .loggerLevel(name, level)
        } else if let name = key.dropping(prefix: "connector-") {
            self = .connector(name, configuration: try value.map(Self.properties))
        } else if let name = key.dropping(prefix: "commit-") {
            guard let count = value?["tasks"]?.int64, let count = Int(exactly: count), count >= 0 else {
                throw RecordProblem("a commit without its number of tasks")
            }
            self = .commit(name, taskCount: count)
        } else if let name = key.dropping(prefix: "tasks-fencing-") {
            guard let count = value?["task-count"]?.int64, let count = Int(exactly: count), count >= 0 else {
                throw RecordProblem("a fencing without its number of tasks")
            }
            self = .fencedTasks(name, taskCount: count)
        } else if let text = key.dropping(prefix: "task-") {
            guard let id = ConnectorTaskID(parsing: text) else { return nil }
            guard let value else { throw RecordProblem("a task configuration must not be null") }
            self = .task(id, configuration: try Self.properties(value))
        } else {
            return nil
        }
    }

    private static let sessionKeyKey = "session-key"

    private static func sessionKey(_ value: JSONValue) throws -> SessionKey {
        guard let bytes = value["key"]?.string.flatMap(Base64.decode), let algorithm = value["algorithm"]?.string,
            let createdAt = value["creation-timestamp"]?.int64
        else { throw RecordProblem("a session key without 'key', 'algorithm' or 'creation-timestamp'") }
        return SessionKey(bytes: bytes.array, algorithm: algorithm, createdAt: createdAt)
    }

    /// Task configurations as workers hand them to their leader.
    static func json(_ configurations: [[String: String]]) -> JSONValue { .array(configurations.map(json)) }

    private static func json(_ configuration: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }

    private static func properties(_ value: JSONValue) throws -> [String: String] {
        guard let object = value["properties"]?.object else {
            throw RecordProblem("a configuration without 'properties'")
        }
        var configuration: [String: String] = [:]
        for member in object {
            switch member.value {
            case .string(let text): configuration[member.name] = text
            // Kafka allows a null for a value; it stands for a key that is not given.
            case .null: break
            default: throw RecordProblem("the value of '\(member.name)' is no text")
            }
        }
        return configuration
    }

    private static func targetState(_ value: JSONValue) throws -> TargetState {
        guard let text = value["state.v2"]?.string ?? value["state"]?.string else {
            throw RecordProblem("a target state without 'state'")
        }
        guard let state = TargetState(rawValue: text) else { throw RecordProblem("the unknown target state \(text)") }
        return state
    }
}

/// Why a record of an internal topic is passed over.
struct RecordProblem: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension ConnectorTaskID {
    /// Reads `<connector>-<number>`; the connector's name may have hyphens of its own.
    init?(parsing text: some StringProtocol) {
        guard let hyphen = text.lastIndex(of: "-"), hyphen > text.startIndex,
            let task = Int(text[text.index(after: hyphen)...]), task >= 0
        else { return nil }
        self.init(connector: String(text[..<hyphen]), task: task)
    }
}

extension String {
    /// What follows `prefix`; `nil` when the text does not begin with it, or is nothing more.
    func dropping(prefix: String) -> String? {
        guard hasPrefix(prefix), utf8.count > prefix.utf8.count else { return nil }
        return String(dropFirst(prefix.count))
    }
}
