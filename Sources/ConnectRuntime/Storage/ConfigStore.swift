import JSON
import Logging
import RecordFormat
import Synchronization

/// The config topic: what it says, and writing to it.
///
/// Safe to use from any thread. A write returns once this worker has read it back, so a look at ``snapshot`` after it
/// sees it.
final class ConfigStore: Sendable {
    private struct State {
        var config = ClusterConfigState()
        var isStarted = false
    }

    private let log: any InternalLog
    private let logger: Logger
    private let state = Mutex(State())
    private let onEvent: @Sendable (ClusterConfigState.Event) -> Void

    /// Creates a store.
    ///
    /// - Parameter onEvent: Hears what each record changed that comes after the start, in order; must not block.
    init(log: any InternalLog, logger: Logger, onEvent: @escaping @Sendable (ClusterConfigState.Event) -> Void) {
        self.log = log
        self.logger = logger
        self.onEvent = onEvent
    }

    /// What the topic says now.
    var snapshot: ClusterConfigState { state.withLock { $0.config } }

    /// Reads the topic to its end.
    func start() async throws {
        try await log.start { [self] key, value in read(key, value) }
        state.withLock { $0.isStarted = true }
    }

    /// Reads what comes, until the task is cancelled.
    func run() async { await log.run() }

    /// Writes a connector's configuration, and what is wanted of it at first.
    func putConnector(_ name: String, _ configuration: [String: String], initialState: TargetState? = nil) async throws
    {
        var records: [ConfigRecord] = []
        // The state goes first, so that no worker starts what is to be stopped.
        if let initialState { records.append(.targetState(name, initialState)) }
        records.append(.connector(name, configuration: configuration))
        try await write(records)
    }

    /// Removes a connector.
    func removeConnector(_ name: String) async throws {
        try await write([.connector(name, configuration: nil), .targetState(name, nil)])
    }

    /// Writes a connector's tasks and makes them count.
    func putTasks(_ connector: String, _ configurations: [[String: String]]) async throws {
        let tasks = configurations.enumerated().map { number, configuration in
            ConfigRecord.task(ConnectorTaskID(connector: connector, task: number), configuration: configuration)
        }
        // The commit is only written once every task is acknowledged: a crash in between leaves the old tasks in force.
        if !tasks.isEmpty { try await write(tasks) }
        try await write([.commit(connector, taskCount: configurations.count)])
    }

    /// Writes what is wanted of a connector.
    func putTargetState(_ connector: String, _ state: TargetState) async throws {
        try await write([.targetState(connector, state)])
    }

    /// Writes a wish to restart, which every worker acts on for its part.
    func putRestart(_ request: RestartRequest) async throws { try await write([.restart(request)]) }

    /// Writes a new key for requests between workers.
    func putSessionKey(_ key: SessionKey) async throws { try await write([.sessionKey(key)]) }

    /// The offset after the last record of the topic that is in ``snapshot``.
    var position: Int64 { log.position }

    /// Waits until ``position`` is `offset` or more.
    func waitUntilRead(to offset: Int64) async throws { try await log.waitUntilRead(to: offset) }
    /// Writes the level of a logger, for every worker that runs.
    func putLoggerLevel(_ name: String, _ level: KafkaLogLevel) async throws {
        try await write([.loggerLevel(name, level)])
    }

    private func write(_ records: [ConfigRecord]) async throws {
        try await log.write(records.map { (ByteSlice($0.key), $0.value.map { ByteSlice($0.utf8) }) })
    }

    private func read(_ key: ByteSlice?, _ value: ByteSlice?) {
        guard let key else { return }
        do {
            let json = try value.map { try JSONValue(parsing: $0.array) }
            guard let record = try ConfigRecord(key: key.string, value: json?.isNull == true ? nil : json) else {
                return
            }
            let event = state.withLock { state -> ClusterConfigState.Event? in
                let event = state.config.apply(record)
                return state.isStarted ? event : nil
            }
            if let event { onEvent(event) }
        } catch {
            logger.error(
                "passing over a record of the config topic", metadata: ["key": "\(key.string)", "problem": "\(error)"])
        }
    }
}
