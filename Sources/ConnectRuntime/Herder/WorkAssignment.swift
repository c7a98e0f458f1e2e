/// The connectors and tasks that one worker of the group runs.
struct WorkAssignment: Sendable, Hashable {
    /// Names of connectors.
    var connectors: Set<String> = []
    /// Tasks.
    var tasks: Set<ConnectorTaskID> = []

    /// All the work that the config topic describes: what a group of one worker gives to it.
    static func everything(in state: ClusterConfigState) -> WorkAssignment {
        var assignment = WorkAssignment()
        for name in state.connectors.keys {
            assignment.connectors.insert(name)
            guard !state.inconsistent.contains(name) else { continue }
            for task in 0..<(state.tasks[name]?.count ?? 0) {
                assignment.tasks.insert(ConnectorTaskID(connector: name, task: task))
            }
        }
        return assignment
    }
}
