/// What a worker knows of its group and of its own part in it.
///
/// A value that the herder keeps; the group's leader has more in it than the others.
struct GroupStanding: Sendable {
    /// Where the worker is after a rebalance.
    struct Place: Sendable, Hashable {
        /// Whether this worker assigns, and writes what only one may write.
        var isLeader: Bool
        /// Where the leader's REST API is reached.
        var leaderURL: String
        /// The protocol that the group chose.
        var agreed: ConnectProtocol
    }

    /// Where the worker is; `nil` while the group rebalances.
    var place: Place?
    /// What the group has given to this worker.
    var owned = WorkAssignment()
    /// The work that the last assignment knew of; more than that calls for another one.
    var known = WorkAssignment()
    /// The last generation that the worker got an assignment in.
    var completedGeneration: Int32 = -1
    /// The last generation in which the worker led and had the right to write the config topic.
    var ledGeneration: Int32 = -2
    /// The leader's memory from rebalance to rebalance.
    var assignor: IncrementalAssignor
    /// How the leader divided the work last; `nil` elsewhere.
    var division: GroupDivision?
    /// Where the members' REST APIs are reached, by member, for the leader.
    var urls: [String: String] = [:]

    init(maximumDelay: Duration) { assignor = IncrementalAssignor(maximumDelay: maximumDelay) }

    /// Whether the leader has nobody to share with, and nothing waits for a worker to come back.
    var isAlone: Bool { urls.count == 1 && division?.heldBack.isEmpty ?? true }

    /// Where the REST API of the worker that runs a connector is reached; known to the leader.
    func url(of connector: String) -> String? { division?.owner(of: connector).flatMap { urls[$0] } }

    /// Where the REST API of the worker that runs a task is reached; known to the leader.
    func url(of task: ConnectorTaskID) -> String? { division?.owner(of: task).flatMap { urls[$0] } }

    /// Divides the work as the group's leader.
    ///
    /// - Parameter members: What each member told of itself.
    mutating func divide(
        _ configured: WorkAssignment, among members: [String: WorkerMetadata], by protocol: ConnectProtocol,
        generation: Int32, now: ContinuousClock.Instant
    ) -> GroupDivision {
        let division =
            if `protocol` == .eager {
                EagerAssignor.divide(configured, among: members.keys)
            } else {
                assignor.divide(
                    configured, among: members.mapValues(\.running), generation: generation,
                    completed: completedGeneration, now: now)
            }
        self.division = division
        urls = members.mapValues(\.url)
        known = configured
        return division
    }
}

/// Why a worker does not carry out a request itself.
public enum RequestRefusal: Error, Sendable, Hashable {
    /// Another worker has to: the leader, or the one that runs what is meant. `nil` when it is not known now.
    case elsewhere(url: String?)
    /// The group is dividing its work, and has been for longer than a request waits.
    case rebalancing
}
