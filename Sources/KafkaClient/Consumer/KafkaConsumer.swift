import KafkaProtocol
public import RecordFormat
import Synchronization

/// Reads records, alone or as a member of a group.
///
/// ``poll(timeout:)`` does everything: it joins the group when needed, finds positions, fetches ahead, and commits if
/// asked to. One task at a time polls (or iterates over ``batches`` or ``records``); everything else may come from
/// anywhere. Heartbeats run by themselves; a consumer that does not poll for `maximumPollInterval` leaves its group.
public final class KafkaConsumer: Sendable {
    let client: KafkaClient
    let configuration: ConsumerConfiguration
    let member: GroupMember?
    /// For a consumer with a group that assigns itself: commits without being a member.
    let groupOffsets: GroupOffsets?
    let signal: PollSignal
    /// Fetches wait at the broker; on a connection of their own they hold up nothing else.
    let lane: ConnectionLane
    let state = Mutex(ConsumerState())

    /// Creates a consumer; nothing is sent yet.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration`.
    public init(client: KafkaClient, configuration: ConsumerConfiguration) throws {
        try configuration.validate()
        self.client = client
        self.configuration = configuration
        lane = client.makeLane()
        let signal = PollSignal(scheduler: client.scheduler)
        self.signal = signal
        if let groupID = configuration.groupID {
            let member = try GroupMember(
                client: client,
                configuration: GroupMemberConfiguration(
                    groupID: groupID, protocolType: "consumer", groupInstanceID: configuration.groupInstanceID,
                    sessionTimeout: configuration.sessionTimeout, rebalanceTimeout: configuration.maximumPollInterval,
                    heartbeatInterval: configuration.heartbeatInterval,
                    maximumPollInterval: configuration.maximumPollInterval))
            member.observe { signal.set() }
            self.member = member
            groupOffsets = GroupOffsets(client: client, coordinator: member.coordinator)
        } else {
            member = nil
            groupOffsets = nil
        }
    }

    // MARK: Assignment

    /// Follows topics, shared with the other members of the group. Replaces any subscription or assignment.
    ///
    /// - Parameter listener: Hears of partitions that come and go, within ``poll(timeout:)``.
    /// - Throws: ``KafkaClientError``: `.invalidConfiguration` without a group, `.closed`.
    public func subscribe(to topics: [String], listener: (any RebalanceListener)? = nil) async throws {
        try subscribe(.topics(Set(topics)), listener: listener)
    }

    /// Follows every topic, of now and later, whose name satisfies `predicate`; internal topics are left out.
    ///
    /// - Throws: As ``subscribe(to:listener:)``.
    public func subscribe(
        listener: (any RebalanceListener)? = nil, matching predicate: @escaping @Sendable (String) -> Bool
    ) async throws {
        try subscribe(.matching(predicate), listener: listener)
    }

    private func subscribe(_ mode: ConsumerState.Mode, listener: (any RebalanceListener)?) throws {
        guard let member else {
            throw KafkaClientError(.invalidConfiguration, "a subscription needs a groupID; without one use assign")
        }
        let wasSubscribed = try state.withLock { state in
            try Self.checkOpen(state)
            let wasSubscribed = state.mode.isSubscribed
            if !wasSubscribed { state.setAssignment([]) }
            state.mode = mode
            state.listener = listener
            return wasSubscribed
        }
        if wasSubscribed { member.requestRebalance(reason: "the subscription changed") }
        signal.set()
    }

    /// Reads exactly these partitions, outside of any group's sharing. Those that stay keep their positions.
    ///
    /// - Throws: ``KafkaClientError`` with code `.closed`.
    public func assign(_ partitions: [TopicPartition]) async throws {
        if state.withLock({ $0.mode.isSubscribed }) { await unsubscribe() }
        try state.withLock { state in
            try Self.checkOpen(state)
            state.mode = .assigned
            state.setAssignment(Set(partitions))
        }
        signal.set()
    }

