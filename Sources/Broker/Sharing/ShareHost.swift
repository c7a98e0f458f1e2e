import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat
import Synchronization

/// The queues of all share groups on the partitions of this node.
///
/// A queue is set up by the first fetch of its group, and found again in `__share_group_state` after a restart. Safe to
/// use from any thread.
final class ShareHost: Sendable {
    private struct State {
        var shared: [SharePartitionKey: SharedPartition] = [:]
        /// What the log has of queues that no one has asked for since the start.
        var restored: [SharePartitionKey: SharePartition] = [:]
        /// Partitions of `__share_group_state` that could not be read: what has become of their records is not known.
        var unreadable: Set<Int32> = []
        var configuration: BrokerConfiguration
        var overrides: [GroupID: [String: String]] = [:]
        /// The policies in use, made when they are first asked for.
        var policies: [GroupID: SharePolicy] = [:]
        var hasStopped = false
    }

    let stateLog: ShareStateLog
    let sessions: ShareSessions
    private let state: Mutex<State>
    private let logger: Logger
    private let clock = ContinuousClock.now

    init(configuration: BrokerConfiguration, stateLog: ShareStateLog, logger: Logger) {
        self.stateLog = stateLog
        self.logger = logger
        sessions = ShareSessions(slots: configuration.integer("group.share.max.share.sessions"))
        state = Mutex(State(configuration: configuration))
    }

    var time: CoordinationTime {
        CoordinationTime(
            instant: CoordinationInstant(sinceStart: ContinuousClock.now - clock), timestamp: stateLog.now())
    }

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

    /// A group's queue on a partition, if there is one.
    func existing(_ key: SharePartitionKey, on partition: Partition) -> SharedPartition? {
        let found = state.withLock { state -> (shared: SharedPartition?, restored: SharePartition?) in
            (state.shared[key], state.restored[key])
        }
        if let shared = found.shared { return shared }
        return found.restored.map { add($0, on: partition) }
    }

    /// The names of a group's queues, in ascending order; `nil` while some may not be known.
    ///
    /// - Complexity: O(*n*) in the number of queues of all groups.
    func keys(of groupID: GroupID) -> [SharePartitionKey]? {
        state.withLock { state in
            guard state.unreadable.isEmpty else { return nil }
            let keys = state.shared.keys.filter { $0.groupID == groupID }
            return (keys + state.restored.keys.filter { $0.groupID == groupID }).sorted()
        }
    }

    /// How far a group has come in a partition; `nil` where it has not begun to read.
    func progress(
        of key: SharePartitionKey, on partition: Partition
    ) -> Result<SharePartitionProgress?, ErrorCode> {
        guard stateLog.topic != nil else { return .success(nil) }
        if let fault = fault(for: key) { return .failure(fault) }
        var found = state.withLock { (shared: $0.shared[key], restored: $0.restored[key]) }
        if let shared = found.shared { return .success(shared.progress()) }
        found.restored?.logStartMoved(to: partition.log.watermarks.logStartOffset)
        return .success(found.restored?.progress)
    }

    /// A group's queue on a partition, which is set up if there is none.
    ///
    /// - Parameter isGroup: Whether there is such a share group; asked only before one is set up.
    func shared(
        _ key: SharePartitionKey, on partition: Partition, isGroup: () -> Bool
    ) -> Result<SharedPartition, ErrorCode> {
        if let shared = existing(key, on: partition) { return .success(shared) }
        if let fault = fault(for: key) { return .failure(fault) }
        guard isGroup() else { return .failure(.groupIDNotFound) }
        do {
            let now = stateLog.now()
            let start = try policy(of: key.groupID).start.offset(in: partition, now: now)
            return .success(add(SharePartition(key: key, startOffset: start, at: now), on: partition))
        } catch {
            return .failure(ErrorCode(error))
        }
    }

    /// Why a queue cannot be served here, if it cannot.
    func fault(for key: SharePartitionKey) -> ErrorCode? {
        guard let topic = stateLog.topic else { return .coordinatorNotAvailable }
        let index = stateLog.index(of: key, in: topic)
        return state.withLock { state in
            if state.hasStopped { return .notLeaderOrFollower }
            if case .failure = topic.led(index) { return .coordinatorNotAvailable }
            return state.unreadable.contains(index) ? .coordinatorNotAvailable : nil
        }
    }

