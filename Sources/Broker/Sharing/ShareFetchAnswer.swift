import Coordination
import KafkaProtocol
import OrderedCollections
import RecordFormat

/// The answer to a share fetch, put together partition by partition.
struct ShareFetchAnswer: Sendable {
    private typealias Target = ShareSessions.Target
    private typealias PartitionData = ShareFetchResponse.PartitionData

    private let isIncremental: Bool
    private let lock: Duration
    private var partitions: OrderedDictionary<ShareSessions.Target, ShareFetchResponse.PartitionData> = [:]

    /// Begins with what became of the acknowledgements.
    init(
        _ request: ShareFetchRequest, _ session: ShareSessions.Plan, _ refusals: [ShareSessions.Target: RequestRefusal],
        lock: Duration
    ) {
        isIncremental = session.isIncremental || session.isFinal
        self.lock = lock
        for topic in request.topics {
            for partition in topic.partitions where !partition.acknowledgementBatches.isEmpty {
                let target = Target(topicID: topic.topicID, partition: partition.partitionIndex)
                var data = Self.data(target)
                data.acknowledgeErrorCode = (refusals[target]?.code ?? .none).rawValue
                data.acknowledgeErrorMessage = refusals[target]?.message
                partitions[target] = data
            }
        }
    }

    private static func data(_ target: Target) -> PartitionData {
        PartitionData(partitionIndex: target.partition, records: .bytes(.empty))
    }

    /// Adds what the member is given; partitions that there is nothing to say of stand only in a session's first answer.
    mutating func add(_ plan: ShareFetchPlan, _ outcomes: [ShareFetchPlan.Outcome]) {
        for (entry, outcome) in zip(plan.entries, outcomes) {
            let isNews = outcome.error != .none || !outcome.acquired.isEmpty
            guard isNews || !isIncremental else { continue }
            var data = partitions[entry.target] ?? Self.data(entry.target)
            data.errorCode = outcome.error.rawValue
            data.records = .bytes(outcome.records)
            data.acquiredRecords = outcome.acquired.map {
                .init(
                    firstOffset: $0.first.rawValue, lastOffset: $0.next.rawValue - 1, deliveryCount: $0.deliveryCount)
            }
            partitions[entry.target] = data
        }
    }

    /// The answer.
    var response: ShareFetchResponse {
        var topics: OrderedDictionary<TopicID, [PartitionData]> = [:]
        for (target, data) in partitions { topics[target.topicID, default: []].append(data) }
        return ShareFetchResponse(
            acquisitionLockTimeoutMs: lock.wireMilliseconds,
            responses: topics.map { .init(topicID: $0.key, partitions: $0.value) })
    }
}
