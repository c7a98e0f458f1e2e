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
    /// What the leader alone writes; `nil` where any worker may.
    private let privileges: WritePrivileges?

    /// Creates a store.
    ///
    /// - Parameters:
    ///   - isPrivileged: Whether only the worker that has the right may write what the leader writes.
    ///   - confirmLeadership: Throws if this worker does not lead any more; asked before a lost right is claimed again.
    ///   - onEvent: Hears what each record changed that comes after the start, in order; must not block.
    init(
        log: any InternalLog, isPrivileged: Bool = false,
        confirmLeadership: @escaping @Sendable () async throws -> Void = {}, logger: Logger,
        onEvent: @escaping @Sendable (ClusterConfigState.Event) -> Void
    ) {
        privileges = isPrivileged ? WritePrivileges(log: log, confirmLeadership: confirmLeadership) : nil
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
        // As with Kafka any worker may write this, so that it needs no leader.
        try await write([.targetState(connector, state)], isPrivileged: false)
    }

    /// Writes that all tasks but the ones in force are fenced.
    func putFencedTasks(_ connector: String, taskCount: Int) async throws {
        try await write([.fencedTasks(connector, taskCount: taskCount)])
    }

    /// Has this worker alone write what only a leader may; for one that has just become it.
    func claimWritePrivileges() async throws { try await privileges?.claim() }

    /// Leaves that to another worker.
    func releaseWritePrivileges() async { await privileges?.release() }

    /// Writes a wish to restart, which every worker acts on for its part.
    func putRestart(_ request: RestartRequest) async throws { try await write([.restart(request)]) }

    /// Writes a new key for requests between workers.
    func putSessionKey(_ key: SessionKey) async throws { try await write([.sessionKey(key)]) }

    /// The offset after the last record of the topic that is in ``snapshot``.
    var position: Int64 { log.position }

    /// Waits until ``position`` is `offset` or more.
    func waitUntilRead(to offset: Int64) async throws { try await log.waitUntilRead(to: offset) }

    /// Waits until all is read that was in the topic when this was called.
    func readToEnd() async throws { try await log.readToEnd() }

    /// Writes the level of a logger, for every worker that runs; any of them may.
    func putLoggerLevel(_ name: String, _ level: KafkaLogLevel) async throws {
        try await write([.loggerLevel(name, level)], isPrivileged: false)
    }

    private func write(_ records: [ConfigRecord], isPrivileged: Bool = true) async throws {
        let records = records.map { (key: ByteSlice($0.key), value: $0.value.map { ByteSlice($0.utf8) }) }
        if isPrivileged, let privileges { try await privileges.write(records) } else { try await log.write(records) }
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
