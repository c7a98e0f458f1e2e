internal import RecordFormat

/// What one event brings to a group, and what the group wants done about it.
struct GroupEffects {
    /// A timer of a group.
    enum Timer: Hashable, Sendable {
        /// The end of the wait for members to join.
        case join
        /// The end of the wait for members to fetch their assignments.
        case sync
        /// The end of a member's session, or of the patience with a member that has an id and has not joined yet.
        case session(MemberID)
        /// The end of the wait for a member of a consumer group to give up partitions.
        case revocation(MemberID)
        /// The end of the wait for a classic member of a consumer group to join again.
        case rejoin(MemberID)
        /// The end of the wait for a classic member of a consumer group to fetch its assignment.
        case memberSync(MemberID)
    }

    /// What the group does once an append is durable.
    enum Purpose: Hashable, Sendable {
        /// The group exists.
        case creation
        /// The last member has gone.
        case emptying
        /// The members of a generation get their assignments.
        case assignment(GenerationID, [MemberID: ByteSlice])
        /// A static member is back under a new member id.
        case staticRejoin(StaticRejoin)
        /// The events of a consumer group up to here have happened.
        case membership
        /// Offsets become visible.
        case offsetCommit([OffsetWrite])
        /// Offsets wait for the end of a producer's transaction.
        case transactionalCommit([OffsetWrite], ProducerIdentity)
        /// Offsets are forgotten, and with the last of them maybe the group.
        case offsetDeletion([TopicPartition], deletesGroup: Bool)
    }

    /// An append that the group asks for.
    struct Append {
        let records: [GroupRecord]
        let purpose: Purpose
        /// The producer whose transaction the records are part of.
        var producer: ProducerIdentity?
        /// The answers that leave when the append is durable.
        var held: [(token: RequestToken, response: GroupResponse)] = []
    }

    enum Effect {
        case respond(RequestToken, GroupResponse)
        case append(Append)
        case schedule(Timer, CoordinationInstant)
        case cancel(Timer)
    }

    let now: CoordinationTime
    let configuration: GroupCoordinatorConfiguration
    /// What this consumer group's members are told to keep to.
    let consumerSettings: ConsumerGroupSettings
    /// The topics that there are.
    let catalog: TopicCatalog
    /// Makes the part of a member id that no other member has.
    let makeMemberSuffix: @Sendable () -> String
    var list: [Effect] = []

    mutating func respond(_ token: RequestToken, _ response: GroupResponse) { list.append(.respond(token, response)) }

    mutating func append(_ records: [GroupRecord], for purpose: Purpose, of producer: ProducerIdentity? = nil) {
        list.append(.append(Append(records: records, purpose: purpose, producer: producer)))
    }

    mutating func schedule(_ timer: Timer, after duration: Duration) {
        list.append(.schedule(timer, now.instant.advanced(by: duration)))
    }

    mutating func cancel(_ timer: Timer) { list.append(.cancel(timer)) }

    /// Answers when the last append that this event led to is durable; at once if it led to none.
    mutating func respondWhenDurable(_ token: RequestToken, _ response: GroupResponse) {
        for index in list.indices.reversed() {
            guard case .append(var append) = list[index] else { continue }
            append.held.append((token, response))
            list[index] = .append(append)
            return
        }
        respond(token, response)
    }
}

/// A static member's return under a new member id while nothing else changes, until that is durable.
struct StaticRejoin: Hashable, Sendable {
    let token: RequestToken
    let instanceID: GroupInstanceID
    let newID: MemberID
    /// The member as it was before.
    let former: GroupMember
    /// The leader as it was before, which may be the same member under its old id.
    let formerLeader: MemberID?
    let generation: GenerationID
    let supportsSkippingAssignment: Bool
}

/// One offset on its way to the log.
struct OffsetWrite: Hashable, Sendable {
    let partition: TopicPartition
    let value: OffsetCommitValue
}
