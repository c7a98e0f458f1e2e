internal import RecordFormat

/// What one event makes of a consumer group: the records that say so, and the group after them.
///
/// Nothing of it counts before ``ConsumerGroup/commit(_:answering:_:)`` has taken it: an event that is refused halfway
/// leaves no trace.
struct ConsumerGroupChange {
    private(set) var state: ConsumerGroupState
    private(set) var records: [ConsumerGroupRecord] = []
    /// What the group's members have looked into of the cluster's topics.
    var seen: SeenCatalog

    /// The versions of the catalog that the group was last held against.
    struct SeenCatalog: Hashable, Sendable {
        var topics: Int64 = -1
        var expressions: Int64 = -1
    }

    /// Starts from a group as it is.
    init(of state: ConsumerGroupState, seen: SeenCatalog = SeenCatalog()) {
        self.state = state
        self.seen = seen
    }

    /// Makes a record, and the group what it says.
    mutating func write(_ record: ConsumerGroupRecord) {
        state.apply(record)
        records.append(record)
    }

    /// Makes several records, in their order.
    mutating func write(_ records: [ConsumerGroupRecord]) {
        for record in records { write(record) }
    }

    // MARK: - Members

    /// Takes over what a member says of itself.
    ///
    /// - Returns: Whether the member is new or wants other topics than before.
    mutating func update(_ member: ConsumerMember, to metadata: ConsumerMemberMetadata) -> Bool {
        let isNew = state.members[member.id] == nil
        if !isNew && member.metadata == metadata { return false }
        write(.member(member.id, metadata))
        return isNew || member.metadata.topicNames != metadata.topicNames
            || member.metadata.expression != metadata.expression
    }

    /// Gives the place of a static member, with all that it has, to a new member id.
    ///
    /// - Returns: The member under its new id, in no epoch yet.
    mutating func replace(_ former: ConsumerMember, by id: MemberID) -> ConsumerMember {
        let target = state.targets[former.id]
        remove(former.id)
        var current = former.current
        current.epoch = CurrentAssignment.initialEpoch
        current.previousEpoch = CurrentAssignment.initialEpoch
        write(.member(id, former.metadata))
        if let target { write(.target(id, target)) }
        write(.current(id, current))
        return ConsumerMember(id: id, metadata: former.metadata, current: current)
    }

    /// Takes a member out; what it had is free.
    mutating func remove(_ id: MemberID) {
        write([.current(id, nil), .target(id, nil), .member(id, nil)])
    }

    // MARK: - Epochs

    /// Starts a new epoch of the group if its members or its topics are not what they were, and assigns for it.
    ///
    /// - Parameters:
    ///   - hasChanged: Whether the members or what they want have changed.
    ///   - assignsNow: Whether the target is made at once, and not with the next heartbeat.
    ///   - resolvesExpressions: Whether the topics of regular expressions are looked up again.
    ///   - isVisible: Whether the member that this is for may know of a topic.
    mutating func refresh(
        hasChanged: Bool, assignsNow: Bool = true, resolvesExpressions: Bool = false,
        isVisible: (String) -> Bool = { _ in true }, _ effects: GroupEffects
    ) {
        var bumps = hasChanged
        // Most heartbeats change nothing, and must not cost a look at every member.
        if resolvesExpressions && (hasChanged || seen.expressions != effects.catalog.version) {
            if resolveExpressions(effects, isVisible) { bumps = true }
        }
        if bumps || seen.topics != effects.catalog.version {
            let subscribed = state.subscribedTopics
            let topics = effects.catalog.topics.filter { subscribed.contains($0.key) }
            if topics != state.topics {
                write(.topics(topics))
                bumps = true
            }
            seen.topics = effects.catalog.version
        }
        if bumps { write(.group(epoch: state.groupEpoch + 1)) }
        if assignsNow && state.groupEpoch > state.targetEpoch { assign(effects.configuration) }
    }

