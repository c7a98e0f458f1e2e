import DequeModule
import EventStore
import KafkaProtocol
import LogCore
import Logging
import RecordFormat
import Replication
import Synchronization

/// A partition's machine of replication, fed with one event at a time, and relieved of what it wants done.
///
/// Safe to use from any thread. Who brings an event carries out what comes of it; who comes while another is at that
/// leaves its event to that one.
final class HostedReplica: Sendable {
    /// What can happen to a replica.
    enum Event: Sendable {
        case stateChanged(PartitionState)
        /// Nodes came, went or were admitted: who is there now.
        case brokersChanged(BrokerDirectory)
        case configured(ReplicaConfiguration)
        case logChanged
        case logFailed
        case timePassed
        case proposalEnded(InSyncProposal, InSyncProposal.Outcome)
        /// With the records that came along, if any did.
        case fetchAnswered(FetchToken, FetchAnswer, ByteSlice?)
        case fetchFailed(FetchToken)
        /// What the machine wanted done to the log could not be done.
        case changeFailed
        /// The copy was given up, or the node stops.
        case retired
    }

    private struct State {
        var replica: Replica
        /// Who is there, as the replica was told, or `nil` before it was: no later than the newest state that it was told.
        /// What the node knows by now may be newer than both, while the events that say so wait.
        var brokers: BrokerDirectory?
        var events: Deque<Event> = []
        /// The records that came with the answer that the machine has just been brought.
        var records: ByteSlice?
        /// The moment that was asked for last, at which the machine may fetch again.
        var watched: ReplicationInstant?
        /// Whether some thread brings the machine the events that there are.
        var isBusy = false
    }

    private let node: ReplicationNode
    private let state: Mutex<State>
    /// The epoch that the replica leads, or -1: read with every request, without a lock.
    private let led = Atomic<Int32>(-1)
    /// The newest epoch that the replica has been told of, whoever leads it, or -1.
    private let told = Atomic<Int32>(-1)

    init(node: ReplicationNode, log: PartitionLog, configuration: ReplicaConfiguration) {
        self.node = node
        state = Mutex(
            State(
                replica: Replica(
                    id: node.id, log: ReplicaLog(log), highWatermark: log.watermarks.highWatermark,
                    configuration: configuration)))
    }

    /// The epoch that this node leads, if it leads the partition.
    var ledEpoch: LeaderEpoch? {
        let epoch = led.load(ordering: .acquiring)
        return epoch < 0 ? nil : LeaderEpoch(epoch)
    }

    /// The newest epoch that this node knows of, whoever leads it; ``LeaderEpoch/none`` before it has been told of any.
    var knownEpoch: LeaderEpoch { LeaderEpoch(told.load(ordering: .acquiring)) }

    /// Whether a record may be appended for acks=all: enough replicas are in sync.
    var takesReplicatedAppends: Bool { state.withLock { $0.replica.takesReplicatedAppends } }

    /// The replicas that are in sync.
    var inSyncCount: Int { state.withLock { $0.replica.state?.inSyncReplicas.count ?? 0 } }

    /// Whether a node is in sync.
    func isInSync(_ id: BrokerID) -> Bool {
        state.withLock { $0.replica.state?.inSyncReplicas.contains(id) ?? false }
    }

    /// Whether this node, which leads, may tell clients where the log ends (KIP-207).
    var mayReportEndOffset: Bool { state.withLock { $0.replica.mayReportEndOffset } }

    /// Below it, no replica that is there has records; `nil` as long as that is not known, or another leads.
    var lowWatermark: LogOffset? {
        state.withLock { $0.replica.lowWatermark(effects(&$0).brokers) }
    }

    /// The follower among `candidates` that a consumer had best read from.
    func mostCaughtUp(of candidates: Set<BrokerID>, having offset: LogOffset) -> BrokerID? {
        state.withLock { $0.replica.mostCaughtUp(of: candidates, having: offset) }
    }

    /// Brings an event.
    func bring(_ event: Event, to partition: Partition) {
        if case .logFailed = event { node.logDidFail(partition.replicationID) }
        let isLeftToAnother = state.withLock { state in
            state.events.append(event)
            defer { state.isBusy = true }
            return state.isBusy
        }
        guard !isLeftToAnother else { return }
        var step = next(partition)
        while case .carryOut(let actions) = step {
            carryOut(actions, partition)
            step = next(partition)
        }
        // The machine is told of time only now and then: not of the moment at which it may fetch again.
        if case .rest(until: let moment?) = step { node.notify(at: moment) { self.bring(.timePassed, to: partition) } }
        partition.settleDeletions()
    }

    /// Answers a follower's fetch.
    ///
    /// - Parameter fetch: As the request has it.
    func serve(_ fetch: ReplicaFetch, of partition: Partition) -> FetchAnswer {
        var answer = FetchAnswer.refused(.notLeader)
        var actions = state.withLock { state in
            var effects = effects(&state)
            state.replica.fetchReceived(fetch, as: FetchToken(0), &effects)
            return effects.actions
        }
        actions.removeAll { action in
            guard case .answer(_, let found) = action else { return false }
            answer = found
            return true
        }
        carryOut(actions, partition)
        partition.settleDeletions()
        return answer
    }

