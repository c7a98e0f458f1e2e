import Coordination
import KafkaClient
import KafkaProtocol
import RecordFormat

/// From where a group is to read a partition, in which state epoch.
struct ShareStateSetup: Sendable {
    var stateEpoch: Int32
    var start: LogOffset
}

/// How far a group has come in a partition, by what the log has.
struct ShareStateSummary: Sendable {
    var stateEpoch: Int32
    var leaderEpoch: Int32
    var progress: SharePartitionProgress
}

extension InitializeShareGroupStateRequest: ShareStateRequest {
    typealias Wish = ShareStateSetup
    typealias Finding = NoFinding

    static var lane: ConnectionLane { .shareStateWrites }

    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>> { peers.setups }

    init(groupID: String, wishes: [ShareStateItem<ShareStateSetup>]) {
        let topics = wishes.byTopic(InitializeStateData.init(topicID:partitions:)) {
            PartitionData(
                partition: $0.partition, stateEpoch: $0.value.stateEpoch, startOffset: $0.value.start.rawValue)
        }
        self.init(groupID: groupID, topics: topics)
    }

    var wishes: [ShareStateItem<ShareStateSetup>] {
        topics.flatMap { topic in
            topic.partitions.map {
                let setup = ShareStateSetup(stateEpoch: $0.stateEpoch, start: LogOffset($0.startOffset))
                return .init(topicID: topic.topicID, partition: $0.partition, value: setup)
            }
        }
    }

    static func perform(
        _ wish: ShareStateSetup, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report
    ) {
        shares.initializeState(of: key, wish) { completion($0.outcome) }
    }

    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> InitializeShareGroupStateResponse {
        typealias Answer = InitializeShareGroupStateResponse
        let results = outcomes.byTopic(Answer.InitializeStateResult.init(topicID:partitions:)) { item in
            let fault = ShareStateFault(item.value)
            return Answer.PartitionResult(
                partition: item.partition, errorCode: fault.errorCode, errorMessage: fault.errorMessage)
        }
        return Answer(results: results)
    }

    static func outcomes(in response: InitializeShareGroupStateResponse) -> [ShareStateItem<Outcome>] {
        response.results.flatMap { topic in
            topic.partitions.map {
                let outcome = ShareStateFault.outcome($0.errorCode, $0.errorMessage, NoFinding())
                return .init(topicID: topic.topicID, partition: $0.partition, value: outcome)
            }
        }
    }
}

extension DeleteShareGroupStateRequest: ShareStateRequest {
    typealias Wish = NoFinding
    typealias Finding = NoFinding

    static var lane: ConnectionLane { .shareStateWrites }

    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>> { peers.deletions }

    init(groupID: String, wishes: [ShareStateItem<NoFinding>]) {
        let topics = wishes.byTopic(DeleteStateData.init(topicID:partitions:)) {
            PartitionData(partition: $0.partition)
        }
        self.init(groupID: groupID, topics: topics)
    }

    var wishes: [ShareStateItem<NoFinding>] {
        topics.flatMap { topic in
            topic.partitions.map { .init(topicID: topic.topicID, partition: $0.partition, value: NoFinding()) }
        }
    }

    static func perform(
        _ wish: NoFinding, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report
    ) {
        shares.deleteState(of: key) { completion($0.outcome) }
    }

    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> DeleteShareGroupStateResponse {
        typealias Answer = DeleteShareGroupStateResponse
        let results = outcomes.byTopic(Answer.DeleteStateResult.init(topicID:partitions:)) { item in
            let fault = ShareStateFault(item.value)
            return Answer.PartitionResult(
                partition: item.partition, errorCode: fault.errorCode, errorMessage: fault.errorMessage)
        }
        return Answer(results: results)
    }

    static func outcomes(in response: DeleteShareGroupStateResponse) -> [ShareStateItem<Outcome>] {
        response.results.flatMap { topic in
            topic.partitions.map {
                let outcome = ShareStateFault.outcome($0.errorCode, $0.errorMessage, NoFinding())
                return .init(topicID: topic.topicID, partition: $0.partition, value: outcome)
            }
        }
    }
}

extension ReadShareGroupStateSummaryRequest: ShareStateRequest {
    typealias Wish = NoFinding
    /// How far the group has come; `nil` where it has not begun to read.
    typealias Finding = ShareStateSummary?

    static var lane: ConnectionLane { .shareStateReads }

    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>> { peers.summaries }

    init(groupID: String, wishes: [ShareStateItem<NoFinding>]) {
        let topics = wishes.byTopic(ReadStateSummaryData.init(topicID:partitions:)) {
            // Whoever asks leads nothing.
            PartitionData(partition: $0.partition, leaderEpoch: -1)
        }
        self.init(groupID: groupID, topics: topics)
    }

    var wishes: [ShareStateItem<NoFinding>] {
        topics.flatMap { topic in
            topic.partitions.map { .init(topicID: topic.topicID, partition: $0.partition, value: NoFinding()) }
        }
    }

    static func perform(
        _ wish: NoFinding, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report
    ) {
        completion(shares.summarizeState(of: key))
    }

    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> ReadShareGroupStateSummaryResponse {
        typealias Answer = ReadShareGroupStateSummaryResponse
        let results = outcomes.byTopic(Answer.ReadStateSummaryResult.init(topicID:partitions:)) { item in
            let fault = ShareStateFault(item.value)
            let summary = try? item.value.get()
            return Answer.PartitionResult(
                partition: item.partition, errorCode: fault.errorCode, errorMessage: fault.errorMessage,
                stateEpoch: summary?.stateEpoch ?? 0, leaderEpoch: summary?.leaderEpoch ?? 0,
                startOffset: summary?.progress.startOffset.rawValue ?? (fault.errorCode == 0 ? -1 : 0),
                deliveryCompleteCount: summary.map { Int32(clamping: $0.progress.doneCount) } ?? -1)
        }
        return Answer(results: results)
    }

    static func outcomes(in response: ReadShareGroupStateSummaryResponse) -> [ShareStateItem<Outcome>] {
        response.results.flatMap { topic in
            topic.partitions.map { answer in
                let outcome = ShareStateFault.outcome(answer.errorCode, answer.errorMessage, Self.finding(in: answer))
                return .init(topicID: topic.topicID, partition: answer.partition, value: outcome)
            }
        }
    }

    private static func finding(in answer: ReadShareGroupStateSummaryResponse.PartitionResult) -> Finding? {
        guard answer.startOffset >= 0 else { return .some(nil) }
        return ShareStateSummary(
            stateEpoch: answer.stateEpoch, leaderEpoch: answer.leaderEpoch,
            progress: SharePartitionProgress(
                startOffset: LogOffset(answer.startOffset), doneCount: Int64(max(0, answer.deliveryCompleteCount))))
    }
}
