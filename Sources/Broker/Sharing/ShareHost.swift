import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import Synchronization

/// The queues of all share groups on the partitions that this node leads.
///
/// A queue is set up by the first fetch of its group, and found again in `__share_group_state` after a restart or an
/// election. It is served where its partition is led, wherever its state is, and ends with the epoch of the partition; one
/// whose state is here with that of the state as well. Safe to use from any thread.
final class ShareHost: Sendable {
    private struct State {
        var shared: [SharePartitionKey: SharedPartition] = [:]
        var configuration: BrokerConfiguration
        var overrides: [GroupID: [String: String]] = [:]
        /// The policies in use, made when they are first asked for.
        var policies: [GroupID: SharePolicy] = [:]
    }

    /// The topic that has the states of queues.
    let topic: CoordinatedTopic<HostedShareStates>
    let sessions: ShareSessions
    /// The other nodes that have states; `nil` where there are none.
    let peers: ShareStatePeers?
    private let state: Mutex<State>

    /// Creates a host without queues.
    ///
    /// - Parameters:
    ///   - peers: The other nodes that have states; `nil` where there are none.
    ///   - isOrphan: Whether a share-partition's group or topic is known to be gone.
    init(
        configuration: BrokerConfiguration, site: CoordinatorSite, peers: ShareStatePeers?,
        isOrphan: @escaping @Sendable (SharePartitionKey) -> Bool
    ) {
        let retirement = Retirement()
        topic = CoordinatedTopic(InternalTopics.shareGroupState, site: site) { partition, epoch in
            HostedShareStates(partition, in: epoch, site: site, isOrphan: isOrphan) { retirement.host?.retireStale() }
        }
        self.peers = peers
        sessions = ShareSessions(slots: configuration.integer("group.share.max.share.sessions"))
        state = Mutex(State(configuration: configuration))
        retirement.set(self)
    }

    /// Finds the host from what is made before it.
    private final class Retirement: Sendable {
        private struct Reference { weak var host: ShareHost? }

        private let reference = Mutex(Reference())

        var host: ShareHost? { reference.withLock { $0.host } }

        func set(_ host: ShareHost) { reference.withLock { $0.host = host } }
    }

    var site: CoordinatorSite { topic.site }
    var time: CoordinationTime { site.time }

    // MARK: - Settings

    /// How a group reads.
    func policy(of groupID: GroupID) -> SharePolicy {
        state.withLock { state in
            if let policy = state.policies[groupID] { return policy }
            let policy = SharePolicy(state.configuration, state.overrides[groupID] ?? [:])
            // Names that no group has are asked for as well, without end.
            if state.policies.count >= 10_000 { state.policies = [:] }
            state.policies[groupID] = policy
            return policy
        }
    }

    /// Puts the broker's settings in force.
    func apply(_ configuration: BrokerConfiguration) {
        state.withLock { state in
            state.configuration = configuration
            state.policies = [:]
        }
    }

    /// Sets what holds for one group in place of the broker's own settings, by the keys of ``GroupKeys``.
    func setConfiguration(_ values: [String: String], of groupID: GroupID) {
        state.withLock { state in
            state.overrides[groupID] = values.isEmpty ? nil : values
            state.policies[groupID] = nil
        }
    }

    // MARK: - Queues

    /// The coordinator by the partition that has a queue's state, if this node leads it.
    func coordinator(of key: SharePartitionKey) -> Result<HostedShareStates, CoordinatorFault> {
        // Without the topic any partition will do: there is none.
        topic.coordinator(of: topic.topic.map { key.statePartition(among: $0.partitionCount) } ?? 0)
    }

    /// Where a queue's state is.
    func route(of key: SharePartitionKey) -> Result<ShareStateRoute, ErrorCode> {
        switch coordinator(of: key) {
        case .success(let states): .success(.here(states))
        case .failure(.stopped): .failure(.notLeaderOrFollower)
        case .failure(.notLed):
            if let peers, peers.leader(of: key) != nil {
                .success(.elsewhere(peers))
            } else {
                .failure(.coordinatorNotAvailable)
            }
        case .failure: .failure(.coordinatorNotAvailable)
        }
    }

