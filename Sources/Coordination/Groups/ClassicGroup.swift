internal import RecordFormat

/// One group of the classic protocol: who is in it, in which generation, doing what, and how far it has come.
///
/// A value without clock or I/O: each event comes with its moment in ``GroupEffects`` and leaves there what is to be
/// done. An event that needs a record changes what other clients can see only when the record is durable.
///
/// - SeeAlso: KIP-62, KIP-134, KIP-345, KIP-394, KIP-814
struct ClassicGroup: Sendable {
    let id: GroupID
    private(set) var phase = ClassicGroupPhase.empty
    var generation = GenerationID(0)
    /// The kind of group; `nil` while it never had a member.
    var protocolType: String?
    /// The protocol that the generation works by; `nil` without members.
    var protocolName: String?
    /// When the group came into its present phase.
    private(set) var stateTimestamp: Timestamp
    var roster = GroupRoster()
    /// The ids given to members that have not joined with them yet (KIP-394).
    var pendingJoins: Set<MemberID> = []
    /// The members that have not asked for their assignment yet.
    var pendingSyncs: Set<MemberID> = []
    /// The topics that the members of a consumer group read; `nil` where that is not known.
    var subscribedTopics: Set<String>?
    /// Whether the record that makes the group exist is on its way to the log. Until then no generation starts.
    var isCreationInFlight = false
    /// Whether the wait for members ended before the group's creation was durable.
    var isJoinOverdue = false

    init(id: GroupID, at timestamp: Timestamp) {
        self.id = id
        stateTimestamp = timestamp
    }

    /// Creates a group of consumers that has members and a generation from the start.
    init(id: GroupID, generation: GenerationID, members: [GroupMember], at timestamp: Timestamp) {
        self.init(id: id, at: timestamp)
        self.generation = generation
        for member in members { roster.insert(member) }
        protocolType = ConsumerSubscription.protocolType
        protocolName = roster.electedProtocol()
        phase = .stable
        updateSubscribedTopics()
    }

    /// Gives each member what `assignment` says.
    mutating func assign(_ assignment: (GroupMember) -> ByteSlice) {
        for member in roster.members { roster.update(member.id) { $0.assignment = assignment(member) } }
    }

    var state: ClassicGroupState { phase.state }

    /// Whether nobody is in the group or about to be.
    var isUnused: Bool { phase == .empty && pendingJoins.isEmpty && !isCreationInFlight }

    /// Whether a member waits for a record of the group to be durable.
    var isWaitingForRecord: Bool {
        switch phase {
        case .completingRebalance(let isAssignmentInFlight): isAssignmentInFlight
        case .stable: roster.awaitingJoinCount > 0
        case .empty, .preparingRebalance, .dead: isCreationInFlight
        }
    }

    /// Whether the group's members are consumers, whose metadata names their topics.
    var isConsumerGroup: Bool { protocolType == ConsumerSubscription.protocolType }

    /// Moves on to `phase`, which must be one that can follow.
    mutating func move(to phase: ClassicGroupPhase, at timestamp: Timestamp) {
        let isAllowed =
            switch (state, phase.state) {
            case (.preparingRebalance, .empty), (.dead, .empty): true
            case (.empty, .preparingRebalance), (.stable, .preparingRebalance): true
            case (.completingRebalance, .preparingRebalance): true
            case (.preparingRebalance, .completingRebalance): true
            case (.completingRebalance, .stable), (.empty, .dead): true
            default: false
            }
        precondition(isAllowed, "group \(id) cannot go from \(state) to \(phase.state)")
        self.phase = phase
        stateTimestamp = timestamp
    }

    /// Updates what is known only during the present phase.
    mutating func update(_ phase: ClassicGroupPhase) {
        precondition(phase.state == state, "group \(id) is \(state), not \(phase.state)")
        self.phase = phase
    }

