/// Divides the work so that only what moves stops (KIP-415).
///
/// A value without I/O or clock, kept by a leader from rebalance to rebalance. What moves is revoked in one round and
/// assigned in the next, when its worker has let go of it. What a worker that went away ran is held back for a while:
/// it may come back.
struct IncrementalAssignor: Sendable {
    /// The longest time for which work is held back; `scheduled.rebalance.max.delay.ms`.
    private let maximumDelay: Duration
    /// What was assigned or held back after the last round.
    private var previous = WorkAssignment()
    private var previousMembers: Set<String> = []
    private var previousGeneration: Int32 = -1
    /// When what is held back is given away.
    private var due: ContinuousClock.Instant?
    /// Members that came with nothing while work was held back: probably the ones that it is held back for.
    private var returned: Set<String> = []
    private var hasRevokedBefore = false
    private var revokingRounds = 0

    init(maximumDelay: Duration) { self.maximumDelay = maximumDelay }

    /// Divides the work.
    ///
    /// - Parameters:
    ///   - configured: All the work there is.
    ///   - members: What each member of the group runs now; at least one.
    ///   - generation: The group's generation that the division is for.
    ///   - completed: The last generation whose assignment this leader received; with another one than it last
    ///     divided for, others have divided since, or the division came to nothing.
    mutating func divide(
        _ configured: WorkAssignment, among members: [String: WorkAssignment], generation: Int32,
        completed: Int32, now: ContinuousClock.Instant
    ) -> GroupDivision {
        precondition(!members.isEmpty, "somebody has to do the work")
        if previousGeneration != completed { previous = WorkAssignment() }
        let active = members.values.reduce(WorkAssignment()) { $0.union($1) }
        let lost = previous.intersection(configured).subtracting(active)
        let created = configured.subtracting(previous).subtracting(active)
        var shares = Self.withoutWrong(members, configured)
        var running = shares.mapValues(\.running)

        var toAssign = created
        var heldBack = WorkAssignment()
        let delay = decide(on: lost, members: &running, toAssign: &toAssign, heldBack: &heldBack, now)
        let balancing = delay == .zero ? surplus(of: configured, running, now) : (revoked: [:], delay: delay)
        if delay > .zero { hasRevokedBefore = false }
        for (member, work) in balancing.revoked {
            let wrong = shares[member]?.revoked ?? WorkAssignment()
            shares[member]?.revoked = wrong.union(work)
            running[member] = running[member]?.subtracting(work)
        }
        Self.assign(toAssign.connectors.sorted(), \.connectors, to: &running)
        Self.assign(toAssign.tasks.sorted(), \.tasks, to: &running)

        for (member, work) in running {
            shares[member]?.running = work
            shares[member]?.assigned = work.subtracting(members[member] ?? WorkAssignment())
        }
        previous = running.values.reduce(heldBack) { $0.union($1) }
        previousMembers = Set(members.keys)
        previousGeneration = generation
        return GroupDivision(shares: shares, delay: balancing.delay, heldBack: heldBack)
    }

    /// Takes from each member what is deleted, and from all of them what more than one of them runs.
    private static func withoutWrong(
        _ members: [String: WorkAssignment], _ configured: WorkAssignment
    ) -> [String: GroupDivision.Share] {
        var once = WorkAssignment()
        var twice = WorkAssignment()
        for work in members.values {
            twice = twice.union(once.intersection(work))
            once = once.union(work)
        }
        return members.mapValues { work in
            let right = work.intersection(configured).subtracting(twice)
            return GroupDivision.Share(revoked: work.subtracting(right), running: right)
        }
    }

