import Coordination
import KafkaProtocol
import NIOCore
import RecordFormat
import Synchronization

extension WriteTxnMarkersRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<WriteTxnMarkersResponse>) {
        let isAllowed =
            broker.authorizer.allows(context.principal, .alter, .cluster)
            || broker.authorizer.allows(context.principal, .clusterAction, .cluster)
        guard isAllowed else {
            return reply(
                WriteTxnMarkersResponse(markers: markers.map { $0.result { _ in .clusterAuthorizationFailed } }))
        }
        let answers = MarkerAnswers(self, reply)
        // All at once, before anything is waited for: one that comes later could end the producer's next transaction.
        for (index, marker) in markers.enumerated() { marker.write(by: broker.markers.writer, index, answers) }
        answers.begin(on: context.loop)
    }
}

/// What becomes of the markers of one request; answered when all are replicated, or when time is up.
private final class MarkerAnswers: Sendable {
    private struct State {
        var codes: [[TopicPartition: ErrorCode]]
        /// The markers that are not replicated yet, and one for the request that is being taken.
        var pending = 1
        var isAnswered = false
        var deadline: Scheduled<Void>?
    }

    /// How long markers may take to be replicated: less than the coordinator waits for the answer, so that it never
    /// gives up a request that still counts.
    private static let patience = TimeAmount.seconds(20)

    private let request: WriteTxnMarkersRequest
    private let reply: @Sendable (WriteTxnMarkersResponse) -> Void
    private let state: Mutex<State>

    init(_ request: WriteTxnMarkersRequest, _ reply: @escaping @Sendable (WriteTxnMarkersResponse) -> Void) {
        self.request = request
        self.reply = reply
        state = Mutex(State(codes: request.markers.map { _ in [:] }))
    }

    /// Begins to wait for a partition.
    func expect() { state.withLock { $0.pending += 1 } }

    /// Takes what became of a marker in a partition.
    func take(_ code: ErrorCode, of index: Int, _ partition: TopicPartition) {
        state.withLock { state in
            state.codes[index][partition] = code
            state.pending -= 1
        }
        answerIfDone()
    }

    /// Answers once all partitions are done, or after a while.
    func begin(on loop: any EventLoop) {
        let deadline = loop.scheduleTask(in: Self.patience) { self.answer() }
        state.withLock { state in
            state.deadline = deadline
            state.pending -= 1
        }
        answerIfDone()
    }

    private func answerIfDone() {
        if state.withLock({ $0.pending == 0 }) { answer() }
    }

    private func answer() {
        let codes = state.withLock { state -> [[TopicPartition: ErrorCode]]? in
            guard !state.isAnswered else { return nil }
            state.isAnswered = true
            state.deadline?.cancel()
            return state.codes
        }
        guard let codes else { return }
        reply(
            WriteTxnMarkersResponse(
                markers: zip(request.markers, codes).map { marker, codes in
                    marker.result { codes[$0] ?? .requestTimedOut }
                }))
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarker {
    /// Appends the marker to all of its partitions.
    fileprivate func write(by writer: MarkerWriter, _ index: Int, _ answers: MarkerAnswers) {
        let producer = ProducerIdentity(ProducerID(producerID), ProducerEpoch(producerEpoch))
        let named = Set(topics.flatMap { topic in topic.partitionIndexes.map { TopicPartition(topic.name, $0) } })
        for partition in named.sorted() {
            answers.expect()
            writer.write(
                transactionResult ? .commit : .abort, of: producer, coordinatorEpoch: coordinatorEpoch, to: partition
            ) { answers.take(Self.code($0), of: index, partition) }
        }
    }

    /// Transaction coordinators know no errors of a group's: they try again when a partition's leader is not there.
    private static func code(_ code: ErrorCode) -> ErrorCode {
        switch code {
        case .coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator: .notLeaderOrFollower
        default: code
        }
    }

    /// What became of each partition, as the request has them.
    fileprivate func result(
        _ code: (TopicPartition) -> ErrorCode
    ) -> WriteTxnMarkersResponse.WritableTxnMarkerResult {
        .init(
            producerID: producerID,
            topics: topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitionIndexes.map {
                        .init(partitionIndex: $0, errorCode: code(TopicPartition(topic.name, $0)).rawValue)
                    })
            })
    }
}