    /// Takes over a group as its record in the log shows it.
    mutating func restore(_ value: GroupMetadataValue) {
        generation = value.generation
        protocolType = value.protocolType.isEmpty ? nil : value.protocolType
        protocolName = value.protocolName
        stateTimestamp = value.currentStateTimestamp
        roster = GroupRoster()
        for member in value.members where !roster.contains(member.memberID) {
            // A record with the same instance twice is none of ours; the first one counts.
            if let instanceID = member.instanceID, roster.staticMember(instanceID) != nil { continue }
            roster.insert(GroupMember(member, in: value))
        }
        if let leader = value.leader, roster.contains(leader) { roster.leader = leader }
        phase = roster.isEmpty ? .empty : .stable
        pendingJoins = []
        pendingSyncs = []
        updateSubscribedTopics()
    }

    /// The group as its record shows it, with these assignments.
    func metadata(assignments: (GroupMember) -> ByteSlice) -> GroupMetadataValue {
        GroupMetadataValue(
            protocolType: protocolType ?? "", generation: generation, protocolName: protocolName,
            leader: roster.leader, currentStateTimestamp: stateTimestamp,
            members: roster.members.map { member in
                GroupMetadataValue.Member(
                    memberID: member.id, instanceID: member.instanceID, clientID: member.clientID,
                    clientHost: member.clientHost, rebalanceTimeoutMs: member.rebalanceTimeout.wireMilliseconds,
                    sessionTimeoutMs: member.sessionTimeout.wireMilliseconds,
                    subscription: member.metadata(for: protocolName), assignment: assignments(member))
            })
    }

    /// Learns anew which topics the members read.
    mutating func updateSubscribedTopics() {
        guard isConsumerGroup else { return subscribedTopics = nil }
        var topics: Set<String> = []
        for member in roster.members {
            guard let subscription = ConsumerSubscription.topics(in: member.metadata(for: protocolName)) else {
                return subscribedTopics = nil
            }
            topics.formUnion(subscription)
        }
        subscribedTopics = topics
    }

    /// Whether the members read a topic; a consumer group whose topics are not known might read any.
    func isSubscribed(to topic: String) -> Bool { subscribedTopics?.contains(topic) ?? isConsumerGroup }

    /// Whether a request may act for a member, and why not.
    func refusal(of memberID: MemberID, _ instanceID: GroupInstanceID?) -> GroupError? {
        if let instanceID {
            guard let current = roster.staticMember(instanceID) else { return .unknownMemberID }
            guard current == memberID else { return .fencedInstanceID }
        }
        return roster.contains(memberID) ? nil : .unknownMemberID
    }

    /// Starts a member's session anew.
    func renewSession(_ memberID: MemberID, _ effects: inout GroupEffects) {
        guard let member = roster[memberID] else { return }
        effects.schedule(.session(memberID), after: member.sessionTimeout)
    }

    /// Takes a member out and answers what it waits for.
    mutating func remove(_ memberID: MemberID, _ effects: inout GroupEffects) {
        effects.cancel(.session(memberID))
        pendingJoins.remove(memberID)
        pendingSyncs.remove(memberID)
        guard let member = roster.remove(memberID) else { return }
        // If the client still lives it joins as a new member on this answer.
        let error = GroupError.unknownMemberID
        if let token = member.awaitingJoin {
            effects.respond(token, .join(GroupJoinResult(error: error, memberID: .unknown)))
        }
        if let token = member.awaitingSync { effects.respond(token, .sync(GroupSyncResult(error: error))) }
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        roster.checkInvariants()
        precondition(pendingJoins.allSatisfy { !roster.contains($0) }, "a pending member is a member")
        precondition(pendingSyncs.allSatisfy { roster.contains($0) }, "a member that left is waited for")
        switch phase {
        case .empty, .dead: precondition(roster.isEmpty, "a group without members has some")
        case .preparingRebalance: precondition(roster.members.allSatisfy { $0.awaitingSync == nil }, "sync left over")
        case .completingRebalance, .stable: precondition(!roster.isEmpty && protocolName != nil, "nobody agreed")
        }
        if state != .completingRebalance {
            precondition(roster.members.allSatisfy { $0.awaitingSync == nil }, "a sync waits for nothing")
        }
    }
}
