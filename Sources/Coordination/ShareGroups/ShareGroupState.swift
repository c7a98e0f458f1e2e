internal import RecordFormat

/// One member of a share group.
struct ShareMember: Hashable, Sendable {
    let id: MemberID
    /// What the member said of itself.
    var metadata = ShareMemberMetadata()
    /// What the member has.
    var current = ShareMemberAssignment()
}

/// What a share group is: the sum of its records, and nothing else.
///
/// It changes only by ``apply(_:)``, with the records of an event or those of a replay.
struct ShareGroupState: Hashable, Sendable {
    /// What the group is doing, by the names that ListGroups and ShareGroupDescribe show.
    enum Phase: String, Hashable, Sendable {
        /// No members; what has become of records remains.
        case empty = "Empty"
        /// There are members.
        case stable = "Stable"
    }

    /// Rises with each change of members, subscriptions or topics; 0 where no record says that the group exists.
    private(set) var groupEpoch: Int32 = 0
    /// What the topics that the members want were like when the group's epoch last rose.
    private(set) var topicsHash: Int64 = 0
    /// The epoch of the group that the target assignment was made for.
    private(set) var targetEpoch: Int32 = 0
    private(set) var members: [MemberID: ShareMember] = [:]
    private(set) var targets: [MemberID: PartitionAssignment] = [:]

    var phase: Phase { members.isEmpty ? .empty : .stable }

    /// Whether the log has anything of the group.
    var exists: Bool { groupEpoch > 0 || !members.isEmpty }

    /// The members in ascending order of their ids.
    var sortedMembers: [ShareMember] { members.values.sorted { $0.id < $1.id } }

    /// The topics that any member wants, whether they exist or not.
    var subscribedTopics: Set<String> { members.values.reduce(into: []) { $0.formUnion($1.metadata.topicNames) } }

    /// Takes over what one record says.
    mutating func apply(_ record: ShareGroupRecord) {
        switch record {
        case .group(let epoch):
            groupEpoch = epoch?.epoch ?? 0
            topicsHash = epoch?.topicsHash ?? 0
        case .member(let id, let metadata?): members[id, default: ShareMember(id: id)].metadata = metadata
        case .member(let id, nil): members[id] = nil
        case .targetEpoch(let epoch): targetEpoch = epoch ?? 0
        case .target(let id, let assignment): targets[id] = assignment
        case .current(let id, let current?): members[id, default: ShareMember(id: id)].current = current
        // The member's own tombstone may have come before, by compaction.
        case .current(let id, nil): members[id]?.current = ShareMemberAssignment()
        }
    }

    /// The records that undo the group, in an order in which nothing is left of it at any point of a replay.
    var tombstones: [ShareGroupRecord] {
        let ids = Set(members.keys).union(targets.keys).sorted()
        return ids.map { .current($0, nil) } + ids.map { .target($0, nil) } + [.targetEpoch(nil)]
            + ids.map { .member($0, nil) } + [.group(nil)]
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        precondition(targets.keys.allSatisfy { members[$0] != nil }, "a target without a member")
        precondition(targetEpoch <= groupEpoch, "a target of an epoch to come")
        for member in members.values {
            precondition(member.current.epoch <= targetEpoch, "member \(member.id) is in an epoch to come")
        }
    }
}
