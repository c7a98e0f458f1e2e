internal import RecordFormat

/// How a group with members goes over from one protocol to the other (KIP-848, online migration).
extension ConsumerGroup {
    // MARK: - From the classic protocol

    /// Whether a classic group may become a consumer group, and why not.
    static func refusal(
        toUpgrade classic: ClassicGroup, _ configuration: GroupCoordinatorConfiguration
    ) -> GroupRefusal? {
        // Whatever its protocol was, nobody is left who would speak it.
        if classic.state == .empty { return nil }
        guard configuration.consumerMigrationPolicy.allowsUpgrade, classic.isConsumerGroup,
            classic.roster.count <= configuration.consumerGroupMaxSize
        else { return GroupRefusal(.groupIDNotFound, "Group \(classic.id) is not a consumer group.") }
        if classic.isWaitingForRecord {
            return GroupRefusal(.coordinatorNotAvailable, "Group \(classic.id) is about to change.")
        }
        return nil
    }

    /// Creates the consumer group that a classic one becomes with its next event.
    ///
    /// The members keep their ids and what they have; their generation becomes their epoch.
    ///
    /// - Returns: `nil` if the members' metadata cannot be understood.
    init?(upgrading classic: ClassicGroup, hasRecord: Bool, _ catalog: TopicCatalog) {
        var change = ConsumerGroupChange(of: ConsumerGroupState())
        var assignments: [(MemberID, PartitionAssignment)] = []
        var claimed = PartitionAssignment()
        for member in classic.roster.members {
            guard let subscription = ConsumerSubscription(member.metadata(for: classic.roster.electedProtocol())),
                let assignment = ConsumerSubscription.partitions(inAssignment: member.assignment)
            else { return nil }
            // A leader may have given a partition to two members; here it has one owner.
            let owned = PartitionAssignment(naming: assignment, catalog).subtracting(claimed)
            claimed.formUnion(owned)
            assignments.append((member.id, owned))
            change.write(.member(member.id, ConsumerMemberMetadata(member, subscription)))
        }
        if !classic.roster.isEmpty {
            let epoch = classic.generation.rawValue
            change.write(.group(epoch: epoch))
            for (id, assignment) in assignments { change.write(.target(id, assignment)) }
            change.write(.targetEpoch(epoch))
            for (id, assignment) in assignments {
                change.write(.current(id, CurrentAssignment(epoch: epoch, previousEpoch: epoch, assigned: assignment)))
            }
        }
        self.init(
            id: classic.id, opening: change, after: hasRecord ? [.groupMetadata(classic.id, nil)] : [])
    }

    // MARK: - To the classic protocol

    /// What a group becomes when it has no member of the consumer protocol any more.
    struct Downgrade: Sendable {
        let group: ClassicGroup
        /// Whether the members have to join anew. They need not where each has just what it is to have.
        let rebalances: Bool
    }

    /// What the group becomes when a member goes; `nil` where it stays what it is, because others of the consumer
    /// protocol or nobody at all remains, or because the policy is against it.
    func downgrade(without member: ConsumerMember, _ effects: GroupEffects) -> Downgrade? {
        let remaining = state.sortedMembers.filter { $0.id != member.id }
        guard !member.usesClassicProtocol, !remaining.isEmpty else { return nil }
        return classicGroup(of: remaining, in: state, effects).map { Downgrade(group: $0, rebalances: true) }
    }

    /// What the group becomes when a static member has come back as a classic one, by a change that has that.
    func downgrade(
        replacing member: ConsumerMember, after change: ConsumerGroupChange, _ effects: GroupEffects
    ) -> Downgrade? {
        if member.usesClassicProtocol { return nil }
        let rebalances = change.state.phase != .stable
        return classicGroup(of: change.state.sortedMembers, in: change.state, effects)
            .map { Downgrade(group: $0, rebalances: rebalances) }
    }

    private func classicGroup(
        of members: [ConsumerMember], in state: ConsumerGroupState, _ effects: GroupEffects
    ) -> ClassicGroup? {
        guard effects.configuration.consumerMigrationPolicy.allowsDowngrade,
            members.count <= effects.configuration.groupMaxSize,
            members.allSatisfy(\.usesClassicProtocol)
        else { return nil }
        var group = ClassicGroup(
            id: id, generation: GenerationID(state.groupEpoch), members: members.compactMap(GroupMember.init),
            at: effects.now.timestamp)
        let protocolName = group.protocolName
        group.assign { member in
            let version = ConsumerSubscription(member.metadata(for: protocolName))?.version ?? 0
            // What a member has, not what it is to have: others may still be reading that.
            let assigned = state.members[member.id]?.current.assigned ?? PartitionAssignment()
            return ConsumerSubscription.assignment(assigned.named(effects.catalog), version: version)
        }
        return group
    }

    /// Ends the group in favour of a classic one, which takes its place when that is durable.
    ///
    /// Of the event that led to this the log gets nothing but the end: the rest would be undone at once.
    mutating func convert(
        by downgrade: Downgrade, answering answer: (token: RequestToken, response: GroupResponse)?,
        _ effects: inout GroupEffects
    ) {
        var end = makeChange()
        end.write(state.tombstones)
        let record = GroupRecord.groupMetadata(id, downgrade.group.metadata { $0.assignment })
        commit(end, becoming: record, answering: answer, &effects)
    }
}

extension ConsumerMemberMetadata {
    /// What is known of a classic group's member.
    fileprivate init(_ member: GroupMember, _ subscription: ConsumerSubscription) {
        self.init(
            instanceID: member.instanceID, rackID: subscription.rackID, clientID: member.clientID,
            clientHost: member.clientHost, topicNames: Set(subscription.topics).sorted(),
            rebalanceTimeoutMs: member.rebalanceTimeout.wireMilliseconds,
            classic: Classic(
                sessionTimeoutMs: member.sessionTimeout.wireMilliseconds, protocols: member.protocols))
    }
}

extension GroupMember {
    /// Creates a classic group's member from one that spoke the classic protocol in a consumer group; `nil` if it did
    /// not.
    fileprivate init?(_ member: ConsumerMember) {
        guard let classic = member.metadata.classic else { return nil }
        self.init(
            id: member.id, instanceID: member.metadata.instanceID, clientID: member.metadata.clientID,
            clientHost: member.metadata.clientHost,
            sessionTimeout: Duration(wireMilliseconds: classic.sessionTimeoutMs),
            rebalanceTimeout: Duration(wireMilliseconds: member.metadata.rebalanceTimeoutMs),
            protocolType: ConsumerSubscription.protocolType, protocols: classic.protocols)
    }
}