    /// Why a queue's state is not known here, if it is not.
    func fault(for key: SharePartitionKey) -> ErrorCode? {
        if case .failure(let error) = coordinator(of: key) { ErrorCode(error) } else { nil }
    }

    /// A group's queue on a partition, if there is one; of those whose state is elsewhere only one that is in use.
    ///
    /// - Returns: An error where that cannot be said.
    func find(_ key: SharePartitionKey, on partition: Partition) -> Result<SharedPartition?, ErrorCode> {
        route(of: key).flatMap { route in
            guard let epoch = partition.ledEpoch else { return .failure(.notLeaderOrFollower) }
            if let present = present(key, partition, epoch, route) { return .success(present) }
            guard let states = route.states else { return .success(nil) }
            return states.read(key, for: epoch).map { known in
                known.map { place($0, on: partition, in: epoch, route).shared }
            }
        }
    }

    /// The queue that is in use, if it is one of these epochs; one of earlier epochs is let go of.
    private func present(
        _ key: SharePartitionKey, _ partition: Partition, _ epoch: LeaderEpoch, _ route: ShareStateRoute
    ) -> SharedPartition? {
        let (present, stale) = state.withLock { state -> (SharedPartition?, SharedPartition?) in
            guard let found = state.shared[key] else { return (nil, nil) }
            if found.partition === partition, found.epoch == epoch, found.route.isSame(as: route) {
                return (found, nil)
            }
            state.shared[key] = nil
            return (nil, found)
        }
        stale?.retire(with: .notLeaderOrFollower)
        return present
    }

    /// A group's queue on a partition, which is set up if there is none.
    ///
    /// - Parameter isGroup: Whether there is such a share group; asked only before one is set up.
    func shared(
        _ key: SharePartitionKey, on partition: Partition, isGroup: () -> Bool
    ) -> Result<SharedPartition, ErrorCode> {
        find(key, on: partition).flatMap { found in
            if let found { return .success(found) }
            guard isGroup() else { return .failure(.groupIDNotFound) }
            if case .success(.elsewhere(let peers)) = route(of: key) { return read(key, on: partition, from: peers) }
            do throws(LogError) {
                let now = site.now()
                let start = try policy(of: key.groupID).start.offset(in: partition, now: now)
                let placed = place(SharePartition(key: key, startOffset: start, at: now), on: partition)
                return placed.map { placed in
                    if placed.isNew { placed.shared.establish() }
                    return placed.shared
                }
            } catch {
                return .failure(ErrorCode(error))
            }
        }
    }

    /// Gives a queue its place, unless someone else was faster.
    ///
    /// - Returns: The queue that has the place, and whether it is the one given here.
    func place(
        _ machine: SharePartition, on partition: Partition
    ) -> Result<(shared: SharedPartition, isNew: Bool), ErrorCode> {
        route(of: machine.key).flatMap { route in
            guard let epoch = partition.ledEpoch else { return .failure(.notLeaderOrFollower) }
            return .success(place(machine, on: partition, in: epoch, route))
        }
    }

    private func place(
        _ machine: SharePartition, on partition: Partition, in epoch: LeaderEpoch, _ route: ShareStateRoute
    ) -> (shared: SharedPartition, isNew: Bool) {
        let made = SharedPartition(
            machine, on: partition, in: epoch, route, isReading: route.states == nil, host: self)
        let present = state.withLock { state -> SharedPartition? in
            if let present = state.shared[machine.key] { return present }
            state.shared[machine.key] = made
            return nil
        }
        return (present ?? made, present == nil)
    }

    /// The queue of that name, whatever has become of its partition.
    func queue(_ key: SharePartitionKey) -> SharedPartition? { state.withLock { $0.shared[key] } }

