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
    /// Whether the member joins with what says so, and has nothing from before.
    let isJoining: Bool
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

    /// Whether the member has given up `revoked`, or never took it in hand, so that it need not be asked.
    ///
    /// That it does not name them is not enough: it may be about to take in hand what it was told last. librdkafka says
    /// that it has nothing in each heartbeat before it begins with its first assignment, also in the one that follows
    /// that assignment at once, while the names of the topics are on their way. Believed, it frees partitions that the
    /// client takes in hand before it has the answer, for others to own as well. The same goes for a member that is on
    /// its way to more than it says. So it is told what it keeps, and acknowledges that like any other assignment.
    ///
    /// Three are believed at once. A member that joins has heard of nothing that it could be about to take; a classic one
    /// takes nothing in hand between its join and its sync; and one that has just what it keeps, be it nothing, would
    /// see nothing to acknowledge, and wait with all the others for its rebalance timeout.
    ///
    /// A member that has been told is believed without any of this: its heartbeats come one after the other, so what it
    /// will take in hand is what it was told last.
    private func hasGivenUp(_ revoked: PartitionAssignment, keeping kept: PartitionAssignment) -> Bool {
        !owns(revoked) && (isJoining || member.usesClassicProtocol || owned == kept)
    }

    private func step(inEpoch epoch: Int32) -> CurrentAssignment {
        let assigned = member.current.assigned
        let kept = assigned.intersection(target)
        let revoked = assigned.subtracting(target)
        if !revoked.isEmpty && !hasGivenUp(revoked, keeping: kept) {
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
