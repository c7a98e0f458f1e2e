/// What the config topic says, record by record: connectors, their tasks, and what users want of them.
///
/// A value without I/O. Task configurations wait for their commit; a commit whose tasks are not all there, as
/// compaction may leave it behind, marks the connector inconsistent until its tasks are written anew.
struct ClusterConfigState: Sendable, Hashable {
    /// What a record changed.
    enum Event: Sendable, Hashable {
        case connectorUpdated(String)
        case connectorRemoved(String)
        case tasksCommitted(String)
        case targetStateChanged(String)
        case restartRequested(RestartRequest)
        case sessionKeyChanged
        case loggerLevelSet(String, KafkaLogLevel)
    }

    /// Each connector's configuration.
    private(set) var connectors: [String: [String: String]] = [:]
    /// Each connector's tasks, as last committed.
    private(set) var tasks: [String: [[String: String]]] = [:]
    /// The connector configuration that was in force when the tasks were committed: what their converters come from.
    private(set) var appliedConfigurations: [String: [String: String]] = [:]
    /// What users want of each connector.
    private(set) var targetStates: [String: TargetState] = [:]
    /// Connectors whose committed tasks are not all there.
    private(set) var inconsistent: Set<String> = []
    /// The key that the group's workers sign with; `nil` until a leader has made one.
    private(set) var sessionKey: SessionKey?

    /// How many tasks of each connector may write in transactions, as far as others were fenced (KIP-618). Outlives the
    /// connector: one of the same name has to fence them.
    private(set) var fencedTaskCounts: [String: Int] = [:]
    /// Connectors whose tasks have changed since the last fencing.
    private(set) var pendingFencing: Set<String> = []
    /// Counts the commits of each connector's tasks.
    private(set) var taskGenerations: [String: Int] = [:]

    /// Task configurations that wait for their commit.
    private var deferred: [String: [Int: [String: String]]] = [:]

    /// What a user wants of a connector.
    func targetState(of connector: String) -> TargetState { targetStates[connector] ?? .started }

    /// Takes a record, in the topic's order.
    ///
    /// - Returns: What it changed; `nil` for nothing that is in force yet.
    mutating func apply(_ record: ConfigRecord) -> Event? {
        switch record {
        case .connector(let name, let configuration?):
            connectors[name] = configuration
            return .connectorUpdated(name)
        case .connector(let name, nil):
            remove(name)
            return .connectorRemoved(name)
        case .task(let id, let configuration):
            deferred[id.connector, default: [:]][id.task] = configuration
            return nil
        case .commit(let name, let taskCount): return commit(name, taskCount)
        case .targetState(let name, let state): return setTargetState(name, state)
        case .sessionKey(let key):
            sessionKey = key
            return .sessionKeyChanged
        case .fencedTasks(let name, let taskCount):
            fencedTaskCounts[name] = taskCount
            pendingFencing.remove(name)
            return nil
        case .restart(let request): return connectors[request.connector] == nil ? nil : .restartRequested(request)
        // Nothing to keep: the level counts for workers that run when it is set.
        case .loggerLevel(let name, let level): return .loggerLevelSet(name, level)
        }
    }

    private mutating func remove(_ name: String) {
        connectors[name] = nil
        tasks[name] = nil
        appliedConfigurations[name] = nil
        targetStates[name] = nil
        deferred[name] = nil
        inconsistent.remove(name)
        pendingFencing.remove(name)
        taskGenerations[name] = nil
    }

    private mutating func commit(_ name: String, _ taskCount: Int) -> Event? {
        guard let configuration = connectors[name] else {
            // Compaction removed the connector and its tombstone before it removed the tasks.
            remove(name)
            return nil
        }
        pendingFencing.insert(name)
        taskGenerations[name, default: 0] += 1
        let waiting = deferred.removeValue(forKey: name) ?? [:]
        // Fewer tasks than before leave the records of the others in the topic, so more than needed is no harm.
        // How many the commit speaks of is not to be trusted with memory or time before the tasks are there.
        let complete = taskCount <= waiting.count ? (0..<taskCount).compactMap { waiting[$0] } : []
        guard complete.count == taskCount else {
            inconsistent.insert(name)
            return .tasksCommitted(name)
        }
        inconsistent.remove(name)
        tasks[name] = complete
        appliedConfigurations[name] = configuration
        return .tasksCommitted(name)
    }

    private mutating func setTargetState(_ name: String, _ state: TargetState?) -> Event? {
        let before = targetState(of: name)
        targetStates[name] = state
        // A state without a connector is the initial one of a connector that is about to be written (KIP-980), and the
        // tombstone comes with the connector's own.
        guard let state, state != before, connectors[name] != nil else { return nil }
        return .targetStateChanged(name)
    }
}