    /// Looks up the topics of the members' regular expressions where the cluster's topics have changed.
    ///
    /// - Returns: Whether any member's topics have changed by that.
    private mutating func resolveExpressions(_ effects: GroupEffects, _ isVisible: (String) -> Bool) -> Bool {
        let wanted = Set(state.members.values.compactMap(\.metadata.expression))
        var hasChanged = forgetExpressions(except: wanted)
        let isOutdated = seen.expressions != effects.catalog.version
        for text in wanted.sorted() where isOutdated || state.expressions[text] == nil {
            // Only expressions that could be read have been let in; a log of another version's may have more. One that
            // takes too long by now keeps the topics that it has.
            let pattern = try? TopicPattern(text)
            let found = pattern.map { $0.matches(among: effects.catalog.topics.keys) } ?? []
            guard let topics = found?.filter(isVisible).sorted(), state.expressions[text]?.topics != topics else {
                continue
            }
            let resolved = ResolvedExpression(
                topics: topics, version: effects.catalog.version, timestamp: effects.now.timestamp)
            write(.expression(text, resolved))
            hasChanged = true
        }
        seen.expressions = effects.catalog.version
        return hasChanged
    }

    /// Forgets the regular expressions that no member has any more.
    ///
    /// - Returns: Whether there were any.
    @discardableResult mutating func forgetExpressions(except wanted: Set<String>) -> Bool {
        let orphans = state.expressions.keys.filter { !wanted.contains($0) }.sorted()
        for orphan in orphans { write(.expression(orphan, nil)) }
        return !orphans.isEmpty
    }

    /// Makes the target assignment of the group's epoch.
    private mutating func assign(_ configuration: GroupCoordinatorConfiguration) {
        let members = state.sortedMembers.map { member in
            AssignmentProblem.Member(
                id: member.id, instanceID: member.metadata.instanceID,
                topics: Set(state.subscription(of: member).compactMap { state.topics[$0]?.id }),
                assigned: state.targets[member.id] ?? PartitionAssignment())
        }
        let counts = state.topics.values.map { ($0.id, $0.partitionCount) }
        let problem = AssignmentProblem(
            members: members, partitionCounts: Dictionary(counts, uniquingKeysWith: { first, _ in first }))
        let targets = state.preferredAssignor(configuration).assign(problem)
        for member in members {
            let target = targets[member.id] ?? PartitionAssignment()
            if state.targets[member.id] != target { write(.target(member.id, target)) }
        }
        write(.targetEpoch(state.groupEpoch))
    }

    /// Takes a member as far towards its target as it can go now.
    ///
    /// - Parameters:
    ///   - id: The member.
    ///   - owned: What it says it has; `nil` where it says nothing.
    ///   - isJoining: Whether it says so on joining.
    mutating func reconcile(_ id: MemberID, owned: PartitionAssignment?, isJoining: Bool = false) {
        guard let member = state.members[id] else { return }
        let state = self.state
        let reconciliation = MemberReconciliation(
            member: member, targetEpoch: state.targetEpoch, target: state.targets[id] ?? PartitionAssignment(),
            owned: owned, isJoining: isJoining, isHeldByOther: { state.isHeld($0, $1, byOtherThan: id) })
        let next = reconciliation.next
        if next != member.current { write(.current(id, next)) }
    }
}

extension ConsumerGroupState {
    /// The assignor that most of the members ask for; on a draw, or where none asks, the one that is configured first.
    func preferredAssignor(_ configuration: GroupCoordinatorConfiguration) -> ConsumerGroupAssignor {
        var votes: [String: Int] = [:]
        for member in members.values { if let name = member.metadata.serverAssignor { votes[name, default: 0] += 1 } }
        let assignors = configuration.consumerAssignors
        let most = assignors.compactMap { votes[$0.rawValue] }.max()
        return assignors.first { most != nil && votes[$0.rawValue] == most } ?? assignors.first ?? .uniform
    }
}
