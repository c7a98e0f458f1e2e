import KafkaProtocol
import Logging
import RecordFormat
import Replication

/// Runs the controller of the cluster on this node while it holds the office, and runs for that while nobody does.
///
/// The office is a key that goes with the session of who holds it. Every write of the controller compares the revision
/// at which that key was made, which grows from controller to controller: one that was paused past its session changes
/// nothing when it wakes.
actor ControllerHost {
    /// A time in office.
    private struct Term {
        /// The revision at which it began: Kafka's controller epoch.
        let began: Int64
        var machine = ClusterController()
        /// The last image that the machine was told of, and its revision.
        var known = ClusterImage()
        var revision: Int64 = -1
    }

    private let link: ClusterLink
    private let membership: ClusterMembership
    private let node: BrokerID
    private let live: LiveConfiguration
    private let logger: Logger
    private let signals: AsyncStream<Void>
    nonisolated private let signal: AsyncStream<Void>.Continuation
    private var term: Term?
    private var isStanding = false
    /// When leaders were last looked at, whether each node leads what it should.
    private var balanced = ContinuousClock.now

    init(link: ClusterLink, membership: ClusterMembership, node: BrokerID, live: LiveConfiguration, logger: Logger) {
        self.link = link
        self.membership = membership
        self.node = node
        self.live = live
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Has the host look at the cluster again: something has changed.
    nonisolated func wake() { signal.yield() }

    /// Takes part for as long as the task is not cancelled.
    func run() async {
        for await _ in signals { await takeTurn() }
    }

    /// Takes up again what the store did not answer; called some times a second.
    func tick() {
        term?.machine.retry()
        if term != nil { rebalanceIfDue() }
        wake()
    }

    /// Gives leadership back to nodes that lead too few of the partitions which they should lead
    /// (`auto.leader.rebalance.enable`).
    private func rebalanceIfDue() {
        let configuration = live.current
        let interval = Duration.seconds(configuration.integer("leader.imbalance.check.interval.seconds"))
        guard ContinuousClock.now - balanced >= interval else { return }
        balanced = .now
        guard configuration.boolean("auto.leader.rebalance.enable"), let known = term?.known else { return }
        let limit = Double(configuration.integer("leader.imbalance.per.broker.percentage")) / 100
        var preferred: [BrokerID: (all: Int, elsewhere: [PartitionID])] = [:]
        for topic in known.topics.values {
            for (index, state) in topic.partitions.enumerated() {
                preferred[state.replicas[0], default: (0, [])].all += 1
                guard state.leader != state.replicas[0] else { continue }
                preferred[state.replicas[0], default: (0, [])].elsewhere
                    .append(PartitionID(topic: topic.id, index: Int32(index)))
            }
        }
        for (_, count) in preferred where Double(count.elsewhere.count) > limit * Double(count.all) {
            // Those whose node is not there, or not in sync, are refused, and looked at again the next time.
            for id in count.elsewhere { _ = term?.machine.electLeader(of: id, for: .preferred) }
        }
    }

    // MARK: - The office

    private func takeTurn() async {
        let (view, image) = link.sight
        guard let office = view[ClusterKey.controller.text] else {
            term = nil
            return await stand()
        }
        guard let session = membership.session, office.session == session.id else {
            if term != nil { logger.info("another node is the controller now") }
            term = nil
            return
        }
        if term?.began != office.created {
            term = Term(began: office.created)
            logger.info("this node is the controller, since revision \(office.created)")
        }
        tell(image, view.revision)
        carryOut()
    }

    /// Runs for the office.
    private func stand() async {
        guard !isStanding, let session = membership.session else { return }
        isStanding = true
        defer { isStanding = false }
        let key = ClusterKey.controller.text
        let own = ClusterKey.session(node).text
        // Whose session ended meanwhile has no key to bind the office to.
        guard let registered = link.sight.view[own], registered.session == session.id else { return }
        do {
            _ = try await link.change(
                ClusterWrite(
                    if: [.version(key, 0), .modified(own, at: registered.modified)],
                    [.put(key, Array(String(node.rawValue).utf8), session: session.id)]))
        } catch { logger.debug("running for the controller's office failed: \(error)") }
    }

    // MARK: - What the machine is told

    private func tell(_ image: ClusterImage, _ revision: Int64) {
        guard var term, term.revision < revision else { return }
        // Or the machine would be copied with every change of it.
        self.term = nil
        // What was set with this image may not be in force on this node yet.
        let own = image.configuration(of: ConfigurationResource(kind: .broker, name: String(node.rawValue)))
        let all = image.configuration(of: .allBrokers)
        let configuration = (try? live.current.changed(node: own, cluster: all)) ?? live.current
        for (name, topic) in term.known.topics where image.topic(name)?.id != topic.id {
            for index in topic.partitions.indices {
                term.machine.partitionChanged(PartitionID(topic: topic.id, index: Int32(index)), nil)
            }
        }
        let hasNewDefaults = image.configurations != term.known.configurations
        for (name, topic) in image.topics {
            let known = term.known.topics[name].flatMap { $0.id == topic.id ? $0 : nil }
            if hasNewDefaults || known?.configuration != topic.configuration {
                term.machine.topicChanged(topic.id, configuration.replicaConfiguration(topic.configuration).topic)
            }
            // Of a topic that nothing happened to both have the same memory, which is quick to see.
            guard known?.partitions != topic.partitions else { continue }
            let former = known?.partitions ?? []
            for (index, state) in topic.partitions.enumerated()
            where !former.indices.contains(index) || former[index].version != state.version {
                term.machine.partitionChanged(PartitionID(topic: topic.id, index: Int32(index)), state)
            }
        }
        let brokers = image.brokers
        for (id, registration) in brokers.registrations where term.known.brokers.registrations[id] != registration {
            term.machine.brokerChanged(registration)
        }
        for id in Set(brokers.sessions.keys).union(term.known.brokers.sessions.keys)
        where brokers.sessions[id] != term.known.brokers.sessions[id] {
            term.machine.sessionChanged(of: id, to: brokers.sessions[id])
        }
        term.known = image
        term.revision = revision
        self.term = term
    }

    // MARK: - What the machine wants

    private func carryOut() {
        guard let began = term?.began, let changes = term?.machine.takeChanges() else { return }
        for change in changes {
            Task {
                let outcome = await write(change, began)
                ended(change, outcome, began)
            }
        }
    }

    private func ended(_ change: ClusterChange, _ outcome: ClusterChange.Outcome, _ began: Int64) {
        guard term?.began == began else { return }
        term?.machine.changeEnded(change, outcome)
        carryOut()
    }

    nonisolated private func write(_ change: ClusterChange, _ began: Int64) async -> ClusterChange.Outcome {
        do {
            switch change {
            case .partition(let id, let state): return try await write(state, of: id, began)
            case .admission(let registration): return try await admit(registration, began)
            }
        } catch {
            logger.warning("a change of the controller has an unknown outcome: \(error)")
            return .unknown
        }
    }

    nonisolated private func write(
        _ state: PartitionState, of id: PartitionID, _ began: Int64
    ) async throws -> ClusterChange.Outcome {
        let (view, image) = link.sight
        guard let topic = image.topic(id.topic), let stored = view[ClusterKey.topic(topic.name).text] else {
            return .refused(nil)
        }
        let (office, key) = (ClusterKey.controller.text, ClusterKey.partition(id).text)
        let topicKey = ClusterKey.topic(topic.name).text
        let write = ClusterWrite(
            if: [
                .created(office, at: began), .created(topicKey, at: stored.created),
                .version(key, Int64(state.version.rawValue) - 1),
            ], [.put(key, try ClusterJSON.encode(PartitionValue(state)))],
            elseReading: [office, topicKey, key])
        switch try await link.write(write) {
        case .done:
            logger.info("\(topic.name)-\(id.index) is now: \(state.summary)")
            return .accepted
        case .refused(let found):
            guard found[office]?.created == began else { return fenced() }
            return .refused(try PartitionValue.state(of: id, in: found, topicKey: topicKey))
        }
    }

    nonisolated private func admit(
        _ registration: BrokerRegistration, _ began: Int64
    ) async throws -> ClusterChange.Outcome {
        let (view, image) = link.sight
        let (office, key) = (ClusterKey.controller.text, ClusterKey.registration(registration.id).text)
        guard let stored = view[key], image.brokers.registrations[registration.id] == registration else {
            return .refused(nil)
        }
        var value = try ClusterJSON.decode(RegistrationValue.self, stored.bytes)
        value.admitted = true
        let write = ClusterWrite(
            if: [.created(office, at: began), .modified(key, at: stored.modified)],
            [.put(key, try ClusterJSON.encode(value))], elseReading: [office])
        switch try await link.write(write) {
        case .done:
            logger.info("admitted incarnation \(registration.epoch) of node \(registration.id)")
            return .accepted
        case .refused(let found): return found[office]?.created == began ? .refused(nil) : fenced()
        }
    }

    /// Whoever holds the office now decides: nothing was written, and the view will tell.
    nonisolated private func fenced() -> ClusterChange.Outcome {
        logger.warning("a change was refused: this node is the controller no longer")
        return .unknown
    }

    // MARK: - Requests

    /// Whether this node holds the office, as far as it knows.
    var isController: Bool { term != nil }

    /// Has another leader elected.
    ///
    /// - Returns: Why there will be none; `nil` if one is on its way.
    /// - Throws: ``RequestRefusal`` with NOT_CONTROLLER.
    func electLeader(
        of id: PartitionID, for reason: LeaderElection.Reason
    ) throws(RequestRefusal) -> ClusterRequestRefusal? {
        try request { $0.electLeader(of: id, for: reason) }
    }

    /// Begins a reassignment, or cancels it.
    ///
    /// - Returns: Why nothing will happen; `nil` if it is on its way.
    /// - Throws: ``RequestRefusal`` with NOT_CONTROLLER.
    func reassign(_ id: PartitionID, to target: [BrokerID]?) throws(RequestRefusal) -> ClusterRequestRefusal? {
        try request { $0.reassign(id, to: target) }
    }

    private func request(
        _ body: (inout ClusterController) -> ClusterRequestRefusal?
    ) throws(RequestRefusal) -> ClusterRequestRefusal? {
        guard term != nil else {
            throw RequestRefusal(.notController, "this node is not the controller: ask the one that Metadata names")
        }
        // What has changed since the last turn counts.
        let (view, image) = link.sight
        tell(image, view.revision)
        defer { carryOut() }
        return body(&term!.machine)
    }
}

extension PartitionState {
    /// The state in a line of a log.
    var summary: String {
        func list(_ nodes: [BrokerID]) -> String { nodes.map(\.description).joined(separator: ",") }
        var parts = [
            "leader \(leader?.description ?? "none")", "epoch \(leaderEpoch)", "replicas \(list(replicas))",
            "in sync \(list(inSyncReplicas))",
        ]
        if !eligibleLeaderReplicas.isEmpty { parts.append("eligible \(list(eligibleLeaderReplicas))") }
        if isReassigning { parts.append("adding \(list(addingReplicas)), removing \(list(removingReplicas))") }
        return parts.joined(separator: ", ") + ", version \(version)"
    }
}
