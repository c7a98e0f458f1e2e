public import RecordFormat

/// The one node's part that elects leaders, admits nodes and carries reassignments through.
///
/// It is told everything in the metadata store, in the order of its revisions, and asks for changes of it, each a
/// compare-and-set; what it asks for depends on nothing else, so that another controller goes on where this one ends.
/// At most one change of a partition is on its way, and at most ``maxChangesInFlight`` in all.
///
/// - SeeAlso: docs/replication.md
public struct ClusterController: Sendable {
    /// How many changes may be on their way.
    public static let maxChangesInFlight = 256

    var brokers = BrokerDirectory()
    var topics: [TopicID: TopicReplication] = [:]
    var partitions: [PartitionID: ControlledPartition] = [:]
    /// The partitions of which a node has a copy.
    private var copies: [BrokerID: Set<PartitionID>] = [:]
    /// The partitions whose state has to change before a node is admitted.
    private var obstacles: [BrokerID: Set<PartitionID>] = [:]
    /// The admissions that are on their way.
    private var admitting: Set<BrokerID> = []
    /// The partitions to look at again.
    private var due: Set<PartitionID> = []
    /// Those that were due when they were last put in order, the next one at the end; what is not due any more is passed
    /// over. With as many changes in flight as may be, most of what is due waits, and must not be gone through each time
    /// that one ends.
    private var round: [PartitionID] = []
    /// How many partitions were put in order so far, the same one as often as it was: what decisions have cost.
    private(set) var orderedCount = 0
    /// Those among them, and the admissions, that wait for the next ``retry()``: the store did not answer.
    private var postponed: Set<PartitionID> = []
    private var postponedAdmissions: Set<BrokerID> = []
    private var partitionsInFlight = 0

    /// Creates a controller that knows nothing yet.
    public init() {}

    // MARK: - What the store has

    /// A topic is set like this.
    public mutating func topicChanged(_ id: TopicID, _ topic: TopicReplication) {
        guard topics.updateValue(topic, forKey: id) != topic else { return }
        for partition in partitions.keys where partition.topic == id { reconsider(partition) }
    }

    /// A node has registered, was admitted, or is draining.
    public mutating func brokerChanged(_ registration: BrokerRegistration) {
        brokers.register(registration)
        reconsiderPartitions(of: registration.id)
    }

    /// A node's session has begun, or ended.
    public mutating func sessionChanged(of id: BrokerID, to epoch: BrokerEpoch?) {
        brokers.setSession(of: id, to: epoch)
        reconsiderPartitions(of: id)
    }

    /// A partition has a new state, or is gone with its topic.
    public mutating func partitionChanged(_ id: PartitionID, _ state: PartitionState?) {
        guard let state else { return forget(id) }
        if let known = partitions[id] {
            guard known.state.version < state.version else { return }
            if known.pending != nil { partitionsInFlight -= 1 }
            // What someone asked for stays asked for where another change came first.
            if known.pending == state { partitions[id]?.requestIsMet() }
            partitions[id]?.pending = nil
            partitions[id]?.state = state
            for replica in known.state.replicas where !state.replicas.contains(replica) {
                copies[replica]?.remove(id)
                obstacles[replica]?.remove(id)
            }
        } else {
            partitions[id] = ControlledPartition(state: state)
        }
        for replica in state.replicas { copies[replica, default: []].insert(id) }
        reconsider(id)
    }

    private mutating func forget(_ id: PartitionID) {
        guard let known = partitions.removeValue(forKey: id) else { return }
        if known.pending != nil { partitionsInFlight -= 1 }
        for replica in known.state.replicas {
            copies[replica]?.remove(id)
            obstacles[replica]?.remove(id)
        }
        due.remove(id)
        postponed.remove(id)
    }

    // MARK: - What became of changes

