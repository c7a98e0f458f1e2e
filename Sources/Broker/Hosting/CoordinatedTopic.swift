import EventStore
import Logging
import NIOPosix
import RecordFormat
import Synchronization

/// A topic of the cluster's own, with a coordinator for each partition that this node leads.
///
/// A coordinator is made when the node begins to lead, and dropped when it ends to. In between it answers once
/// 1. all that the log had at the beginning is replicated: what an answer rests on must outlast this node, and what was
///    shown once must not go back with the next election,
/// 2. the log has been read up to there; nothing is appended before.
///
/// Whoever changes who leads calls ``look(at:)``, which compares what is with what should be. So it does not matter in
/// which order calls come, and a load whose epoch has passed meanwhile is thrown away. That a coordinator belongs to the
/// epoch of the moment is seen with every request, not only when the call has come. Safe to use from any thread.
final class CoordinatedTopic<Coordinator: PartitionCoordinator>: Sendable {
    private enum Standing {
        case loading
        case serving(Coordinator)
        case unreadable

        func resign() { if case .serving(let coordinator) = self { coordinator.resign() } }
    }

    /// A partition that this node leads in one epoch.
    private struct Term {
        let partition: Partition
        let epoch: LeaderEpoch
        var standing = Standing.loading

        func isSame(as other: Term) -> Bool { partition === other.partition && epoch == other.epoch }
    }

    private struct State {
        var terms: [Int32: Term] = [:]
        var hasBegun = false
        var hasStopped = false
        /// The loads under way, by a number of their own.
        var loads: [Int: Task<Void, Never>] = [:]
        var lastLoad = 0
    }

    let name: String
    let site: CoordinatorSite
    private let make: @Sendable (Partition, LeaderEpoch) -> Coordinator
    private let state = Mutex(State())

    /// Takes care of a topic, from ``begin()`` on.
    ///
    /// - Parameter make: Makes the coordinator by a partition that this node leads.
    init(_ name: String, site: CoordinatorSite, make: @escaping @Sendable (Partition, LeaderEpoch) -> Coordinator) {
        self.name = name
        self.site = site
        self.make = make
    }

    /// The topic, if it is there.
    var topic: PartitionRegistry.Topic? { site.registry.topic(name) }

    /// The coordinator by a partition, if it serves in the epoch of the moment.
    func coordinator(of index: Int32) -> Result<Coordinator, CoordinatorFault> {
        state.withLock { state in
            if state.hasStopped { return .failure(.stopped) }
            guard let topic else { return .failure(.missingTopic) }
            guard topic.has(index) else { return .failure(.unknownPartition) }
            guard let partition = topic.copy(index), let epoch = partition.ledEpoch else { return .failure(.notLed) }
            guard let term = state.terms[index], term.partition === partition, term.epoch == epoch else {
                return .failure(.loading)
            }
            return switch term.standing {
            case .loading: .failure(.loading)
            case .serving(let coordinator): .success(coordinator)
            case .unreadable: .failure(.unreadable)
            }
        }
    }

    /// All coordinators that serve, in the order of their partitions, whatever cannot be read.
    ///
    /// - Returns: A fault while others are to come, or once the node stops.
    func coordinators() -> Result<[Coordinator], CoordinatorFault> {
        guard let topic else { return state.withLock { $0.hasStopped } ? .failure(.stopped) : .success([]) }
        var found: [Coordinator] = []
        for index in 0..<topic.partitionCount {
            switch coordinator(of: index) {
            case .success(let coordinator): found.append(coordinator)
            case .failure(.loading): return .failure(.loading)
            case .failure(.stopped): return .failure(.stopped)
            case .failure: continue
            }
        }
        return .success(found)
    }

    /// The coordinators that serve at the moment, in no order.
    var serving: [Coordinator] {
        state.withLock { state in
            state.terms.values.compactMap { term in
                if case .serving(let coordinator) = term.standing { coordinator } else { nil }
            }
        }
    }

    // MARK: - Leadership

    /// Begins to coordinate by the partitions that this node leads, once topics are open.
    func begin() async {
        state.withLock { $0.hasBegun = true }
        await lookAtAll()
    }

    /// Looks at every partition there is or was: the topic has come, changed or gone. Returns when the coordinators by
    /// those that are this node's alone have begun.
    func lookAtAll() async {
        let known = state.withLock { Set($0.terms.keys) }
        let indexes = known.union((topic?.copies.map(\.id.partition)) ?? [])
        let loads = indexes.sorted().compactMap { look(at: $0) }
        for load in loads where load.isAlone { await load.task.value }
    }

    /// Begins or ends to coordinate by a partition, by whether this node leads it now.
    ///
    /// - Returns: What loads a coordinator, and whether the partition has no other replica, for which it would wait.
    @discardableResult
    func look(at index: Int32) -> (task: Task<Void, Never>, isAlone: Bool)? {
        let (former, begun) = state.withLock { state -> (Term?, Term?) in
            guard state.hasBegun, !state.hasStopped else { return (nil, nil) }
            let former = state.terms[index]
            let partition = topic?.copy(index)
            let present = partition.flatMap { partition in
                partition.ledEpoch.map { Term(partition: partition, epoch: $0) }
            }
            if let former, let present, former.isSame(as: present) { return (nil, nil) }
            state.terms[index] = present
            return (former, present)
        }
        former?.standing.resign()
        guard let begun else { return nil }
        return (startLoading(begun), begun.partition.isAlone)
    }

    /// Ends to coordinate, by whatever partition.
    func stop() {
        let terms = state.withLock { state in
            state.hasStopped = true
            defer { state.terms = [:] }
            return state.terms
        }
        for term in terms.values { term.standing.resign() }
    }

    // MARK: - Loading

    private func startLoading(_ term: Term) -> Task<Void, Never> {
        state.withLock { state in
            state.lastLoad += 1
            let number = state.lastLoad
            let task = Task {
                await load(term)
                self.state.withLock { $0.loads[number] = nil }
            }
            state.loads[number] = task
            return task
        }
    }

    /// Waits for the loads that are under way when the node stops: one that ends later would set its timer on a loop that
    /// is no more.
    func finishLoading() async {
        for load in state.withLock({ Array($0.loads.values) }) { await load.value }
    }

    private func load(_ term: Term) async {
        let isReplicated = await withCheckedContinuation { continuation in
            term.partition.whenReplicated(in: term.epoch, loop: site.loop) { continuation.resume(returning: $0) }
        }
        // Another look follows, or has been taken.
        guard isReplicated else { return }
        let coordinator = make(term.partition, term.epoch)
        do {
            try await site.reading.run { [site] in try await site.pool.runIfActive { try coordinator.load() } }
            coordinator.begin()
            if !settle(term, as: .serving(coordinator)) { coordinator.resign() }
        } catch {
            guard settle(term, as: .unreadable) else { return }
            site.logger.error(
                "\(term.partition.id) cannot be read, so what is coordinated by it is answered COORDINATOR_NOT_AVAILABLE: \(error)"
            )
        }
    }

    /// Notes how a load ended.
    ///
    /// - Returns: Whether anyone still wants to know: this node leads the partition in the same epoch.
    private func settle(_ term: Term, as standing: Standing) -> Bool {
        state.withLock { state in
            guard let present = state.terms[term.partition.id.partition], present.isSame(as: term),
                term.partition.ledEpoch == term.epoch
            else { return false }
            state.terms[term.partition.id.partition]?.standing = standing
            return true
        }
    }
}
