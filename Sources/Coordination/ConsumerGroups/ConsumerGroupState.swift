internal import RecordFormat

/// What a group of the consumer protocol is: the sum of its records, and nothing else.
///
/// It changes only by ``apply(_:)``, with the records of an event or those of a replay.
struct ConsumerGroupState: Hashable, Sendable {
    /// What the group is doing, by the names that ListGroups and ConsumerGroupDescribe show.
    enum Phase: String, Hashable, Sendable {
        /// No members; offsets may remain.
        case empty = "Empty"
        /// The target assignment is older than the group.
        case assigning = "Assigning"
        /// Some member does not have yet what it is to have.
        case reconciling = "Reconciling"
        /// Every member has what it is to have.
        case stable = "Stable"
    }

    /// Rises with each change of members, subscriptions or topics; 0 where no record says that the group exists.
    private(set) var groupEpoch: Int32 = 0
    /// The epoch of the group that the target assignment was made for.
    private(set) var targetEpoch: Int32 = 0
    /// The topics that the members subscribe to, as far as they existed when the group's epoch last rose.
    private(set) var topics: [String: CatalogedTopic] = [:]
    private(set) var members: [MemberID: ConsumerMember] = [:]
    private(set) var targets: [MemberID: PartitionAssignment] = [:]
    private(set) var expressions: [String: ResolvedExpression] = [:]

    /// The members that have instance ids, by them.
    private(set) var staticMembers: [GroupInstanceID: MemberID] = [:]
    /// Who has each partition, or has been asked to give it up and has not yet said that it did.
    private(set) var owners: [TopicID: [Int32: MemberID]] = [:]

    var phase: Phase {
        if members.isEmpty { return .empty }
        if groupEpoch > targetEpoch { return .assigning }
        return members.values.allSatisfy { $0.isReconciled(to: targetEpoch) } ? .stable : .reconciling
    }

    /// Whether the log has anything of the group.
    var exists: Bool { groupEpoch > 0 || !members.isEmpty }

    /// The members in ascending order of their ids.
    var sortedMembers: [ConsumerMember] { members.values.sorted { $0.id < $1.id } }

    /// The member that has an instance id.
    func staticMember(_ instanceID: GroupInstanceID) -> ConsumerMember? {
        staticMembers[instanceID].flatMap { members[$0] }
    }

    /// The topics that a member wants, whether they exist or not.
    func subscription(of member: ConsumerMember) -> Set<String> {
        Set(member.metadata.topicNames).union(member.metadata.expression.flatMap { expressions[$0]?.topics } ?? [])
    }

    /// The topics that any member wants, whether they exist or not.
    var subscribedTopics: Set<String> {
        members.values.reduce(into: []) { $0.formUnion(subscription(of: $1)) }
    }

    /// Takes over what one record says.
    mutating func apply(_ record: ConsumerGroupRecord) {
        switch record {
        case .group(let epoch): groupEpoch = epoch ?? 0
        case .topics(let topics): self.topics = topics ?? [:]
        case .member(let id, let metadata?):
            update(id) { $0.metadata = metadata }
        case .member(let id, nil):
            update(id) { $0.current = CurrentAssignment() }
            let member = members.removeValue(forKey: id)
            if let instanceID = member?.metadata.instanceID, staticMembers[instanceID] == id {
                staticMembers[instanceID] = nil
            }
        case .targetEpoch(let epoch): targetEpoch = epoch ?? 0
        case .target(let id, let assignment): targets[id] = assignment
        case .current(let id, let current?):
            update(id) { $0.current = current }
        case .current(let id, nil):
            // The member's own tombstone may have come before, by compaction.
            if members[id] != nil { update(id) { $0.current = CurrentAssignment() } }
        case .expression(let expression, let resolved): expressions[expression] = resolved
        }
    }

    /// Changes a member, which is made if there is none of this id, and all that follows from it.
    private mutating func update(_ id: MemberID, _ body: (inout ConsumerMember) -> Void) {
        var member = members[id] ?? ConsumerMember(id: id)
        let formerly = member.held
        body(&member)
        let held = member.held
        members[id] = member
        if let instanceID = member.metadata.instanceID { staticMembers[instanceID] = id }
        guard formerly != held else { return }
        for (topic, partitions) in formerly.partitions {
            for partition in partitions where owners[topic]?[partition] == id { owners[topic]?[partition] = nil }
            if owners[topic]?.isEmpty == true { owners[topic] = nil }
        }
        for (topic, partitions) in held.partitions {
            for partition in partitions { owners[topic, default: [:]][partition] = id }
        }
    }

    /// Whether some other member than `id` has a partition.
    func isHeld(_ topic: TopicID, _ partition: Int32, byOtherThan id: MemberID) -> Bool {
        owners[topic]?[partition].map { $0 != id } ?? false
    }

    /// The records that undo the group, in an order in which nothing is left of it at any point of a replay.
    var tombstones: [ConsumerGroupRecord] {
        let ids = Set(members.keys).union(targets.keys).sorted()
        return ids.map { .current($0, nil) } + ids.map { .target($0, nil) } + [.targetEpoch(nil)]
            + ids.map { .member($0, nil) } + expressions.keys.sorted().map { .expression($0, nil) }
            + [.topics(nil), .group(epoch: nil)]
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        var seen: [TopicID: [Int32: MemberID]] = [:]
        for member in members.values {
            precondition(
                member.current.assigned.isDisjoint(with: member.current.pendingRevocation),
                "member \(member.id) has what it is to give up")
            for (topic, partitions) in member.held.partitions {
                for partition in partitions {
                    let other = seen[topic, default: [:]].updateValue(member.id, forKey: partition)
                    precondition(other == nil, "partition \(partition) of \(topic) has two owners")
                }
            }
        }
        precondition(owners == seen, "owners are miscounted")
        precondition(targets.keys.allSatisfy { members[$0] != nil }, "a target without a member")
        precondition(targetEpoch <= groupEpoch, "a target of an epoch to come")
        var targeted = PartitionAssignment()
        for target in targets.values {
            precondition(targeted.isDisjoint(with: target), "a partition has two targets")
            targeted.formUnion(target)
        }
    }
}
