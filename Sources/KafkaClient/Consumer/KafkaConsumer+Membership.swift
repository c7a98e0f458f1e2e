import KafkaProtocol
import Logging
import RecordFormat
import Synchronization

extension KafkaConsumer {
    /// Whether partitions stay with the consumer while the group rebalances: only if it knows no other way, because the
    /// group may choose any of the assignors.
    private var isCooperative: Bool { configuration.assignors.allSatisfy { $0.rebalanceProtocol == .cooperative } }

    /// Does what the group asks for: gives up partitions, joins in the background, takes what was assigned.
    func keepMembership() async throws {
        guard let member, state.withLock({ $0.mode.isSubscribed }) else { return }
        let (isJoining, joined) = state.withLock { state in
            defer { state.joined = nil }
            return (state.join != nil, state.joined)
        }
        if let joined {
            state.withLock { $0.join = nil }
            try await takeAssignment(try joined.get())
        } else if isJoining {
            return
        }
        guard let cause = member.pendingCause else { return }
        try await giveUp(because: cause)
        startJoining(member, because: cause)
    }

    // MARK: Giving up

    private func giveUp(because cause: RebalanceCause) async throws {
        let owned = state.withLock { $0.partitions.keys.sorted() }
        if owned.isEmpty { return }
        switch cause {
        case .lost, .fenced:
            let listener = state.withLock { state in
                state.setAssignment([])
                return state.listener
            }
            try await listener?.partitionsLost(owned, from: self)
        case .groupRebalancing, .requested, .cancelled, .closed:
            guard !isCooperative else { return }
            try await revoke(owned)
        }
    }

    /// Lets the application finish with partitions, then drops them.
    private func revoke(_ partitions: [TopicPartition]) async throws {
        let listener = state.withLock { state in
            // Handed out no more, but still there for the listener to commit.
            for partition in partitions { state.partitions[partition]?.isBeingRevoked = true }
            return state.listener
        }
        defer {
            state.withLock { state in state.setAssignment(Set(state.partitions.keys).subtracting(partitions)) }
        }
        if configuration.isAutoCommitEnabled { await commitBeforeRevocation() }
        try await listener?.partitionsRevoked(partitions, from: self)
    }

    private func commitBeforeRevocation() async {
        do { try await commit() } catch {
            client.logger.warning("offsets were not committed before a rebalance", metadata: ["error": "\(error)"])
        }
    }

    /// The last things a consumer does with its partitions.
    func giveUpAtClose() async {
        let (owned, listener, isSubscribed) = state.withLock { state in
            (state.partitions.keys.sorted(), state.listener, state.mode.isSubscribed)
        }
        if owned.isEmpty { return }
        if configuration.isAutoCommitEnabled, configuration.groupID != nil { await commitBeforeRevocation() }
        if isSubscribed { try? await listener?.partitionsRevoked(owned, from: self) }
    }

    // MARK: Joining

    private func startJoining(_ member: GroupMember, because cause: RebalanceCause) {
        let reason: String? =
            switch cause {
            case .requested(let reason), .lost(let reason): reason
            default: nil
            }
        state.withLock { state in
            guard !state.isClosed, state.mode.isSubscribed else { return }
            state.join = Task { await self.join(member, reason: reason) }
        }
    }

    /// Joins, and leaves the result to the next poll: listeners are called by the task that polls.
    private func join(_ member: GroupMember, reason: String?) async {
        let result: Result<GroupMembership, any Error>
        do {
            result = .success(
                try await member.join(protocols: try await subscriptionBytes(), reason: reason) { group in
                    try await self.assign(as: group)
                })
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            // Unsubscribed or closed meanwhile: nobody waits for it.
            if state.mode.isSubscribed, !state.isClosed { state.joined = result }
        }
        signal.set()
    }

    private func subscriptionBytes() async throws -> [GroupProtocol] {
        let topics = try await subscribedTopics()
        let owned = isCooperative ? state.withLock { $0.partitions.keys.sorted() } : []
        let generation = isCooperative ? member?.membership?.generation ?? -1 : -1
        let bytes = try ConsumerGroupFormat.encode(
            MemberSubscription(topics: topics, ownedPartitions: owned, generation: generation))
        return configuration.assignors.map { GroupProtocol(name: $0.name, metadata: bytes) }
    }

    private func subscribedTopics() async throws -> Set<String> {
        switch state.withLock(\.mode) {
        case .none, .assigned: return []
        case .topics(let topics): return topics
        case .matching(let predicate):
            let snapshot = try await client.retrying {
                try await self.client.metadata.refresh(nil, allowsCreation: false)
            }
            let matched = Self.matching(predicate, in: snapshot)
            state.withLock { $0.matchedTopics = matched }
            return matched
        }
    }

