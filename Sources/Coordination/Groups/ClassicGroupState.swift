/// What a group is doing, by the names that DescribeGroups and ListGroups show.
public enum ClassicGroupState: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// No members; offsets may remain.
    case empty = "Empty"
    /// Waiting for members to join the next generation.
    case preparingRebalance = "PreparingRebalance"
    /// Waiting for the leader of a new generation to assign.
    case completingRebalance = "CompletingRebalance"
    /// Every member has, or can have, its assignment.
    case stable = "Stable"
    /// About to be deleted; also shown for groups that are not there.
    case dead = "Dead"

    /// The value as text, for logs and messages.
    public var description: String { rawValue }
}

/// What a group is doing, with what has to be known only while it is doing that.
enum ClassicGroupPhase: Hashable, Sendable {
    case empty
    case preparingRebalance(JoinRound)
    /// The leader's assignment may be on its way to the log; one is enough.
    case completingRebalance(isAssignmentInFlight: Bool)
    case stable
    /// The group's deletion is on its way to the log.
    case dead

    /// What the members' joining waits for.
    enum JoinRound: Hashable, Sendable {
        /// For other members to show up, as the first of an empty group have joined.
        case initial(InitialDelay)
        /// For the members of the last generation to join again.
        case rejoin
    }

    /// How long the first members of an empty group wait for others (`group.initial.rebalance.delay.ms`, KIP-134).
    struct InitialDelay: Hashable, Sendable {
        /// The wait that is running.
        var delay: Duration
        /// What may be added to it before the rebalance timeout is used up.
        var remaining: Duration
        /// Whether a member has joined during the wait, so that more may come.
        var hasNewMember = false
    }

    var state: ClassicGroupState {
        switch self {
        case .empty: .empty
        case .preparingRebalance: .preparingRebalance
        case .completingRebalance: .completingRebalance
        case .stable: .stable
        case .dead: .dead
        }
    }
}
