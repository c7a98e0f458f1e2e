import KafkaProtocol
public import RecordFormat
import Synchronization

/// A place in a group of any protocol type, with metadata and assignments that only the application understands.
///
/// The application joins, works on what it was assigned, waits until it has to join again, and so on; heartbeats run by
/// themselves in between. One task at a time joins; everything else may come from anywhere. Call
/// ``leave(reason:evenIfStatic:)`` or ``close()`` at the end: heartbeats keep the member alive until then.
public final class GroupMember: Sendable {
    let client: KafkaClient
    let configuration: GroupMemberConfiguration
    let coordinator: GroupCoordinator
    private let offsets: GroupOffsets
    let state = Mutex(State())

    struct State {
        /// The name that the group gave; empty before it did, and after it forgot it.
        var memberID = ""
        var membership: GroupMembership?
        /// Why the next step is to join; `nil` while all is well.
        var cause: RebalanceCause? = .groupRebalancing
        var isFenced = false
        var isClosed = false
        var heartbeat: Task<Void, Never>?
        var lastActivity = ContinuousClock.now
        /// When the coordinator last answered.
        var lastContact = ContinuousClock.now
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<RebalanceCause, Never>] = [:]
        /// Called with each new cause, beside the waiters.
        var observer: (@Sendable () -> Void)?
    }

    /// Creates a member that has not joined yet.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration`.
    public init(client: KafkaClient, configuration: GroupMemberConfiguration) throws {
        try configuration.validate()
        self.client = client
        self.configuration = configuration
        coordinator = GroupCoordinator(
            client: client, groupID: configuration.groupID, lane: configuration.sharesConnection ? .shared : nil)
        offsets = GroupOffsets(client: client, coordinator: coordinator)
    }

    /// The membership of the last join; `nil` before it, after leaving, and once the group dropped the member.
    public var membership: GroupMembership? { state.withLock { $0.membership } }

    /// Whether the next step must be ``join(protocols:reason:assigningAsLeader:)``.
    public var isRebalanceNeeded: Bool { state.withLock { $0.cause != nil } }

    /// Why the next step must be to join; `nil` while it need not be.
    var pendingCause: RebalanceCause? { state.withLock { $0.cause } }

    /// How long ago the group's coordinator last answered; longer than the session, the group may have dropped this
    /// member without its knowing.
    public var silence: Duration { state.withLock { $0.lastContact.duration(to: .now) } }

    /// Calls `observer` whenever a reason to join arises, from any thread.
    func observe(_ observer: @escaping @Sendable () -> Void) { state.withLock { $0.observer = observer } }

    /// Waits until the member has to join again; returns at once when that is so already.
    ///
    /// - Returns: Why. `.cancelled` when the task is cancelled.
    public func rebalanceNeeded() async -> RebalanceCause {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let cause = state.withLock { state -> RebalanceCause? in
                    if let cause = state.cause { return cause }
                    if Task.isCancelled { return .cancelled }
                    state.waiters[number] = continuation
                    return nil
                }
                if let cause { continuation.resume(returning: cause) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: .cancelled)
        }
    }

    /// Has the group rebalance: ``rebalanceNeeded()`` returns, and the join that follows starts the rebalance.
    public func requestRebalance(reason: String) { raise(.requested(reason)) }

    /// Tells that the application is alive; needed only with `maximumPollInterval`.
    public func recordActivity() { state.withLock { $0.lastActivity = .now } }

    /// Leaves the group and stops heartbeats; the member may join again.
    ///
    /// A static member stays in the group until its session ends, so that it can come back without a rebalance, unless
    /// `evenIfStatic` says otherwise. Never fails: a group that cannot be told finds out by the missing heartbeats.
    public func leave(reason: String? = nil, evenIfStatic: Bool = false) async {
        let (memberID, heartbeat) = state.withLock { state in
            defer {
                state.memberID = ""
                state.membership = nil
                state.heartbeat = nil
            }
            return (state.memberID, state.heartbeat)
        }
        heartbeat?.cancel()
        // Whoever waits to hear of a rebalance would wait for ever: nobody tells a member that left.
        raise(.groupRebalancing)
        let instanceID = configuration.groupInstanceID
        guard !memberID.isEmpty, instanceID == nil || evenIfStatic else { return }
        let groupID = configuration.groupID
        _ = try? await coordinator.call(
            LeaveGroupRequest.self, versions: ClientVersions.leaveGroup,
            timeout: min(.seconds(5), client.configuration.requestTimeout)
        ) { version in
            version >= 3
                ? LeaveGroupRequest(
                    groupID: groupID,
                    members: [
                        .init(memberID: memberID, groupInstanceID: instanceID, reason: version >= 5 ? reason : nil)
                    ])
                : LeaveGroupRequest(groupID: groupID, memberID: memberID)
        }
    }

    /// Stops heartbeats without leaving: to the group this looks as if the process had crashed.
    public func close() async {
        let (heartbeat, waiters) = state.withLock { state in
            state.isClosed = true
            state.cause = .closed
            defer {
                state.heartbeat = nil
                state.waiters = [:]
            }
            return (state.heartbeat, Array(state.waiters.values))
        }
        heartbeat?.cancel()
        for waiter in waiters { waiter.resume(returning: .closed) }
        coordinator.release()
    }

    // MARK: Offsets

    /// Commits offsets of the group, fenced by this membership.
    ///
    /// - Throws: ``KafkaClientError``: `.rebalanceNeeded` when the group has moved on without this member (join
    ///   again; the commit is lost), `.fenced`, or `.broker`.
    public func commit(_ offsets: [TopicPartition: OffsetAndMetadata]) async throws {
        let membership = state.withLock { $0.membership }
        let committer = GroupOffsets.Committer(
            memberID: membership?.memberID ?? "", generation: membership?.generation ?? -1,
            groupInstanceID: membership == nil ? nil : configuration.groupInstanceID)
        do {
            try await self.offsets.commit(offsets, by: committer)
        } catch let superseded as GroupOffsets.CommitSuperseded {
            let error = superseded.error
            if error.errorCode == .rebalanceInProgress {
                raise(.groupRebalancing)
            } else {
                lose("the group no longer knows this member: \(error.message)", generation: membership?.generation)
            }
            throw KafkaClientError(
                .rebalanceNeeded, "the offsets were not committed because the group is rebalancing; join again",
                errorCode: error.errorCode, cause: error)
        }
    }

    /// The group's committed offsets; partitions without one are missing.
    public func committed(_ partitions: [TopicPartition]) async throws -> [TopicPartition: OffsetAndMetadata] {
        try await offsets.committed(partitions)
    }

    // MARK: Causes

    /// Makes joining the next step. A cause that is there already stays, unless the new one is graver.
    func raise(_ cause: RebalanceCause) {
        let (waiters, observer) = state.withLock { state in
            switch (state.cause, cause) {
            case (.closed?, _), (.fenced?, _): break
            case (nil, _), (_, .lost), (_, .fenced): state.cause = cause
            default: break
            }
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), state.observer)
        }
        for waiter in waiters { waiter.resume(returning: cause) }
        observer?()
    }

    /// Takes note that the group dropped this member.
    ///
    /// - Parameter generation: The generation in which that was found out; of an earlier one it says nothing any more.
    func lose(_ reason: String, generation: Int32?) {
        let isCurrent = state.withLock { state in
            guard state.membership?.generation == generation else { return false }
            state.membership = nil
            state.memberID = ""
            return true
        }
        if isCurrent { raise(.lost(reason)) }
    }
}
