import RecordFormat
import Replication

/// The metadata store: linearizable, with sessions that end when they are not renewed, and a history that nodes follow.
struct SimulatedStore {
    /// One change, as a watch tells of it.
    enum Change {
        case partition(Int, PartitionState)
        case broker(BrokerRegistration)
        case session(BrokerID, BrokerEpoch?)
        case topic(Int, TopicReplication)
    }

    /// Everything as of one revision.
    struct Snapshot {
        let revision: Int
        let partitions: [PartitionState]
        let topics: [TopicReplication]
        let brokers: BrokerDirectory
    }

    private(set) var partitions: [PartitionState] = []
    private(set) var topics: [TopicReplication] = []
    private(set) var brokers = BrokerDirectory()
    private(set) var history: [Change] = []
    private(set) var controllerEpoch = 0
    private var controller: (id: BrokerID, session: BrokerEpoch)?
    private var deadlines: [BrokerID: Int] = [:]

    var revision: Int { history.count }
    var snapshot: Snapshot {
        Snapshot(revision: revision, partitions: partitions, topics: topics, brokers: brokers)
    }

    /// Adds a partition with its topic.
    mutating func create(_ state: PartitionState, _ topic: TopicReplication) {
        partitions.append(state)
        topics.append(topic)
        history.append(.topic(topics.count - 1, topic))
        history.append(.partition(partitions.count - 1, state))
    }

    mutating func setTopic(_ index: Int, _ topic: TopicReplication) {
        topics[index] = topic
        history.append(.topic(index, topic))
    }

    /// Takes in a node as one that was admitted and shut down before the run.
    mutating func admit(_ id: BrokerID, _ origin: BrokerRegistration.Origin) {
        put(BrokerRegistration(id: id, origin: origin, succeeding: nil).admitted)
    }

    // MARK: - Sessions

    /// A node registers, which ends what session it had and begins another.
    mutating func register(
        _ id: BrokerID, _ origin: BrokerRegistration.Origin, sessionUntil deadline: Int
    ) -> BrokerEpoch {
        let registration = BrokerRegistration(id: id, origin: origin, succeeding: brokers.registrations[id])
        put(registration)
        setSession(of: id, to: registration.epoch)
        deadlines[id] = deadline
        return registration.epoch
    }

    /// A node renews its session; `false` if that has ended.
    mutating func keepAlive(_ id: BrokerID, _ epoch: BrokerEpoch, until deadline: Int) -> Bool {
        guard brokers.sessions[id] == epoch else { return false }
        deadlines[id] = deadline
        return true
    }

    /// Ends the sessions that were not renewed in time.
    mutating func expireSessions(at time: Int) {
        for (id, deadline) in deadlines.sorted(by: { $0.key < $1.key }) where deadline <= time { endSession(of: id) }
    }

    mutating func endSession(of id: BrokerID) {
        deadlines[id] = nil
        setSession(of: id, to: nil)
    }

    private mutating func setSession(of id: BrokerID, to epoch: BrokerEpoch?) {
        brokers.setSession(of: id, to: epoch)
        history.append(.session(id, epoch))
    }

    private mutating func put(_ registration: BrokerRegistration) {
        brokers.register(registration)
        history.append(.broker(registration))
    }

    mutating func drain(_ id: BrokerID, _ epoch: BrokerEpoch) {
        guard var registration = brokers.registrations[id], registration.epoch == epoch else { return }
        registration.isDraining = true
        put(registration)
    }

    // MARK: - Writes

    /// A node wants to be the controller, and is if no other is there: a new epoch fences the one before. It may be the
    /// one already, and not have heard of it.
    mutating func campaign(_ id: BrokerID, _ session: BrokerEpoch) -> Int? {
        guard brokers.sessions[id] == session else { return nil }
        if let controller, controller.id != id, brokers.sessions[controller.id] == controller.session { return nil }
        controller = (id, session)
        controllerEpoch += 1
        return controllerEpoch
    }

    /// A leader's proposal: compares the version, and the incarnation of each node that joins.
    mutating func write(_ proposal: InSyncProposal, to partition: Int) -> InSyncProposal.Outcome {
        let current = partitions[partition]
        guard current.version == proposal.expectedVersion,
            proposal.joining.allSatisfy({ brokers.isAdmitted($0.id, in: $0.epoch) })
        else { return .refused(current) }
        put(proposal.state, at: partition)
        return .accepted
    }

    /// A controller's change: compares the controller's epoch, and the version or the registration; `nil` if the
    /// controller is one no longer.
    mutating func write(
        _ change: ClusterChange, of epoch: Int, partition: (PartitionID) -> Int
    ) -> ClusterChange.Outcome? {
        guard epoch == controllerEpoch else { return nil }
        switch change {
        case .partition(let id, let state):
            let index = partition(id)
            guard partitions[index].version.rawValue + 1 == state.version.rawValue else {
                return .refused(partitions[index])
            }
            put(state, at: index)
        case .admission(let registration):
            guard brokers.registrations[registration.id] == registration else { return .refused(nil) }
            put(registration.admitted)
        }
        return .accepted
    }

    private mutating func put(_ state: PartitionState, at index: Int) {
        partitions[index] = state
        history.append(.partition(index, state))
    }
}