    /// Decides what becomes of work that nobody runs any more.
    ///
    /// - Returns: How long it is still held back.
    private mutating func decide(
        on lost: WorkAssignment, members: inout [String: WorkAssignment], toAssign: inout WorkAssignment,
        heldBack: inout WorkAssignment, _ now: ContinuousClock.Instant
    ) -> Duration {
        if lost.isEmpty && (due == nil || !hasRevokedBefore) {
            forgetDelay()
            return .zero
        }
        // Nobody went away: the workers did not hear of the last assignment.
        let isUnheard = due == nil && previousMembers.isSubset(of: members.keys)
        if isUnheard || maximumDelay == .zero {
            toAssign = toAssign.union(lost)
            return .zero
        }
        if let due, now >= due {
            let candidates = returned.filter { members[$0] != nil }
            if candidates.isEmpty {
                toAssign = toAssign.union(lost)
            } else {
                var chosen = members.filter { candidates.contains($0.key) }
                Self.assign(lost.connectors.sorted(), \.connectors, to: &chosen)
                Self.assign(lost.tasks.sorted(), \.tasks, to: &chosen)
                members.merge(chosen) { $1 }
            }
            forgetDelay()
            hasRevokedBefore = false
            return .zero
        }
        returned.formUnion(members.filter(\.value.isEmpty).keys)
        heldBack = lost
        let delay = due.map { min(now.duration(to: $0), maximumDelay) } ?? maximumDelay
        due = now + delay
        return delay
    }

    private mutating func forgetDelay() {
        due = nil
        returned = []
    }

    /// What members run beyond their even share, and how long to wait with it when the round before took some already:
    /// workers that come one after the other must not have the same tasks stop again and again.
    private mutating func surplus(
        of configured: WorkAssignment, _ running: [String: WorkAssignment], _ now: ContinuousClock.Instant
    ) -> (revoked: [String: WorkAssignment], delay: Duration) {
        var revoked: [String: WorkAssignment] = [:]
        if running.values.contains(where: { !$0.isEmpty }) {
            for (member, taken) in Self.surplus(configured.connectors.count, running.mapValues(\.connectors)) {
                revoked[member, default: WorkAssignment()].connectors = taken
            }
            for (member, taken) in Self.surplus(configured.tasks.count, running.mapValues(\.tasks)) {
                revoked[member, default: WorkAssignment()].tasks = taken
            }
        }
        guard !revoked.isEmpty else {
            hasRevokedBefore = false
            revokingRounds = 0
            return ([:], .zero)
        }
        guard hasRevokedBefore else {
            hasRevokedBefore = true
            return (revoked, .zero)
        }
        revokingRounds += 1
        // 40 ms, 1.6 s, 64 s: Kafka's steps.
        var delay = Duration.milliseconds(1)
        for _ in 0..<revokingRounds where delay < maximumDelay { delay *= 40 }
        delay = min(delay, maximumDelay)
        guard delay > .zero else { return (revoked, .zero) }
        due = now + delay
        return ([:], delay)
    }

    /// What each member has beyond an even share of `total`.
    private static func surplus<Item: Comparable>(
        _ total: Int, _ running: [String: Set<Item>]
    ) -> [String: Set<Item>] {
        let (least, extras) = total.quotientAndRemainder(dividingBy: running.count)
        var extrasLeft = extras
        var surplus: [String: Set<Item>] = [:]
        // Those with the most keep what cannot be divided evenly.
        for (member, items) in running.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) })
        where items.count > least {
            let share = extrasLeft > 0 ? least + 1 : least
            if extrasLeft > 0 { extrasLeft -= 1 }
            if items.count > share { surplus[member] = Set(items.sorted().suffix(items.count - share)) }
        }
        return surplus
    }

    /// Gives each item to the member that has the fewest.
    private static func assign<Item: Hashable>(
        _ items: [Item], _ part: WritableKeyPath<WorkAssignment, Set<Item>>,
        to members: inout [String: WorkAssignment]
    ) {
        var loads = members.map { (count: $0.value[keyPath: part].count, member: $0.key) }
            .sorted { ($0.count, $0.member) < ($1.count, $1.member) }
        for item in items {
            members[loads[0].member]?[keyPath: part].insert(item)
            loads[0].count += 1
            // The one that got it sinks behind those that have fewer now.
            var place = 0
            while place + 1 < loads.count,
                (loads[place].count, loads[place].member) > (loads[place + 1].count, loads[place + 1].member)
            {
                loads.swapAt(place, place + 1)
                place += 1
            }
        }
    }
}