    private static func matching(_ predicate: @Sendable (String) -> Bool, in snapshot: ClusterSnapshot) -> Set<String> {
        Set(snapshot.topics.values.filter { !$0.isInternal && predicate($0.name) }.map(\.name))
    }

    /// Shares the partitions among all members.
    private func assign(as group: GroupLeadership) async throws -> [String: ByteSlice] {
        guard let assignor = configuration.assignors.first(where: { $0.name == group.protocolName }) else {
            throw KafkaClientError(
                .broker, "the group chose the assignor \(group.protocolName), which this consumer did not offer",
                errorCode: .inconsistentGroupProtocol)
        }
        var subscriptions: [String: MemberSubscription] = [:]
        for member in group.members {
            subscriptions[member.memberID] = try ConsumerGroupFormat.decodeSubscription(
                member.metadata, groupInstanceID: member.groupInstanceID)
        }
        let topics = subscriptions.values.reduce(into: Set<String>()) { $0.formUnion($1.topics) }
        let counts = try await partitionCounts(of: topics)
        state.withLock { $0.assignedCounts = counts }
        return try assignor.assign(subscriptions, partitionCounts: counts.filter { $0.value > 0 })
            .mapValues { try ConsumerGroupFormat.encode($0) }
    }

    /// The partition counts of topics; 0 for one that does not exist (yet).
    private func partitionCounts(of topics: Set<String>) async throws -> [String: Int32] {
        let client = client
        let snapshot = try await client.retrying {
            try await client.metadata.refresh(topics, allowsCreation: client.configuration.allowsTopicCreation)
        }
        return Dictionary(
            uniqueKeysWithValues: topics.map { ($0, Int32(snapshot.topics[$0]?.partitions.count ?? 0)) })
    }

    // MARK: Taking over

    private func takeAssignment(_ membership: GroupMembership) async throws {
        let assigned = Set(try ConsumerGroupFormat.decodeAssignment(membership.assignment))
        let owned = state.withLock { Set($0.partitions.keys) }
        let added = assigned.subtracting(owned).sorted()
        let revoked = owned.subtracting(assigned).sorted()
        if !revoked.isEmpty {
            // Others wait for what this member gives up: once it has, the group has to deal again.
            defer { member?.requestRebalance(reason: "gave up \(revoked.count) partitions that others are to have") }
            try await revoke(revoked)
        }
        let (listener, isCurrent) = state.withLock { state in
            guard state.mode.isSubscribed, !state.isClosed else { return (state.listener, false) }
            state.setAssignment(assigned)
            state.nextMetadataCheck = nil
            return (state.listener, true)
        }
        guard isCurrent else { return }
        try await listener?.partitionsAssigned(added, to: self)
    }

    // MARK: Watching the topics

    /// Refreshes metadata as it grows old, and has the group deal anew when topics or partitions came or went.
    func keepMetadata() {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard state.nextMetadataCheck.map({ $0 <= now }) ?? true else { return false }
            state.nextMetadataCheck = now.advanced(by: metadataCheckInterval(state))
            return true
        }
        guard isDue else { return }
        let (mode, counts, matched, partitions) = state.withLock { state in
            (state.mode, state.assignedCounts, state.matchedTopics, state.partitions.keys.map(\.topic))
        }
        Task { await self.checkMetadata(mode, counts: counts, matched: matched, assigned: Set(partitions)) }
    }

    /// Topics that were missing when partitions were dealt are looked for more often: they may just be being created.
    private func metadataCheckInterval(_ state: borrowing ConsumerState) -> Duration {
        let isMissingTopic = state.assignedCounts?.values.contains(0) ?? false
        let age = client.configuration.metadataMaximumAge
        return isMissingTopic ? min(age, .seconds(5)) : age
    }

    private func checkMetadata(
        _ mode: ConsumerState.Mode, counts: [String: Int32]?, matched: Set<String>, assigned: Set<String>
    ) async {
        var topics: Set<String>? = assigned
        if case .matching = mode { topics = nil }
        if case .topics(let subscribed) = mode { topics = subscribed }
        guard
            let snapshot = try? await client.metadata.refresh(
                topics, allowsCreation: topics != nil && client.configuration.allowsTopicCreation),
            mode.isSubscribed, let member, member.membership != nil
        else { return }
        if case .matching(let predicate) = mode, Self.matching(predicate, in: snapshot) != matched {
            return member.requestRebalance(reason: "topics that match the subscription came or went")
        }
        guard member.membership?.isLeader == true, let counts else { return }
        let hasChanged = counts.contains { topic, count in
            guard let known = snapshot.topics[topic], known.error == .none else { return false }
            return known.partitions.count != Int(count)
        }
        if hasChanged { member.requestRebalance(reason: "the number of partitions changed") }
    }
}
