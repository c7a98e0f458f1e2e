/// A set of connectors and tasks: what a worker of the group runs, gets or gives up.
struct WorkAssignment: Sendable, Hashable {
    /// Names of connectors.
    var connectors: Set<String> = []
    /// Tasks.
    var tasks: Set<ConnectorTaskID> = []

    /// Whether there is nothing in it.
    var isEmpty: Bool { connectors.isEmpty && tasks.isEmpty }

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

    /// What is in this one or in the other.
    func union(_ other: WorkAssignment) -> WorkAssignment {
        WorkAssignment(connectors: connectors.union(other.connectors), tasks: tasks.union(other.tasks))
    }

    /// What is in this one and in the other.
    func intersection(_ other: WorkAssignment) -> WorkAssignment {
        WorkAssignment(connectors: connectors.intersection(other.connectors), tasks: tasks.intersection(other.tasks))
    }

    /// What is in this one and not in the other.
    func subtracting(_ other: WorkAssignment) -> WorkAssignment {
        WorkAssignment(connectors: connectors.subtracting(other.connectors), tasks: tasks.subtracting(other.tasks))
    }
}
