import Coordination
import KafkaProtocol
import RecordFormat

extension TxnOffsetCommitRequest: ServedRequest {
    /// The first version that makes the group's offsets part of the transaction by itself (KIP-890).
    private static let firstVersionAddingOffsets: Int16 = 5
    /// The first version whose clients know TRANSACTION_ABORTABLE (KIP-890).
    private static let firstVersionWithAbortable: Int16 = 4

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<TxnOffsetCommitResponse>) {
        let exchange = TransactionalOffsetExchange(
            self, resolve: broker.topicResolver(.read, context),
            hasPartition: { broker.partitions.has($0) })
        guard broker.authorizer.allows(context.principal, .write, .transactionalID(transactionalID)) else {
            return reply(exchange.response(failing: .transactionalIDAuthorizationFailed))
        }
        if let refusal = broker.refusal(.read, groupID, context) { return reply(exchange.response(failing: refusal)) }
        guard !exchange.commit.entries.isEmpty else { return reply(exchange.response(to: nil)) }
        if let fault = broker.groups.fault(for: exchange.commit.groupID) {
            return reply(exchange.response(failing: fault))
        }
        guard let partition = broker.groups.offsetsPartition(of: exchange.commit.groupID) else {
            return reply(exchange.response(failing: .coordinatorNotAvailable))
        }
        let addition = PartitionAddition(
            transactionalID: TransactionalID(transactionalID), producer: exchange.producer, partitions: [partition])
        let adds = context.version >= Self.firstVersionAddingOffsets
        broker.admit(addition, adds: adds) { errors in
            if let error = errors[partition] {
                let code = ErrorCode(
                    refusingAdmission: error, knowsAbortable: context.version >= Self.firstVersionWithAbortable,
                    addsPartitions: adds, retry: .coordinatorNotAvailable)
                return reply(exchange.response(failing: code))
            }
            let commit = exchange.commit
            broker.groups.perform(
                commit.groupID, { $0.commitOffsets(commit, in: exchange.producer, token: $1, at: $2) }
            ) { outcome in
                switch outcome {
                case .success(.offsetCommit(let result)): reply(exchange.response(to: result))
                case .failure(let fault): reply(exchange.response(failing: fault))
                case .success: reply(exchange.response(failing: .unknownServerError))
                }
            }
        }
    }
}

/// One TxnOffsetCommit request on its way through the group's coordinator.
///
/// Topics that cannot be resolved are answered with their error and never reach the group; the others' results are
/// put back where the request had them.
struct TransactionalOffsetExchange: Sendable {
    /// What the group is asked; without entries it need not be asked.
    let commit: OffsetCommit
    /// Whose transaction the offsets are part of.
    let producer: ProducerIdentity
    private let request: TxnOffsetCommitRequest
    /// The partitions that do not reach the group, and why.
    private let refusals: [TopicPartition: ErrorCode]

    /// Reads a TxnOffsetCommit request, resolving its topics.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - resolve: Finds a topic's name.
    ///   - hasPartition: Whether a topic that was found has this partition; offsets of others are not kept.
    init(_ request: TxnOffsetCommitRequest, resolve: TopicResolver, hasPartition: (TopicPartition) -> Bool) {
        self.request = request
        producer = ProducerIdentity(ProducerID(request.producerID), ProducerEpoch(request.producerEpoch))
        var refusals: [TopicPartition: ErrorCode] = [:]
        var entries: [OffsetCommit.Entry] = []
        for topic in request.topics {
            let resolved = resolve(.name(topic.name))
            for partition in topic.partitions {
                let id = TopicPartition(topic.name, partition.partitionIndex)
                if case .failure(let error) = resolved {
                    refusals[id] = error
                } else if !hasPartition(id) {
                    refusals[id] = .unknownTopicOrPartition
                } else {
                    entries.append(
                        OffsetCommit.Entry(
                            partition: id, offset: LogOffset(partition.committedOffset),
                            leaderEpoch: LeaderEpoch(partition.committedLeaderEpoch),
                            metadata: partition.committedMetadata ?? ""))
                }
            }
        }
        self.refusals = refusals
        commit = OffsetCommit(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID),
            instanceID: request.groupInstanceID.map { GroupInstanceID($0) },
            generation: GenerationID(request.generationID), entries: entries)
    }

    /// The answer once the group has taken the commit; `nil` where it was not asked.
    func response(to result: OffsetUpdateResult?) -> TxnOffsetCommitResponse {
        let entries = (result?.entries ?? []).map { ($0.partition, $0.error) }
        let errors = Dictionary(entries, uniquingKeysWith: { first, second in first ?? second })
        return response { refusals[$0] ?? errors[$0].map { ErrorCode($0) } ?? .unknownServerError }
    }

    /// The answer to a commit that did not reach the group.
    func response(failing error: ErrorCode) -> TxnOffsetCommitResponse { response { refusals[$0] ?? error } }

    private func response(_ code: (TopicPartition) -> ErrorCode) -> TxnOffsetCommitResponse {
        TxnOffsetCommitResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(
                            partitionIndex: $0.partitionIndex,
                            errorCode: code(TopicPartition(topic.name, $0.partitionIndex)).rawValue)
                    })
            })
    }
}
