import Coordination
import KafkaClient
import KafkaProtocol
import LogCore
import RecordFormat

extension ReadShareGroupStateRequest: ShareStateRequest {
    /// The epoch in which the one who asks leads the partition.
    typealias Wish = LeaderEpoch
    /// What is known; `nil` where nothing is.
    typealias Finding = ShareSnapshot?

    static var lane: ConnectionLane { .shareStateReads }

    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>> { peers.reads }

    init(groupID: String, wishes: [ShareStateItem<LeaderEpoch>]) {
        let topics = wishes.byTopic(ReadStateData.init(topicID:partitions:)) {
            PartitionData(partition: $0.partition, leaderEpoch: $0.value.rawValue)
        }
        self.init(groupID: groupID, topics: topics)
    }

    var wishes: [ShareStateItem<LeaderEpoch>] {
        topics.flatMap { topic in
            topic.partitions.map {
                .init(topicID: topic.topicID, partition: $0.partition, value: LeaderEpoch($0.leaderEpoch))
            }
        }
    }

    static func perform(
        _ wish: LeaderEpoch, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report
    ) {
        completion(shares.readState(of: key, for: wish))
    }

    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> ReadShareGroupStateResponse {
        typealias Answer = ReadShareGroupStateResponse
        let results = outcomes.byTopic(Answer.ReadStateResult.init(topicID:partitions:)) { item in
            let fault = ShareStateFault(item.value)
            let known = try? item.value.get()
            return Answer.PartitionResult(
                partition: item.partition, errorCode: fault.errorCode, errorMessage: fault.errorMessage,
                stateEpoch: known?.stateEpoch ?? 0,
                startOffset: known?.startOffset.rawValue ?? (fault.errorCode == 0 ? -1 : 0),
                stateBatches: (known?.batches ?? []).map {
                    .init(
                        firstOffset: $0.first.rawValue, lastOffset: $0.next.rawValue - 1,
                        deliveryState: $0.state.rawValue, deliveryCount: $0.deliveryCount)
                })
        }
        return Answer(results: results)
    }

    static func outcomes(in response: ReadShareGroupStateResponse) -> [ShareStateItem<Outcome>] {
        response.results.flatMap { topic in
            topic.partitions.map { answer in
                let outcome = ShareStateFault.outcome(answer.errorCode, answer.errorMessage, Self.finding(in: answer))
                return .init(topicID: topic.topicID, partition: answer.partition, value: outcome)
            }
        }
    }

    private static func finding(in answer: ReadShareGroupStateResponse.PartitionResult) -> Finding? {
        guard answer.startOffset >= 0 else { return .some(nil) }
        var batches: [ShareStateBatch] = []
        for batch in answer.stateBatches {
            guard
                let understood = ShareStateBatch(
                    first: batch.firstOffset, last: batch.lastOffset, state: batch.deliveryState,
                    deliveryCount: batch.deliveryCount)
            else { return nil }
            batches.append(understood)
        }
        return ShareSnapshot(
            snapshotEpoch: 0, stateEpoch: answer.stateEpoch, leaderEpoch: 0,
            startOffset: LogOffset(answer.startOffset), batches: batches)
    }
}

extension WriteShareGroupStateRequest: ShareStateRequest {
    /// What has changed; `nil` where that makes no sense.
    typealias Wish = ShareStateChange?
    typealias Finding = NoFinding

    static var lane: ConnectionLane { .shareStateWrites }

    static func line(to peers: ShareStatePeers) -> PeerBatches<ShareStatePeers.Question<Self>> { peers.writes }

    init(groupID: String, wishes: [ShareStateItem<ShareStateChange?>]) {
        let topics = wishes.byTopic(WriteStateData.init(topicID:partitions:)) { item in
            PartitionData(
                partition: item.partition, stateEpoch: item.value?.stateEpoch ?? 0,
                leaderEpoch: item.value?.leaderEpoch.rawValue ?? 0, startOffset: item.value?.startOffset.rawValue ?? -1,
                stateBatches: (item.value?.batches ?? []).map {
                    .init(
                        firstOffset: $0.first.rawValue, lastOffset: $0.next.rawValue - 1,
                        deliveryState: $0.state.rawValue, deliveryCount: $0.deliveryCount)
                })
        }
        self.init(groupID: groupID, topics: topics)
    }

    var wishes: [ShareStateItem<ShareStateChange?>] {
        topics.flatMap { topic in
            topic.partitions.map {
                .init(topicID: topic.topicID, partition: $0.partition, value: Self.change(in: $0))
            }
        }
    }

    private static func change(in data: PartitionData) -> ShareStateChange? {
        guard data.startOffset >= -1, data.leaderEpoch >= 0 else { return nil }
        var change = ShareStateChange(
            stateEpoch: data.stateEpoch, leaderEpoch: LeaderEpoch(data.leaderEpoch),
            startOffset: LogOffset(data.startOffset), batches: [])
        for batch in data.stateBatches {
            guard
                let understood = ShareStateBatch(
                    first: batch.firstOffset, last: batch.lastOffset, state: batch.deliveryState,
                    deliveryCount: batch.deliveryCount)
            else { return nil }
            change.batches.append(understood)
        }
        return change
    }

    static func perform(
        _ wish: ShareStateChange?, on key: SharePartitionKey, by shares: ShareHost, completion: @escaping Report
    ) {
        shares.writeState(wish, of: key) { completion($0.outcome) }
    }

    static func response(_ outcomes: [ShareStateItem<Outcome>]) -> WriteShareGroupStateResponse {
        typealias Answer = WriteShareGroupStateResponse
        let results = outcomes.byTopic(Answer.WriteStateResult.init(topicID:partitions:)) { item in
            let fault = ShareStateFault(item.value)
            return Answer.PartitionResult(
                partition: item.partition, errorCode: fault.errorCode, errorMessage: fault.errorMessage)
        }
        return Answer(results: results)
    }

    static func outcomes(in response: WriteShareGroupStateResponse) -> [ShareStateItem<Outcome>] {
        response.results.flatMap { topic in
            topic.partitions.map {
                let outcome = ShareStateFault.outcome($0.errorCode, $0.errorMessage, NoFinding())
                return .init(topicID: topic.topicID, partition: $0.partition, value: outcome)
            }
        }
    }
}

extension ShareStateBatch {
    /// Reads a batch that another node has sent; `nil` if it makes no sense.
    fileprivate init?(first: Int64, last: Int64, state: Int8, deliveryCount: Int16) {
        guard first >= 0, last >= first, last < .max, deliveryCount >= 0,
            let state = ShareRecordState(rawValue: state), state != .acquired
        else { return nil }
        self.init(
            first: LogOffset(first), next: LogOffset(last + 1), state: state, deliveryCount: deliveryCount)
    }
}

extension RequestRefusal? {
    /// What comes of a wish that something is done.
    var outcome: Result<NoFinding, RequestRefusal> { map { .failure($0) } ?? .success(NoFinding()) }
}
