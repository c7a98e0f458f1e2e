/// Decides what a worker starts and stops, from what the config topic says and which part of it is the worker's.
///
/// A value without I/O: each call takes what is known and returns what is to be done, in order.
struct HerderMachine: Sendable {
    /// What the worker is to do.
    enum Action: Sendable, Hashable {
        case startConnector(String, configuration: [String: String], target: TargetState)
        case setConnectorTarget(String, TargetState)
        case stopConnector(String)
        case startTask(
            ConnectorTaskID, configuration: [String: String], connector: [String: String], isPaused: Bool,
            division: Int = 0)
        case setTaskPaused(ConnectorTaskID, Bool)
        /// Ends a task; when it exists no more, its status is forgotten.
        case stopTask(ConnectorTaskID, exists: Bool)
        /// Ends a deleted connector with its tasks and forgets their statuses.
        case remove(String, tasks: [ConnectorTaskID])
    }

    private struct RunningConnector: Sendable {
        var configuration: [String: String]
        var target: TargetState
    }

    private struct RunningTask: Sendable {
        var configuration: [String: String]
        var connector: [String: String]
        var isPaused: Bool
        /// How often the connector had divided its work when this came of it; 0 where that does not matter.
        var division: Int
    }

    /// Whether every task of a connector starts anew when one of them changes: before tasks of a new division write in
    /// transactions, those of the former one are kept from it (KIP-618), which must not meet one that runs on.
    private let restartsWholeDivisions: Bool

    private var connectors: [String: RunningConnector] = [:]
    private var tasks: [ConnectorTaskID: RunningTask] = [:]

    init(restartsWholeDivisions: Bool = false) { self.restartsWholeDivisions = restartsWholeDivisions }

    /// Brings what runs in line with the config topic and the assignment.
    ///
    /// - Parameter replacing: A connector that is started anew even if nothing about it changed.
    mutating func reconcile(
        _ state: ClusterConfigState, _ assignment: WorkAssignment, replacing: String? = nil
    ) -> [Action] {
        removeDeleted(state) + reconcileTasksToStop(state, assignment)
            + reconcileConnectors(state, assignment, replacing: replacing) + reconcileTasksToRun(state, assignment)
    }

    /// Starts a connector and some of its tasks anew, as far as they are this worker's.
    mutating func restart(connector: String?, tasks ids: [ConnectorTaskID]) -> [Action] {
        var actions: [Action] = []
        if let connector, let running = connectors[connector] {
            actions.append(
                .startConnector(connector, configuration: running.configuration, target: running.target))
        }
        for id in ids.sorted() {
            guard let task = tasks[id] else { continue }
            actions.append(
                .startTask(
                    id, configuration: task.configuration, connector: task.connector, isPaused: task.isPaused,
                    division: task.division))
        }
        return actions
    }

    /// Whether a connector is this worker's.
    func runs(_ connector: String) -> Bool { connectors[connector] != nil }

    /// Whether a task is this worker's.
    func runs(_ id: ConnectorTaskID) -> Bool { tasks[id] != nil }

    private mutating func removeDeleted(_ state: ClusterConfigState) -> [Action] {
        var names = Set(connectors.keys)
        for id in tasks.keys { names.insert(id.connector) }
        return names.filter { state.connectors[$0] == nil }.sorted().map { name in
            let ids = tasks.keys.filter { $0.connector == name }.sorted()
            connectors[name] = nil
            for id in ids { tasks[id] = nil }
            return .remove(name, tasks: ids)
        }
    }

    private mutating func reconcileConnectors(
        _ state: ClusterConfigState, _ assignment: WorkAssignment, replacing: String?
    ) -> [Action] {
        var actions: [Action] = []
        for name in connectors.keys.sorted() where !assignment.connectors.contains(name) {
            connectors[name] = nil
            actions.append(.stopConnector(name))
        }
        for name in assignment.connectors.sorted() {
            guard let configuration = state.connectors[name] else { continue }
            let target = state.targetState(of: name)
            let running = connectors[name]
            connectors[name] = RunningConnector(configuration: configuration, target: target)
            if running == nil || running?.configuration != configuration || name == replacing {
                actions.append(.startConnector(name, configuration: configuration, target: target))
            } else if running?.target != target {
                actions.append(.setConnectorTarget(name, target))
            }
        }
        return actions
    }

    private mutating func reconcileTasksToStop(_ state: ClusterConfigState, _ assignment: WorkAssignment) -> [Action] {
        tasks.keys.filter { !assignment.tasks.contains($0) }.sorted().map { id in
            tasks[id] = nil
            return .stopTask(id, exists: id.task < (state.tasks[id.connector]?.count ?? 0))
        }
    }

    private mutating func reconcileTasksToRun(_ state: ClusterConfigState, _ assignment: WorkAssignment) -> [Action] {
        var actions: [Action] = []
        for id in assignment.tasks.sorted() {
            guard let configurations = state.tasks[id.connector], id.task < configurations.count,
                let connector = state.appliedConfigurations[id.connector]
            else { continue }
            let configuration = configurations[id.task]
            let isPaused = state.targetState(of: id.connector) != .started
            // From the state that the settings are from: what a task vouches for is this very division.
            let division = restartsWholeDivisions ? state.taskGenerations[id.connector] ?? 0 : 0
            let running = tasks[id]
            tasks[id] = RunningTask(
                configuration: configuration, connector: connector, isPaused: isPaused, division: division)
            if running?.configuration != configuration || running?.connector != connector
                || running?.division != division
            {
                actions.append(
                    .startTask(
                        id, configuration: configuration, connector: connector, isPaused: isPaused, division: division))
            } else if running?.isPaused != isPaused {
                actions.append(.setTaskPaused(id, isPaused))
            }
        }
        return actions
    }
}
