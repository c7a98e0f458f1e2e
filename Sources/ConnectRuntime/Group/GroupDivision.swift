/// How the leader divides the work among the members of the group.
struct GroupDivision: Sendable, Hashable {
    /// What one member gets.
    struct Share: Sendable, Hashable {
        /// What it is to start.
        var assigned = WorkAssignment()
        /// What it has to give up, for others to get it in the next round.
        var revoked = WorkAssignment()
        /// All that it runs after this round.
        var running = WorkAssignment()
    }

    /// What each member gets.
    var shares: [String: Share]
    /// After how long the members have to join again; zero for never.
    var delay = Duration.zero
    /// What nobody runs while the group waits for a worker to come back.
    var heldBack = WorkAssignment()

    /// The member that runs a connector after this round.
    func owner(of connector: String) -> String? {
        shares.first { $0.value.running.connectors.contains(connector) }?.key
    }

    /// The member that runs a task after this round.
    func owner(of task: ConnectorTaskID) -> String? {
        shares.first { $0.value.running.tasks.contains(task) }?.key
    }
}
