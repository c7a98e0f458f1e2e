import RecordFormat

@testable import Coordination

/// A host for a coordinator of groups whose offsets are part of transactions: a log that tests may delay or break, and
/// that knows of transactions what a real one knows.
final class OffsetTransactionHarness {
    /// What a coordinator that starts finds in the log.
    enum Entry {
        case record(GroupRecord, ProducerID?)
        case marker(GroupMarker)
    }

    /// What is on its way to the log.
    enum Write {
        case append(GroupAppend)
        case marker(GroupMarker, AppendToken)
    }

    static let partitionCount: Int32 = 4
    private(set) var coordinator = GroupCoordinator()
    private(set) var journal: [Entry] = []
    private(set) var unfinished: [Write] = []
    private(set) var answers: [RequestToken: GroupResponse] = [:]
    var isLogPrompt = true
    private var now = CoordinationTime(instant: .start, timestamp: Timestamp(milliseconds: 1_700_000_000_000))
    private var lastToken: UInt64 = 0

    private func perform(_ actions: [GroupAction]) {
        for action in actions {
            switch action {
            case .respond(let token, let response):
                precondition(answers[token] == nil, "\(token) was answered twice")
                answers[token] = response
            case .append(let append): unfinished.append(.append(append))
            case .appendMarker(let marker, let token): unfinished.append(.marker(marker, token))
            }
        }
        coordinator.checkInvariants()
        while isLogPrompt, !unfinished.isEmpty { completeFirst() }
    }

    func completeFirst(_ result: Result<Void, GroupAppendFailure> = .success(())) {
        let token: AppendToken
        var entries: [Entry]
        switch unfinished.removeFirst() {
        case .append(let append):
            token = append.token
            entries = append.records.map { .record($0, append.producer?.id) }
        case .marker(let marker, let markerToken):
            token = markerToken
            entries = [.marker(marker)]
        }
        if case .success = result { journal += entries }
        perform(coordinator.appendCompleted(token, result, at: now))
    }

    /// Starts the coordinator anew from what is durable.
    func restart() throws {
        unfinished = []
        coordinator = try replayed()
        perform(coordinator.replayCompleted(at: now))
    }

    func replayed() throws -> GroupCoordinator {
        var coordinator = GroupCoordinator()
        for entry in journal {
            switch entry {
            case .record(let record, let producer): try coordinator.replay(record, in: producer)
            case .marker(let marker): coordinator.replay(marker)
            }
        }
        coordinator.checkInvariants()
        return coordinator
    }

    func wait(_ duration: Duration) {
        now.instant = now.instant.advanced(by: duration)
        now.timestamp = now.timestamp.saturating(adding: duration)
        perform(coordinator.advance(to: now))
    }

    private func newToken() -> RequestToken {
        lastToken += 1
        return RequestToken(lastToken)
    }

    @discardableResult func commit(_ request: OffsetCommit, in producer: Int64? = nil) -> RequestToken {
        let token = newToken()
        if let producer {
            let identity = ProducerIdentity(ProducerID(producer), ProducerEpoch(0))
            perform(coordinator.commitOffsets(request, in: identity, token: token, at: now))
        } else {
            perform(coordinator.commitOffsets(request, token: token, at: now))
        }
        return token
    }

    @discardableResult func end(
        _ producer: Int64, _ outcome: TransactionOutcome, of group: GroupID = "group"
    ) -> RequestToken {
        let token = newToken()
        let marker = GroupMarker(
            producer: ProducerIdentity(ProducerID(producer), ProducerEpoch(0)), outcome: outcome, coordinatorEpoch: 0,
            partition: GroupCoordinator.groupPartition(for: group, partitionCount: Self.partitionCount),
            partitionCount: Self.partitionCount)
        perform(coordinator.endTransaction(marker, token: token))
        return token
    }

    func join(_ request: GroupJoin) -> RequestToken {
        let token = newToken()
        perform(coordinator.join(request, token: token, at: now))
        return token
    }

    func deleteGroup(_ group: GroupID = "group") {
        perform(coordinator.deleteGroup(group, token: newToken(), at: now))
    }

    func topicsDeleted(_ topics: Set<String>) { perform(coordinator.topicsDeleted(topics, at: now)) }

    func resign() { perform(coordinator.resign(at: now)) }

    // MARK: - Answers

    func errors(_ token: RequestToken) -> [GroupError?]? {
        guard case .offsetCommit(let result) = answers[token] else { return nil }
        return result.entries.map(\.error)
    }

    func offset(_ partition: TopicPartition = p0, of group: GroupID = "group") -> Int64? {
        let result = coordinator.fetchOffsets(OffsetFetch(groupID: group, partitions: [partition]))
        return result.entries[0].committed?.offset.rawValue
    }

    /// What one hears who wants to wait until nothing is about to change.
    func stableError(_ partition: TopicPartition = p0, of group: GroupID = "group") -> GroupError? {
        let request = OffsetFetch(groupID: group, partitions: [partition], requiresStable: true)
        return coordinator.fetchOffsets(request).entries[0].error
    }
}