    /// What comes next.
    private enum Step {
        case carryOut([ReplicaEffects.Action])
        /// There is no event left, and one has to come at a moment that nobody watches for yet, if there is such a moment.
        case rest(until: ReplicationInstant?)
    }

    /// Has the machine take its next event.
    private func next(_ partition: Partition) -> Step {
        state.withLock { state in
            guard let event = state.events.popFirst() else {
                state.isBusy = false
                guard let moment = state.replica.nextAttempt, moment != state.watched else { return .rest(until: nil) }
                state.watched = moment
                return .rest(until: moment)
            }
            if case .brokersChanged(let brokers) = event { state.brokers = brokers }
            var effects = effects(&state)
            switch event {
            case .stateChanged(let new): state.replica.stateChanged(new, &effects)
            case .brokersChanged: state.replica.brokersChanged(&effects)
            case .configured(let configuration): state.replica.configure(configuration, &effects)
            case .logChanged: state.replica.logChanged(ReplicaLog(partition.log), &effects)
            case .logFailed: state.replica.logFailed(&effects)
            case .retired: state.replica.retire(&effects)
            case .timePassed: state.replica.tick(&effects)
            case .proposalEnded(let proposal, let outcome): state.replica.proposalEnded(proposal, outcome, &effects)
            case .fetchAnswered(let token, let answer, let records):
                state.records = records
                state.replica.fetchAnswered(token, answer, hasRecords: records != nil, &effects)
            case .fetchFailed(let token): state.replica.fetchFailed(token, &effects)
            case .changeFailed: state.replica.changeFailed(&effects)
            }
            told.store(state.replica.state?.leaderEpoch.rawValue ?? -1, ordering: .releasing)
            return .carryOut(effects.actions)
        }
    }

    /// What an event of this moment brings.
    private func effects(_ state: inout State) -> ReplicaEffects {
        // Not when the replica was made: who changes what the node knows tells all copies that can be found then, and this
        // one could not.
        let brokers = state.brokers ?? node.brokers
        state.brokers = brokers
        return node.effects(among: brokers)
    }

    private func carryOut(_ actions: [ReplicaEffects.Action], _ partition: Partition) {
        for action in actions {
            switch action {
            case .lead(let epoch):
                partition.log.fence(below: epoch)
                led.store(epoch.rawValue, ordering: .releasing)
                node.leadershipChanged(of: partition.id)
            case .stopLeading: stopLeading(partition)
            case .advanceHighWatermark(let offset): partition.advance(to: offset).dispatch()
            case .propose(let proposal):
                node.propose(proposal, partition.replicationID) { outcome in
                    self.bring(.proposalEnded(proposal, outcome), to: partition)
                }
            case .fetch(let token, let leader, let fetch):
                let isThrottled = partition.isThrottled(.follower) && !isInSync(node.id)
                node.fetch(
                    ReplicaFetcher.Wish(partition: partition, token: token, fetch: fetch, isThrottled: isThrottled),
                    leader)
            case .append: change(partition) { try append(to: partition) }
            case .truncate(let offset): change(partition) { try node.store.truncate(partition.stored, to: offset) }
            case .restart(let offset):
                change(partition) { try node.store.truncateFully(partition.stored, startingAt: offset) }
            case .advanceLogStart(let offset): change(partition) { try partition.log.advanceLogStart(to: offset) }
            // Given to who asked, in `serve`.
            case .answer: break
            }
        }
    }

    /// Changes the log as the leader's answer says, and lets the machine know of that before anything else.
    private func change(_ partition: Partition, _ body: () throws -> Void) {
        do {
            try body()
            state.withLock { $0.events.prepend(.logChanged) }
        } catch {
            // The machine fetches again from where the log is, once time has passed.
            node.logger.error("following the leader of \(partition.id) failed: \(error)")
            guard partition.log.failure != nil else { return state.withLock { $0.events.prepend(.changeFailed) } }
            state.withLock { $0.events.prepend(.logFailed) }
            node.logDidFail(partition.replicationID)
        }
    }

    private func append(to partition: Partition) throws {
        guard let records = state.withLock({ $0.records.take() }) else { return }
        _ = try partition.log.append(records, from: .leader, now: node.now())
        if partition.flushesEveryAppend {
            node.store.requestFlush(of: partition.stored)
        } else {
            node.store.noteUnflushed(partition.stored)
        }
    }

    private func stopLeading(_ partition: Partition) {
        guard let epoch = ledEpoch else { return }
        led.store(-1, ordering: .releasing)
        // What is under way ends before the log's end is read as a follower's.
        partition.log.fence(below: LeaderEpoch(epoch.rawValue + 1))
        // Who was let in was let in by this leader, and another one asks anew.
        partition.gate.clear()
        var batch = CompletionBatch()
        partition.endWaits(with: .notLeaderOrFollower, into: &batch)
        batch.dispatch()
        node.leadershipChanged(of: partition.id)
    }
}

extension ReplicaLog {
    /// What a log says of itself at the moment.
    init(_ log: PartitionLog) {
        // The history first: an epoch that begins meanwhile begins behind the end read here.
        let epochs = log.leaderEpochs
        let marks = log.watermarks
        self.init(
            startOffset: marks.logStartOffset, flushedOffset: max(marks.logStartOffset, marks.recoveryPoint),
            endOffset: marks.logEndOffset, epochs: epochs)
    }
}
