internal import RecordFormat

/// The next step of a member on its way to what it is to have (KIP-848).
///
/// A member first gives up what is not its own any more, in its old epoch; then it goes on to the target's epoch and
/// gets what is free; what others have not given up yet follows in that epoch.
struct MemberReconciliation {
    let member: ConsumerMember
    let targetEpoch: Int32
    let target: PartitionAssignment
    /// What the member says it has; `nil` where it says nothing.
    let owned: PartitionAssignment?
    /// Whether some other member has a partition.
    let isHeldByOther: (TopicID, Int32) -> Bool

    /// What the member has after this step; the same as before where it cannot go on.
    var next: CurrentAssignment {
        switch member.current.state {
        case .stable:
            member.current.epoch == targetEpoch ? member.current : step(inEpoch: member.current.epoch)
        case .unrevokedPartitions:
            // With what it had to give up the member has left its epoch, even where it has more to give up by now.
            owns(member.current.pendingRevocation) ? member.current : step(inEpoch: member.current.epoch + 1)
        case .unreleasedPartitions:
            step(inEpoch: member.current.epoch)
        }
    }

    /// Whether the member may still have any of `partitions`; one that says nothing may.
    private func owns(_ partitions: PartitionAssignment) -> Bool {
        owned.map { !$0.isDisjoint(with: partitions) } ?? true
    }

    private func step(inEpoch epoch: Int32) -> CurrentAssignment {
        let assigned = member.current.assigned
        let kept = assigned.intersection(target)
        let revoked = assigned.subtracting(target)
        if !revoked.isEmpty && owns(revoked) {
            var next = member.current.advanced(to: epoch)
            next.state = .unrevokedPartitions
            next.assigned = kept
            next.pendingRevocation = revoked
            return next
        }
        let missing = target.subtracting(kept)
        let free = missing.filter { !isHeldByOther($0, $1) }
        var next = member.current.advanced(to: targetEpoch)
        next.state = free == missing ? .stable : .unreleasedPartitions
        next.assigned = kept.union(free)
        next.pendingRevocation = PartitionAssignment()
        // A heartbeat that brings nothing must not make a record.
        let hasChanged =
            next.epoch != member.current.epoch || next.state != member.current.state || next.assigned != assigned
        return hasChanged ? next : member.current
    }
}
