internal import RecordFormat

/// What an assignor is asked: who wants which topics, and who has what.
struct AssignmentProblem: Sendable {
    /// One member that gets partitions.
    struct Member: Sendable {
        let id: MemberID
        let instanceID: GroupInstanceID?
        /// The topics that the member wants; each of them exists.
        let topics: Set<TopicID>
        /// What the member was to have so far.
        let assigned: PartitionAssignment
    }

    /// The members, in ascending order of their ids: answers must not depend on a hash table's whim.
    let members: [Member]
    /// How many partitions each topic has that any member wants.
    let partitionCounts: [TopicID: Int32]

    /// Creates a problem; members come in any order.
    init(members: [Member], partitionCounts: [TopicID: Int32]) {
        self.members = members.sorted { $0.id < $1.id }
        self.partitionCounts = partitionCounts
    }

    /// Whether all members want the same topics.
    var isHomogeneous: Bool { members.allSatisfy { $0.topics == members[0].topics } }

    /// The numbers of a topic's partitions.
    func partitions(of topic: TopicID) -> Range<Int32> { 0..<(partitionCounts[topic] ?? 0) }

    /// What a member was to have, less what it does not want any more and what is not there any more.
    func wanted(by member: Member) -> PartitionAssignment {
        member.assigned.filter { member.topics.contains($0) && partitions(of: $0).contains($1) }
    }
}