    /// Gives up all partitions and leaves the group.
    ///
    /// - Parameter leavesEvenIfStatic: Whether a static member leaves too, so that others need not wait for its session
    ///   to end.
    public func unsubscribe(leavesEvenIfStatic: Bool = false) async {
        let join = state.withLock { state in
            state.mode = .none
            state.listener = nil
            state.setAssignment([])
            state.joined = nil
            defer { state.join = nil }
            return state.join
        }
        closeSessions()
        join?.cancel()
        await join?.value
        await member?.leave(reason: "unsubscribed", evenIfStatic: leavesEvenIfStatic)
    }

    /// The partitions that this consumer reads.
    public var assignment: Set<TopicPartition> { state.withLock { Set($0.partitions.keys) } }

    /// Those of them that ``pause(_:)`` stopped.
    public var paused: Set<TopicPartition> { state.withLock { Set($0.partitions.filter(\.value.isPaused).keys) } }

    /// The place in the group; `nil` outside of one and while the group does not count this consumer in.
    public var membership: GroupMembership? { member?.membership }

    /// Whether the consumer was closed.
    var isClosed: Bool { state.withLock(\.isClosed) }

    static func checkOpen(_ state: borrowing ConsumerState) throws(KafkaClientError) {
        if state.isClosed { throw KafkaClientError(.closed, "the consumer is closed") }
    }

    // MARK: Reading

    /// Batches in offset order per partition.
    ///
    /// - Returns: What was fetched; empty when `timeout` passed without any, or after ``wakeup()``.
    /// - Throws: ``KafkaClientError``: `.noOffset` when no offset is usable and the reset policy is `.none`,
    ///   `.broker` for what no repetition cures (authorization, an unknown topic that cannot be created),
    ///   `.malformedResponse` for damaged records, `.fenced`, `.closed`; what a listener throws; or
    ///   `CancellationError`. After an error the next poll goes on where this one stood.
    public func poll(timeout: Duration) async throws -> [ConsumedBatch] {
        try await poll(timeout: timeout, maximumBatches: .max)
    }

    /// The batches, one after the other: poll under a `for await`.
    public var batches: ConsumerBatches { ConsumerBatches(consumer: self) }

    /// The records, one after the other; batch by batch underneath.
    public var records: ConsumerRecords { ConsumerRecords(consumer: self) }

    /// Ends a poll that waits, and the next one if none does: it returns empty.
    public func wakeup() {
        state.withLock { $0.isWakeupRequested = true }
        signal.set()
    }

    // MARK: End

    /// Commits automatically if configured, gives up its partitions, leaves the group (not with a static identity) and
    /// ends.
    ///
    /// - Parameter leavesEvenIfStatic: Whether a static member leaves too: it will not come back.
    public func close(leavesEvenIfStatic: Bool = false) async {
        await end(tellsListener: true, leavesEvenIfStatic: leavesEvenIfStatic)
    }

    /// Ends as ``close()`` does, but calls no listener and commits nothing: for an owner whose own code hangs.
    ///
    /// From the moment of the call no commit is possible any more, whoever tries.
    package func abandon() async { await end(tellsListener: false) }

    private func end(tellsListener: Bool, leavesEvenIfStatic: Bool = false) async {
        let (wasClosed, join) = state.withLock { state in
            defer {
                state.isClosed = true
                state.join = nil
                if !tellsListener { state.mode = .none }
            }
            return (state.isClosed, state.join)
        }
        if wasClosed { return }
        signal.set()
        join?.cancel()
        await join?.value
        if tellsListener { await giveUpAtClose() }
        await member?.leave(reason: "the consumer was closed", evenIfStatic: leavesEvenIfStatic)
        await member?.close()
        closeSessions()
        client.transport.release(lane, KafkaClientError(.closed, "the consumer is closed"))
        state.withLock { state in
            state.setAssignment([])
            state.mode = .none
        }
    }
}