    private func add(_ machine: SharePartition, on partition: Partition) -> SharedPartition {
        let (shared, isNew) = place(machine, on: partition)
        if isNew { shared.establish() }
        return shared
    }

    /// Gives a queue its place, unless someone else was faster.
    ///
    /// - Returns: The queue that has the place, and whether it is the one given here.
    func place(_ machine: SharePartition, on partition: Partition) -> (shared: SharedPartition, isNew: Bool) {
        let made = SharedPartition(machine, on: partition, host: self)
        let present = state.withLock { state -> SharedPartition? in
            if let present = state.shared[machine.key] { return present }
            state.shared[machine.key] = made
            state.restored[machine.key] = nil
            return nil
        }
        return (present ?? made, present == nil)
    }

    /// Drops a queue that could not be set up.
    func forget(_ shared: SharedPartition) {
        state.withLock { state in
            if state.shared[shared.key] === shared { state.shared[shared.key] = nil }
        }
    }

    /// Has a queue that is seldom used write its state again.
    func renewSnapshot(of key: SharePartitionKey) {
        guard let partition = stateLog.registry.topic(key.topicID)?.copy(key.partition),
            let shared = existing(key, on: partition), shared.renewSnapshot()
        else { return stateLog.didNotRenew(key) }
    }

    // MARK: - The end of queues

    /// Deletes a group's queues.
    ///
    /// - Returns: Why that failed; `nil` when they are gone for good.
    func deleteGroup(_ groupID: GroupID) async -> ErrorCode? {
        await delete { $0.groupID == groupID }
    }

    /// Deletes the queues on a topic that is gone.
    func topicDeleted(_ id: TopicID) {
        Task { _ = await delete { $0.topicID == id } }
    }

    private func delete(where isMeant: (SharePartitionKey) -> Bool) async -> ErrorCode? {
        let (shared, restored) = state.withLock { state in
            let shared = state.shared.values.filter { isMeant($0.key) }
            let restored = state.restored.keys.filter { isMeant($0) }
            for one in shared { state.shared[one.key] = nil }
            for key in restored { state.restored[key] = nil }
            return (shared, restored)
        }
        var failure: ErrorCode?
        for one in shared {
            let refusal = await withCheckedContinuation { continuation in
                one.delete { continuation.resume(returning: $0) }
            }
            failure = failure ?? refusal?.code
        }
        for key in restored {
            let error = await withCheckedContinuation { continuation in
                stateLog.append(.snapshot(key, nil), of: key) { error, _ in continuation.resume(returning: error) }
            }
            if error != .none { failure = failure ?? error }
        }
        return failure
    }

    /// Gives nothing away any more: the node stops.
    func stop() {
        let all = state.withLock { state in
            state.hasStopped = true
            return Array(state.shared.values)
        }
        for shared in all { shared.retire() }
    }

    // MARK: - Replay

    /// Finds the queues again in `__share_group_state`, once the topics are open.
    ///
    /// The queues of a partition that cannot be read are refused until it can be. All others are served.
    ///
    /// - Parameter isGroupGone: Whether a group is known not to be there.
    func replay(isGroupGone: (GroupID) -> Bool) {
        guard let topic = stateLog.topic else { return }
        for partition in topic.copies where partition.isLed {
            do {
                let found = try stateLog.replay(partition)
                // A topic or a group may have been deleted in the moment before the node went down.
                let orphans = Set(
                    found.keys.filter { stateLog.registry.topic($0.topicID) == nil || isGroupGone($0.groupID) })
                let kept = found.filter { !orphans.contains($0.key) && $0.value.isEstablished }
                state.withLock { $0.restored.merge(kept) { $1 } }
                for key in orphans { stateLog.append(.snapshot(key, nil), of: key) { _, _ in } }
            } catch {
                logger.error(
                    "\(partition.id) cannot be read, so its share-partitions are answered COORDINATOR_NOT_AVAILABLE: \(error)"
                )
                _ = state.withLock { $0.unreadable.insert(partition.id.partition) }
            }
        }
    }
}
