import KafkaClient
import KafkaProtocol
import LogCore
import Logging
import OrderedCollections
import RecordFormat
import Replication

/// Finds out where partitions end, wherever they are led: by ListOffsets on other nodes, as Kafka's group coordinator does
/// for the lag of share groups (KIP-1226).
///
/// Safe to use from any thread.
final class PartitionEnds: Sendable {
    private struct Question: Sendable {
        var partition: TopicPartition
        var completion: @Sendable (Result<LogOffset, ErrorCode>) -> Void
    }

    private let registry: PartitionRegistry
    private let metadata: any MetadataStore
    private let questions: PeerBatches<Question>?

    /// Creates one.
    ///
    /// - Parameter transport: Reaches other nodes; `nil` where there are none.
    init(
        registry: PartitionRegistry, metadata: any MetadataStore, transport: (any BrokerTransport)?, logger: Logger
    ) {
        self.registry = registry
        self.metadata = metadata
        questions = transport.map { transport in
            PeerBatches { Self.send($0, to: $1, by: transport, logger, $2) }
        }
    }

    /// The offset below which members of groups may be given records.
    func end(of id: TopicPartition) async -> Result<LogOffset, ErrorCode> {
        let found = registry.led(id)
        if case .success(let partition) = found { return .success(partition.log.watermarks.highWatermark) }
        guard case .failure(.notLeaderOrFollower) = found, let questions,
            let leader = metadata.image.partition(id)?.leader?.rawValue
        else { return found.map { _ in .zero } }
        return await withCheckedContinuation { continuation in
            questions.add(Question(partition: id) { continuation.resume(returning: $0) }, to: leader)
        }
    }

    // MARK: - Other nodes

    private static let timeout = Duration.seconds(10)
    /// What stands for the end of a log.
    private static let latest: Int64 = -1

    private static func send(
        _ questions: [Question], to node: Int32, by transport: any BrokerTransport, _ logger: Logger,
        _ completion: @escaping @Sendable () -> Void
    ) {
        var topics: OrderedDictionary<String, OrderedSet<Int32>> = [:]
        for question in questions { topics[question.partition.topic, default: []].append(question.partition.partition) }
        let request = ListOffsetsRequest(
            replicaID: -1,
            topics: topics.map { name, indexes in
                .init(name: name, partitions: indexes.map { .init(partitionIndex: $0, timestamp: latest) })
            })
        let call = BrokerCall<ListOffsetsRequest>(versions: 7...7, timeout: timeout) { _ in request }
        transport.send(call, to: .node(node), over: .shareStateReads) { result in
            var ends: [TopicPartition: Result<LogOffset, ErrorCode>] = [:]
            switch result {
            case .failure(let error):
                logger.debug("asking node \(node) for the ends of \(questions.count) partitions failed: \(error)")
            case .success(let response):
                for topic in response.topics {
                    for partition in topic.partitions {
                        let code = ErrorCode(rawValue: partition.errorCode)
                        ends[TopicPartition(topic.name, partition.partitionIndex)] =
                            code == .none && partition.offset >= 0
                            ? .success(LogOffset(partition.offset)) : .failure(code)
                    }
                }
            }
            for question in questions {
                question.completion(ends[question.partition] ?? .failure(.leaderNotAvailable))
            }
            completion()
        }
    }
}
