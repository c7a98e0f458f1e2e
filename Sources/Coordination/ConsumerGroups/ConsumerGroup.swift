internal import RecordFormat

/// One group of the consumer protocol (KIP-848): what it is, and what of that is not durable yet.
///
/// Each event is taken at once and its records are sent to the log by a ``GroupJournal``.
struct ConsumerGroup: Sendable {
    let id: GroupID
    /// The group after all events.
    private(set) var state: ConsumerGroupState
    /// The group as the log has it, which alone is shown.
    private(set) var durableState: ConsumerGroupState
    private(set) var seen = ConsumerGroupChange.SeenCatalog()
    /// What is on its way to the log, and who waits for it.
    private var journal = GroupJournal<ConsumerGroupState>()
    /// The classic members that have been told to join again, and those that are to fetch their assignment.
    var awaited = AwaitedMembers()

    /// What makes the group out of a classic one, until the first event has taken it along.
    private var opening: Opening?

    /// What makes a consumer group out of a classic one.
    private struct Opening: Sendable {
        /// The end of the classic group.
        let records: [GroupRecord]
        let change: ConsumerGroupChange
    }

    /// The classic members of whom a step is awaited within their rebalance timeout.
    struct AwaitedMembers: Hashable, Sendable {
        var joins: Set<MemberID> = []
        var syncs: Set<MemberID> = []
    }

    /// Creates a group of which the log has nothing, or what a replay has found.
    init(id: GroupID, state: ConsumerGroupState = ConsumerGroupState()) {
        self.id = id
        self.state = state
        durableState = state
    }

    /// Creates a group out of a classic one, which the first event that is not refused brings about.
    ///
    /// - Parameters:
    ///   - id: The group.
    ///   - change: The group's records, on top of none.
    ///   - records: The end of the classic group.
    init(id: GroupID, opening change: ConsumerGroupChange, after records: [GroupRecord]) {
        self.init(id: id)
        state = change.state
        opening = Opening(records: records, change: change)
    }

    /// Starts the change that an event makes.
    func makeChange() -> ConsumerGroupChange { opening?.change ?? ConsumerGroupChange(of: state, seen: seen) }

    /// Whether every event so far is durable.
    var isSettled: Bool { journal.isSettled }

    /// Whether nothing is lost when the group is forgotten without a record.
    var isForgettable: Bool { !state.exists && !durableState.exists && isSettled }

    /// Takes over a record of the log, before the first event.
    mutating func replay(_ record: ConsumerGroupRecord) {
        state.apply(record)
        durableState = state
    }

    /// Takes an event's change, and answers whoever asked for it when it is durable.
    ///
    /// A change without records is answered when all before it is durable: its answer rests on that.
    ///
    /// - Parameters:
    ///   - change: The change.
    ///   - classic: The record of the classic group that takes this one's place.
    ///   - answer: The answer and who waits for it.
    ///   - effects: What is to be done about it.
    mutating func commit(
        _ change: ConsumerGroupChange, becoming classic: GroupRecord? = nil,
        answering answer: (token: RequestToken, response: GroupResponse)? = nil, _ effects: inout GroupEffects
    ) {
        seen = change.seen
        state = change.state
        guard !change.records.isEmpty else {
            if let answer { hold(answer, &effects) }
            return
        }
        let records =
            (opening?.records ?? []) + change.records.map { $0.encoded(for: id) } + (classic.map { [$0] } ?? [])
        opening = nil
        journal.append(records, leadingTo: state, answering: answer, &effects)
    }

    /// Answers when all that has happened so far is durable.
    mutating func hold(_ answer: (token: RequestToken, response: GroupResponse), _ effects: inout GroupEffects) {
        journal.hold(answer, &effects)
    }

    /// The append on its way is durable.
    mutating func appendCompleted(_ effects: inout GroupEffects) {
        if let state = journal.appendCompleted(&effects) { durableState = state }
    }

    /// The append on its way did not become durable, and what rests on it never happened.
    mutating func appendFailed(_ error: GroupError, _ effects: inout GroupEffects) {
        dismiss(error, &effects)
        state = durableState
        seen = ConsumerGroupChange.SeenCatalog()
        awaited = AwaitedMembers()
        // Timers may have been taken from members that are in the group after all.
        watchMembers(&effects)
    }

    /// Answers everyone who waits with an error.
    mutating func dismiss(_ error: GroupError, _ effects: inout GroupEffects) { journal.dismiss(error, &effects) }

    /// Answers everyone who waits with an error; what is on its way to the log stays there.
    mutating func dismissWaiting(_ error: GroupError, _ effects: inout GroupEffects) {
        journal.dismissWaiting(error, &effects)
    }

    /// Starts the session of every member anew, and the wait for those that are to give up partitions.
    func watchMembers(_ effects: inout GroupEffects) {
        for member in state.sortedMembers {
            watch(member, &effects)
            watchRevocation(of: member, &effects)
        }
    }

    /// Starts a member's session anew.
    func watch(_ member: ConsumerMember, _ effects: inout GroupEffects) {
        let timeout =
            member.metadata.classic.map { Duration(wireMilliseconds: $0.sessionTimeoutMs) }
            ?? effects.consumerSettings.sessionTimeout
        effects.schedule(.session(member.id), after: timeout)
    }

    /// Starts or ends the wait for a member to give up partitions; classic members have timers of their own.
    func watchRevocation(of member: ConsumerMember, _ effects: inout GroupEffects) {
        if member.current.state == .unrevokedPartitions && !member.usesClassicProtocol {
            effects.schedule(
                .revocation(member.id), after: Duration(wireMilliseconds: member.metadata.rebalanceTimeoutMs))
        } else {
            effects.cancel(.revocation(member.id))
        }
    }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        state.checkInvariants()
        durableState.checkInvariants()
        journal.checkInvariants()
        precondition(!isSettled || opening != nil || state == durableState, "a change was lost")
    }
}
