internal import RecordFormat

/// One group of the consumer protocol (KIP-848): what it is, and what of that is not durable yet.
///
/// Each event is taken at once and its records are sent to the log, one append at a time; events that come meanwhile
/// share the next. An answer leaves when everything that it may rest on is durable. If an append fails, all that came
/// after the last durable one has never happened, and whoever waits is told to ask again.
struct ConsumerGroup: Sendable {
    /// The records of some events that go to the log together, and who waits for them.
    private struct Batch: Sendable {
        var records: [GroupRecord]
        var size: Int
        /// The group after these records.
        var state: ConsumerGroupState
        var held: [(token: RequestToken, response: GroupResponse)]
    }

    /// How many bytes of records of several events go to the log in one append: far less than a batch may have.
    private static let batchSize = 256 << 10

    let id: GroupID
    /// The group after all events.
    private(set) var state: ConsumerGroupState
    /// The group as the log has it, which alone is shown.
    private(set) var durableState: ConsumerGroupState
    private(set) var seen = ConsumerGroupChange.SeenCatalog()
    /// What is on its way to the log.
    private var inFlight: Batch?
    /// What waits for that, oldest first.
    private var waiting: [Batch] = []
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
    var isSettled: Bool { inFlight == nil }

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
        let size = records.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
        let held = answer.map { [$0] } ?? []
        if let last = waiting.indices.last, waiting[last].size + size <= Self.batchSize {
            waiting[last].records += records
            waiting[last].size += size
            waiting[last].state = state
            waiting[last].held += held
        } else {
            waiting.append(Batch(records: records, size: size, state: state, held: held))
        }
        sendNext(&effects)
    }

    /// Answers when all that has happened so far is durable.
    mutating func hold(_ answer: (token: RequestToken, response: GroupResponse), _ effects: inout GroupEffects) {
        if let last = waiting.indices.last {
            waiting[last].held.append(answer)
        } else if inFlight != nil {
            inFlight?.held.append(answer)
        } else {
            effects.respond(answer.token, answer.response)
        }
    }

    private mutating func sendNext(_ effects: inout GroupEffects) {
        guard inFlight == nil, !waiting.isEmpty else { return }
        let batch = waiting.removeFirst()
        inFlight = batch
        effects.append(batch.records, for: .membership)
    }

    /// The append on its way is durable.
    mutating func appendCompleted(_ effects: inout GroupEffects) {
        guard let batch = inFlight else { return }
        inFlight = nil
        durableState = batch.state
        for answer in batch.held { effects.respond(answer.token, answer.response) }
        sendNext(&effects)
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
    mutating func dismiss(_ error: GroupError, _ effects: inout GroupEffects) {
        for batch in (inFlight.map { [$0] } ?? []) + waiting {
            for answer in batch.held { effects.respond(answer.token, answer.response.failing(with: error)) }
        }
        inFlight = nil
        waiting = []
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
        precondition(inFlight != nil || waiting.isEmpty, "records wait for nothing")
        precondition(inFlight != nil || opening != nil || state == durableState, "a change was lost")
    }
}
