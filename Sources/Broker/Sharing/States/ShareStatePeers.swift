import Coordination
import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat
import Replication
import Synchronization

/// Asks other nodes about the states of queues that they keep: those of the partitions of `__share_group_state` that they
/// lead.
///
/// What many queues want of one node shares a request, while another of its kind is under way to it. Nothing is tried
/// twice: who asks reads anew, and looks for the leader anew. Safe to use from any thread.
final class ShareStatePeers: Sendable {
    /// What is wanted of one share-partition.
    struct Question<Request: ShareStateRequest>: Sendable {
        var key: SharePartitionKey
        var wish: Request.Wish
        var completion: Request.Report
    }

    let reads: PeerBatches<Question<ReadShareGroupStateRequest>>
    let writes: PeerBatches<Question<WriteShareGroupStateRequest>>
    let setups: PeerBatches<Question<InitializeShareGroupStateRequest>>
    let deletions: PeerBatches<Question<DeleteShareGroupStateRequest>>
    let summaries: PeerBatches<Question<ReadShareGroupStateSummaryRequest>>
    private let nodeID: Int32
    private let metadata: any MetadataStore

    init(nodeID: Int32, metadata: any MetadataStore, transport: any BrokerTransport, logger: Logger) {
        self.nodeID = nodeID
        self.metadata = metadata
        reads = Self.batches(transport, logger)
        writes = Self.batches(transport, logger)
        setups = Self.batches(transport, logger)
        deletions = Self.batches(transport, logger)
        summaries = Self.batches(transport, logger)
    }

    /// The other node that leads the partition with a queue's state, if one does.
    func leader(of key: SharePartitionKey) -> Int32? {
        guard let topic = metadata.image.topic(InternalTopics.shareGroupState) else { return nil }
        let leader = topic.partitions[Int(key.statePartition(among: Int32(topic.partitions.count)))].leader?.rawValue
        return leader == nodeID ? nil : leader
    }

    /// Every share-partition that a group may have anything of.
    func keys(of groupID: GroupID) -> [SharePartitionKey] {
        metadata.image.topics.values.filter { !$0.isInternal }.flatMap { topic in
            topic.partitions.indices.map {
                SharePartitionKey(groupID: groupID, topicID: topic.id, partition: Int32($0))
            }
        }
    }

    /// Asks the node that leads the state now.
    ///
    /// - Parameter completion: Called once; with NOT_COORDINATOR, before this returns, where no other node leads it.
    func ask<Request: ShareStateRequest>(
        _ request: Request.Type, _ wish: Request.Wish, of key: SharePartitionKey,
        completion: @escaping Request.Report
    ) {
        guard let leader = leader(of: key) else { return completion(.failure(RequestRefusal(.notCoordinator))) }
        Request.line(to: self).add(Question(key: key, wish: wish, completion: completion), to: leader)
    }

    // MARK: - Requests

    /// How long an answer may take: longer than the other node waits for a write.
    private static let timeout = Duration.seconds(30)

    private static func batches<Request: ShareStateRequest>(
        _ transport: any BrokerTransport, _ logger: Logger
    ) -> PeerBatches<Question<Request>> {
        PeerBatches { questions, node, completion in
            // A request is about one group.
            let groups = Dictionary(grouping: questions, by: \.key.groupID)
            let rest = Rest(groups.count)
            for questions in groups.values {
                send(questions, to: node, by: transport, logger) { if rest.isLast() { completion() } }
            }
        }
    }

    /// Requests that are under way.
    private final class Rest: Sendable {
        private let count: Atomic<Int>

        init(_ count: Int) { self.count = Atomic(count) }

        func isLast() -> Bool { count.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }

    private static func send<Request: ShareStateRequest>(
        _ questions: [Question<Request>], to node: Int32, by transport: any BrokerTransport, _ logger: Logger,
        _ completion: @escaping @Sendable () -> Void
    ) {
        let request = Request(
            groupID: questions[0].key.groupID.rawValue,
            wishes: questions.map { .init(topicID: $0.key.topicID, partition: $0.key.partition, value: $0.wish) })
        let call = BrokerCall<Request>(versions: Request.versions, timeout: timeout) { _ in request }
        transport.send(call, to: .node(node), over: Request.lane) { result in
            switch result {
            case .failure(let error):
                logger.debug("asking node \(node) for \(questions.count) states of share groups failed: \(error)")
                for question in questions { question.completion(.failure(RequestRefusal(.coordinatorNotAvailable))) }
            case .success(let response):
                let outcomes = Request.outcomes(in: response)
                for (place, question) in questions.enumerated() {
                    guard outcomes.indices.contains(place),
                        outcomes[place].key(question.key.groupID) == question.key
                    else {
                        question.completion(.failure(RequestRefusal(.unknownServerError)))
                        continue
                    }
                    question.completion(outcomes[place].value)
                }
            }
            completion()
        }
    }
}

extension ConnectionLane {
    /// Over which nodes read the states of queues, which is answered at once.
    static let shareStateReads = ConnectionLane.dedicated(1 << 32 + 2)
    /// Over which they change them, which waits for replicas.
    static let shareStateWrites = ConnectionLane.dedicated(1 << 32 + 3)
}