    /// The outcome of a change is in, or nobody will ever know it.
    public mutating func changeEnded(_ change: ClusterChange, _ outcome: ClusterChange.Outcome) {
        switch change {
        case .partition(let id, let state): partitionChangeEnded(id, state, outcome)
        case .admission(let registration):
            admitting.remove(registration.id)
            switch outcome {
            case .accepted:
                // Unless the node has registered again since, or is draining, and the answer was the slower one.
                if brokers.registrations[registration.id] == registration { brokerChanged(registration.admitted) }
            // The node has registered again, of which the store will tell; until then there is nothing to ask for.
            case .refused, .unknown: postponedAdmissions.insert(registration.id)
            }
        }
    }

    private mutating func partitionChangeEnded(
        _ id: PartitionID, _ state: PartitionState, _ outcome: ClusterChange.Outcome
    ) {
        guard partitions[id]?.pending == state else { return }
        switch outcome {
        case .accepted: partitionChanged(id, state)
        case .refused(let current):
            partitions[id]?.pending = nil
            partitionsInFlight -= 1
            due.insert(id)
            partitionChanged(id, current)
        case .unknown:
            // It may yet happen. Whatever is decided next compares with the same version, so that one of the two fails.
            partitions[id]?.pending = nil
            partitionsInFlight -= 1
            postponed.insert(id)
        }
    }

    /// Takes up again what the store did not answer; the host calls it some times a second.
    public mutating func retry() {
        due.formUnion(postponed)
        postponed.removeAll()
        postponedAdmissions.removeAll()
    }

    // MARK: - Decisions

    /// The changes that are to be written now; the host brings the outcome of each.
    ///
    /// - Complexity: O(*n* log *n*) in the partitions that something happened to, for all calls together.
    public mutating func takeChanges() -> [ClusterChange] {
        var changes: [ClusterChange] = []
        while partitionsInFlight < Self.maxChangesInFlight, let id = nextDue() {
            guard let partition = partitions[id], partition.pending == nil, let topic = topics[id.topic] else {
                continue
            }
            let next = PartitionDecision(brokers: brokers, topic: topic).decide(partition)
            guard next != partition.state else {
                partitions[id]?.decide(nil)
                continue
            }
            let state = next.succeeding(partition.state)
            partitions[id]?.decide(state)
            partitionsInFlight += 1
            changes.append(.partition(id, state))
        }
        for id in obstacles.keys.sorted() where obstacles[id]?.isEmpty == true {
            guard let registration = brokers.registrations[id], brokers.sessions[id] == registration.epoch,
                !admitting.contains(id), !postponedAdmissions.contains(id)
            else { continue }
            admitting.insert(id)
            changes.append(.admission(registration))
        }
        return changes
    }

    /// The next partition to look at: what has become due meanwhile comes when all that were due before had their turn.
    private mutating func nextDue() -> PartitionID? {
        while true {
            while let id = round.popLast() { if due.remove(id) != nil { return id } }
            if due.isEmpty { return nil }
            round = due.sorted(by: >)
            orderedCount += round.count
        }
    }

    /// Looks at a partition again, and at whether it stands in the way of a node.
    mutating func reconsider(_ id: PartitionID) {
        due.insert(id)
        guard let partition = partitions[id] else { return }
        for replica in partition.state.replicas where obstacles[replica] != nil {
            if isObstacle(partition.state, of: id.topic, to: replica) {
                obstacles[replica]?.insert(id)
            } else {
                obstacles[replica]?.remove(id)
            }
        }
    }

    private mutating func reconsiderPartitions(of broker: BrokerID) {
        let isAdmitted = brokers.registrations[broker]?.isAdmitted ?? true
        obstacles[broker] = isAdmitted ? nil : []
        for id in copies[broker] ?? [] { reconsider(id) }
    }

    /// Whether a node may not be admitted yet: it counts as in sync by what a former incarnation had, or as eligible
    /// with a copy that is not whole.
    ///
    /// Being out of the in-sync replicas it leads nothing either, so that it begins a new epoch wherever it is elected.
    private func isObstacle(_ state: PartitionState, of topic: TopicID, to broker: BrokerID) -> Bool {
        guard let settings = topics[topic] else { return true }
        return state.inSyncReplicas.contains(broker)
            || state.eligibleLeaderReplicas.contains(broker)
                && brokers.registrations[broker]?.keepsCopies(of: settings) == false
    }
}
