internal import RecordFormat

/// One member of a consumer group.
struct ConsumerMember: Hashable, Sendable {
    let id: MemberID
    /// What the member said of itself.
    var metadata = ConsumerMemberMetadata()
    /// What the member has.
    var current = CurrentAssignment()

    /// Whether the member speaks the classic protocol with the group.
    var usesClassicProtocol: Bool { metadata.classic != nil }

    /// Everything that nobody else can be given before the member has given it up.
    var held: PartitionAssignment { current.assigned.union(current.pendingRevocation) }

    /// Whether the member has what the target assignment of an epoch gives it.
    func isReconciled(to targetEpoch: Int32) -> Bool {
        current.state == .stable && current.epoch == targetEpoch
    }
}
