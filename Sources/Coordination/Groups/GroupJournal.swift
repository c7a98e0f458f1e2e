internal import RecordFormat

/// The records of a group's events on their way to the log, one append at a time, and who waits for them.
///
/// Events that come while an append is under way share the next. An answer leaves when everything that it may rest on is
/// durable. If an append fails, all that came after the last durable one has never happened, and whoever waits is told
/// to ask again.
struct GroupJournal<State: Sendable>: Sendable {
    typealias Answer = (token: RequestToken, response: GroupResponse)

    /// The records of some events that go to the log together, and who waits for them.
    private struct Batch: Sendable {
        var records: [GroupRecord]
        var size: Int
        /// The group after these records.
        var state: State
        var held: [Answer]
    }

    /// How many bytes of records of several events go to the log in one append: far less than a batch may have.
    private static var batchSize: Int { 256 << 10 }

    /// What is on its way to the log.
    private var inFlight: Batch?
    /// What waits for that, oldest first.
    private var waiting: [Batch] = []

    /// Whether every event so far is durable.
    var isSettled: Bool { inFlight == nil }

    /// Sends an event's records to the log.
    ///
    /// - Parameters:
    ///   - records: The records, never none.
    ///   - state: The group after them.
    ///   - answer: The answer that leaves when they are durable, and who waits for it.
    ///   - effects: What is to be done about it.
    mutating func append(
        _ records: [GroupRecord], leadingTo state: State, answering answer: Answer?, _ effects: inout GroupEffects
    ) {
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
    mutating func hold(_ answer: Answer, _ effects: inout GroupEffects) {
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
    ///
    /// - Returns: The group as the log has it now; `nil` if no append was on its way.
    mutating func appendCompleted(_ effects: inout GroupEffects) -> State? {
        guard let batch = inFlight else { return nil }
        inFlight = nil
        for answer in batch.held { effects.respond(answer.token, answer.response) }
        sendNext(&effects)
        return batch.state
    }

    /// Answers everyone who waits with an error, and forgets what is on its way.
    mutating func dismiss(_ error: GroupError, _ effects: inout GroupEffects) {
        dismissWaiting(error, &effects)
        inFlight = nil
        waiting = []
    }

    /// Answers everyone who waits with an error; what is on its way stays there.
    mutating func dismissWaiting(_ error: GroupError, _ effects: inout GroupEffects) {
        let held = (inFlight?.held ?? []) + waiting.flatMap(\.held)
        for answer in held { effects.respond(answer.token, answer.response.failing(with: error)) }
        inFlight?.held = []
        for index in waiting.indices { waiting[index].held = [] }
    }

    /// Proves what must hold between any two events.
    func checkInvariants() { precondition(inFlight != nil || waiting.isEmpty, "records wait for nothing") }
}
