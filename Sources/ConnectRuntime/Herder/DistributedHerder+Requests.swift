import ConnectAPI

/// What users ask of the worker. Each waits until the worker has started.
extension DistributedHerder {
    /// The names of the connectors, sorted.
    public func connectors() async throws -> [String] {
        try await waitUntilReady()
        return configs.snapshot.connectors.keys.sorted()
    }

    /// A connector with its configuration and tasks.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func connector(_ name: String) async throws -> ConnectorInfo {
        try await waitUntilReady()
        return try info(name)
    }

    /// A connector's tasks with their configurations.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func tasks(of name: String) async throws -> [TaskInfo] {
        try await waitUntilReady()
        let state = configs.snapshot
        guard let connector = state.connectors[name] else { throw Self.notFound(name) }
        let passwords = shown(connector)
        return (state.tasks[name] ?? []).enumerated().map { number, configuration in
            TaskInfo(
                id: ConnectorTaskID(connector: name, task: number), configuration: passwords.task(configuration))
        }
    }

    /// What a connector and its tasks are doing.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func status(of name: String) async throws -> ConnectorStateInfo {
        try await waitUntilReady()
        guard let status = stateInfo(name) else {
            throw ConnectError(.notFound, "No status found for connector \(name)")
        }
        return status
    }

    /// What a task is doing.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func status(of id: ConnectorTaskID) async throws -> ConnectStatus {
        try await waitUntilReady()
        guard let status = stateInfo(id.connector)?.tasks.first(where: { $0.id == id.task }) else {
            throw ConnectError(.notFound, "No status found for task \(id)")
        }
        return status.status
    }

    // MARK: Configurations

    /// Checks a configuration without using it.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` when it names no class, `.notFound` for an
    ///   unknown one.
    public nonisolated func validate(_ connector: [String: String]) async throws -> ConfigInfos {
        let validator = ConfigurationValidator(
            plugins: plugins, maximumTasks: configuration.maximumTasks,
            createsTopics: configuration.topics.createsTopics,
            overridePolicy: configuration.overridePolicy, workerProperties: configuration.properties,
            exactlyOnceSourceSupport: configuration.exactlyOnceSourceSupport)
        return try await onThread { [transformer] in
            try await transformer.validate(connector) { try await validator.validate($0) }
        }
    }

    /// Runs code of a connector on a thread of its own: it may ask the system that it is for, and that may hang.
    nonisolated func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await TaskThread(worker.threads).run(body)
    }

    /// Creates a connector.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` or `.alreadyExists`.
    public func createConnector(
        _ name: String, _ configuration: [String: String], initialState: TargetState? = nil
    ) async throws -> ConnectorInfo {
        try await waitUntilReady()
        try await requireLeadership()
        let configuration = try withKeptPasswords(configuration, of: name)
        try await refuseInvalid(configuration)
        // The connector may have taken its time over it.
        try await requireLeadership()
        guard configs.snapshot.connectors[name] == nil, creations.insert(name).inserted else {
            throw ConnectError(.alreadyExists, "Connector \(name) already exists")
        }
        defer { creations.remove(name) }
        try await configs.putConnector(name, configuration, initialState: initialState)
        return try info(name)
    }

    /// Replaces a connector's configuration, or creates the connector.
    ///
    /// - Returns: The connector, and whether there was none of that name before.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration`.
    public func putConfiguration(
        _ name: String, _ configuration: [String: String]
    ) async throws -> (connector: ConnectorInfo, isNew: Bool) {
        try await waitUntilReady()
        try await requireLeadership()
        let configuration = try withKeptPasswords(configuration, of: name)
        try await refuseInvalid(configuration)
        try await requireLeadership()
        return try await configurationWrites.pass {
            let isNew = configs.snapshot.connectors[name] == nil
            try await configs.putConnector(name, configuration)
            return (try info(name), isNew)
        }
    }

    /// Changes some keys of a connector's configuration (KIP-477).
    ///
    /// - Parameter patch: New values by key; `nil` removes a key.
    /// - Throws: ``ConnectError`` with code `.notFound`, or `.invalidConfiguration` for what the configuration would be.
    public func patchConfiguration(_ name: String, _ patch: [String: String?]) async throws -> ConnectorInfo {
        try await waitUntilReady()
        while true {
            try await requireLeadership()
            guard let current = configs.snapshot.connectors[name] else { throw Self.notFound(name) }
            let changed = try withKeptPasswords(
                patch.reduce(into: current) { $0[$1.key] = $1.value }, of: name)
            // Before anyone says what is wrong with the values.
            try refuseExposure(of: current, by: patch, to: changed)
            // Out of the queue: a connector may take its time over it.
            try await refuseInvalid(changed)
            let isWritten = try await configurationWrites.pass {
                // Another change came first, and what was checked is not what would be written.
                guard configs.snapshot.connectors[name] == current else { return false }
                try await configs.putConnector(name, changed)
                return true
            }
            if isWritten { return try info(name) }
        }
    }

    /// Deletes a connector; its offsets stay.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func deleteConnector(_ name: String) async throws {
        try await waitUntilReady()
        try await requireLeadership()
        try await configurationWrites.pass {
            guard configs.snapshot.connectors[name] != nil else { throw Self.notFound(name) }
            try await configs.removeConnector(name)
        }
    }

    private func refuseInvalid(_ configuration: [String: String]) async throws {
        let infos = try await validate(configuration)
        guard infos.errorCount == 0 else { throw ConnectError(.invalidConfiguration, infos.refusal) }
    }

    // MARK: States

    /// Has a connector and its tasks pause, go on, or stop.
    ///
    /// Stopping removes the tasks; starting makes them anew.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func setTargetState(of name: String, _ target: TargetState) async throws {
        try await waitUntilReady()
        guard configs.snapshot.connectors[name] != nil else {
            throw ConnectError(.notFound, "Unknown connector \(name)")
        }
        // Every worker may write what is wanted; only one writes tasks, which a stop removes.
        if target == .stopped { try await requireLeadership() }
        try await taskWrites.pass {
            // What a connector publishes from here on waits for its turn, and then finds it stopped.
            if target == .stopped { try await configs.putTasks(name, []) }
            try await configs.putTargetState(name, target)
        }
    }

    /// Restarts a connector without its tasks.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func restartConnector(_ name: String) async throws {
        try await waitUntilReady()
        guard configs.snapshot.connectors[name] != nil else {
            throw ConnectError(.notFound, "Unknown connector: \(name)")
        }
        try await requireOwnership(of: name)
        enqueueRestart(connector: name, tasks: [])
    }

    /// Restarts a task.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func restartTask(_ id: ConnectorTaskID) async throws {
        try await waitUntilReady()
        let state = configs.snapshot
        guard state.connectors[id.connector] != nil else {
            throw ConnectError(.notFound, "Unknown connector: \(id.connector)")
        }
        guard id.task < (state.tasks[id.connector]?.count ?? 0) else {
            throw ConnectError(.notFound, "Unknown task: \(id)")
        }
        try await requireOwnership(of: id)
        enqueueRestart(connector: nil, tasks: [id])
    }

    /// Restarts a connector and its tasks, or those that failed; every worker does its part.
    ///
    /// - Returns: The states, with RESTARTING for what is going to restart.
    /// - Throws: ``ConnectError`` with code `.notFound`.
    public func restart(_ request: RestartRequest) async throws -> ConnectorStateInfo {
        try await waitUntilReady()
        guard let plan = restartPlan(for: request) else {
            throw ConnectError(.notFound, "Unknown connector: \(request.connector)")
        }
        // Where the leader alone may write, its word counts; elsewhere any worker's does.
        if configuration.exactlyOnceSourceSupport.usesTransactionalLeader { try await requireLeadership() }
        try await configs.putRestart(request)
        return plan.states
    }

    // MARK: What is known

    /// What a restart would restart.
    struct RestartPlan: Sendable {
        var states: ConnectorStateInfo
        var restartsConnector: Bool
        var tasks: [ConnectorTaskID]
    }

    /// What a restart would restart now; `nil` when there is no such connector.
    nonisolated func restartPlan(for request: RestartRequest) -> RestartPlan? {
        guard var states = stateInfo(request.connector) else { return nil }
        let restartsConnector = !request.onlyFailed || states.connector.state == .failed
        if restartsConnector {
            states.connector.state = .restarting
            states.connector.trace = nil
        }
        var tasks: [ConnectorTaskID] = []
        for index in states.tasks.indices where request.includesTasks {
            guard !request.onlyFailed || states.tasks[index].status.state == .failed else { continue }
            tasks.append(ConnectorTaskID(connector: request.connector, task: states.tasks[index].id))
            states.tasks[index].status.state = .restarting
            states.tasks[index].status.trace = nil
        }
        return RestartPlan(states: states, restartsConnector: restartsConnector, tasks: tasks)
    }

    /// The states of a connector that exists; what has not said anything yet is UNASSIGNED.
    private nonisolated func stateInfo(_ name: String) -> ConnectorStateInfo? {
        let state = configs.snapshot
        guard let configuration = state.connectors[name] else { return nil }
        let unknown = ConnectStatus(state: .unassigned, workerID: statuses.workerID, generation: 0)
        let tasks = (0..<(state.tasks[name]?.count ?? 0)).map { number in
            let status = statusStore.task(ConnectorTaskID(connector: name, task: number))
            return ConnectorStateInfo.TaskState(id: number, status: watched(status ?? unknown, name, task: number))
        }
        return ConnectorStateInfo(
            name: name, connector: watched(statusStore.connector(name) ?? unknown, name), tasks: tasks,
            kind: plugins.kind(of: configuration))
    }

    private nonisolated func info(_ name: String) throws -> ConnectorInfo {
        let state = configs.snapshot
        guard let configuration = state.connectors[name] else { throw Self.notFound(name) }
        let tasks = (0..<(state.tasks[name]?.count ?? 0)).map { ConnectorTaskID(connector: name, task: $0) }
        return ConnectorInfo(
            name: name, configuration: shown(configuration).connector, tasks: tasks,
            kind: plugins.kind(of: configuration))
    }

    static func notFound(_ name: String) -> ConnectError {
        ConnectError(.notFound, "Connector \(name) not found")
    }
}