    /// Drops a queue whose state has to be read anew; who waits for its records hears `error`.
    func letGo(of shared: SharedPartition, _ error: ErrorCode) {
        forget(shared)
        shared.retire(with: error)
    }

    /// Drops the queues of a group whose state is elsewhere, once nobody reads them here: what administrators do to groups
    /// without members they are not told.
    func sessionEnded(of groupID: GroupID) {
        guard peers != nil, !sessions.hasAny(of: groupID) else { return }
        let idle = state.withLock { state in
            state.shared.values.filter { $0.key.groupID == groupID && $0.route.states == nil }
        }
        for shared in idle { letGo(of: shared, .coordinatorNotAvailable) }
    }

    /// Drops a queue that could not be set up.
    func forget(_ shared: SharedPartition) {
        state.withLock { state in
            if state.shared[shared.key] === shared { state.shared[shared.key] = nil }
        }
    }

    /// Has a queue that is seldom used write its state again.
    func renewSnapshot(of key: SharePartitionKey, _ states: HostedShareStates) {
        guard let shared = queue(key), shared.route.states === states else { return states.renewSnapshot(of: key) }
        if !shared.renewSnapshot() { states.didNotRenew(key) }
    }

    // MARK: - Leadership

    /// Takes note that this node has begun or ended to lead a partition of any topic; returns at once.
    func leadershipChanged(of id: TopicPartition) {
        guard state.withLock({ !$0.shared.isEmpty }) else { return }
        Task { retireStale() }
    }

    /// Lets go of queues whose partition, or whose state, this node has led in an earlier epoch.
    private func retireStale() {
        let all = state.withLock { Array($0.shared.values) }
        for shared in all where !isCurrent(shared) {
            letGo(of: shared, shared.isLed ? .coordinatorNotAvailable : .notLeaderOrFollower)
        }
    }

    private func isCurrent(_ shared: SharedPartition) -> Bool {
        guard shared.isLed, case .success(let route) = route(of: shared.key) else { return false }
        return route.isSame(as: shared.route)
    }

    // MARK: - The end of queues

    /// Deletes a group's queues.
    ///
    /// - Returns: Why that failed; `nil` when they are gone for good.
    func deleteGroup(_ groupID: GroupID) async -> ErrorCode? {
        guard peers != nil else { return await delete { $0.groupID == groupID } }
        switch await summaries(of: groupID) {
        case .failure(let refusal): return refusal.code
        case .success(let found): return await deleteStates(of: found.keys)?.code
        }
    }

    /// Deletes the queues on a topic that is gone.
    func topicDeleted(_ id: TopicID) {
        Task { _ = await delete { $0.topicID == id } }
    }

    private func delete(where isMeant: (SharePartitionKey) -> Bool) async -> ErrorCode? {
        let shared = state.withLock { state in
            let shared = state.shared.values.filter { isMeant($0.key) }
            for one in shared { state.shared[one.key] = nil }
            return shared
        }
        let used = Set(shared.lazy.filter { $0.route.states != nil }.map(\.key))
        var failure: ErrorCode?
        for one in shared {
            // The node that has the state hears of the topic itself.
            if !used.contains(one.key) {
                one.retire(with: .unknownTopicOrPartition)
                continue
            }
            let refusal = await withCheckedContinuation { continuation in
                one.delete { continuation.resume(returning: $0) }
            }
            failure = failure ?? refusal?.code
        }
        for states in topic.serving {
            for key in states.keys where isMeant(key) && !used.contains(key) {
                let error = await withCheckedContinuation { continuation in
                    states.append(.snapshot(key, nil), of: key) { error, _ in continuation.resume(returning: error) }
                }
                if error != .none { failure = failure ?? error }
            }
        }
        return failure
    }

    /// Gives nothing away any more: the node stops.
    func stop() {
        let all = state.withLock { Array($0.shared.values) }
        for shared in all { shared.retire() }
        topic.stop()
    }
}
