import KafkaProtocol
import RecordFormat
import Synchronization

/// Keeps the batches of an idempotent producer in order around one that was refused for the moment.
///
/// A producer has up to five batches of a partition on their way. If the first finds too few replicas in sync, and the
/// second finds enough a millisecond later, then the second is out of order, and clients take that for a loss: they
/// begin a new epoch, and with it send again what other partitions have stored and not answered. So what follows a refused
/// batch is refused like it, until that one comes again.
///
/// Only what was on its way already can follow: a few batches, within a short time. Behind them a gap is a gap. Safe to
/// use from any thread.
///
/// - SeeAlso: docs/decisions/0050-what-follows-a-refused-batch-is-refused-like-it.md
final class RefusedBatches: Sendable {
    /// A producer's way into a partition, by the names that its requests use.
    private struct Route: Hashable {
        var topic: String
        var topicID: TopicID
        var partition: Int32
        var producer: ProducerID
    }

    private struct Refused {
        var epoch: ProducerEpoch
        var sequence: SequenceNumber
        var code: ErrorCode
        var message: String?
        /// How many batches behind it may be refused like it.
        var followers = RefusedBatches.followers
        var time: Timestamp
    }

    /// Five batches may be on their way, and one of them is the refused one (KIP-98).
    static let followers = 4
    /// How long a batch that was on its way can take to arrive, in milliseconds.
    static let lifetime: Int64 = 5_000
    /// The most that are remembered. Beyond it all are forgotten, and gaps are told at once.
    static let limit = 10_000

    private struct State {
        var refused: [Route: Refused] = [:]
        /// When a batch was refused last: a lifetime later all are too old to count.
        var latest = Timestamp.none
    }

    private let state = Mutex(State())
    private let isEmpty = Atomic<Bool>(true)

    /// How many batches are remembered.
    var count: Int { state.withLock { $0.refused.count } }

    /// Refuses a batch that follows a refused one.
    ///
    /// - Throws: the refusal of the batch before.
    /// - Complexity: one load while none was refused lately.
    func check(
        _ data: ProduceRequest.PartitionProduceData, of topic: ProduceRequest.TopicProduceData, now: () -> Timestamp
    ) throws(RequestRefusal) {
        guard !isEmpty.load(ordering: .relaxed), let (route, header) = Self.route(of: data, topic) else { return }
        let time = now()
        let refusal = state.withLock { state -> RequestRefusal? in
            // Or a producer that never came again would have everyone's batches looked at.
            guard Self.isRecent(state.latest, time) else {
                state.refused.removeAll()
                isEmpty.store(true, ordering: .relaxed)
                return nil
            }
            guard let first = state.refused[route] else { return nil }
            guard first.epoch == header.producerEpoch, first.followers > 0, Self.isRecent(first.time, time) else {
                remove(route, from: &state)
                return nil
            }
            guard header.baseSequence.follows(first.sequence) else { return nil }
            state.refused[route]?.followers -= 1
            return RequestRefusal(
                first.code,
                "the batch before, of sequence \(first.sequence), was refused" + (first.message.map { ": \($0)" } ?? "")
            )
        }
        if let refusal { throw refusal }
    }

    /// Takes into account how a batch was answered.
    ///
    /// - Complexity: one load for one that was appended, while none was refused lately.
    func note(
        _ answer: ProduceResponse.PartitionProduceResponse, to data: ProduceRequest.PartitionProduceData,
        of topic: ProduceRequest.TopicProduceData, now: () -> Timestamp
    ) {
        guard answer.errorCode != 0 || !isEmpty.load(ordering: .relaxed),
            let (route, header) = Self.route(of: data, topic)
        else { return }
        let time = now()
        let code = ErrorCode(rawValue: answer.errorCode)
        state.withLock { state in
            let first = state.refused[route]
            if let first, first.epoch == header.producerEpoch, header.baseSequence.follows(first.sequence),
                Self.isRecent(first.time, time)
            {
                return
            }
            guard code.isRetriable else { return remove(route, from: &state) }
            if first == nil, state.refused.count >= Self.limit { state.refused.removeAll() }
            state.latest = time
            state.refused[route] = Refused(
                epoch: header.producerEpoch, sequence: header.baseSequence, code: code, message: answer.errorMessage,
                time: time)
            isEmpty.store(false, ordering: .relaxed)
        }
    }

    private func remove(_ route: Route, from state: inout State) {
        state.refused.removeValue(forKey: route)
        isEmpty.store(state.refused.isEmpty, ordering: .relaxed)
    }

    private static func isRecent(_ time: Timestamp, _ now: Timestamp) -> Bool {
        (0...lifetime).contains(now.milliseconds - time.milliseconds)
    }

    /// Whose batch it is; `nil` if no idempotent producer's.
    private static func route(
        of data: ProduceRequest.PartitionProduceData, _ topic: ProduceRequest.TopicProduceData
    ) -> (Route, RecordBatchHeader)? {
        guard let records = data.records, let header = try? RecordBatchHeader(parsing: records.bytes),
            header.hasProducer
        else {
            return nil
        }
        let route = Route(
            topic: topic.name, topicID: topic.topicID, partition: data.index, producer: header.producerID)
        return (route, header)
    }
}

extension SequenceNumber {
    /// Whether this number comes behind `other`; numbers go on at 0 behind 2^31 - 1.
    fileprivate func follows(_ other: SequenceNumber) -> Bool {
        let distance = (rawValue &- other.rawValue) & Int32.max
        return distance > 0 && distance < 1 << 30
    }
}
