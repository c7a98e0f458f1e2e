import Coordination
import KafkaProtocol
import OrderedCollections
import RecordFormat

extension AddPartitionsToTxnRequest: ServedRequest {
    /// The first version that brokers send, for many transactions at once (KIP-890).
    private static let firstBatchedVersion: Int16 = 4

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AddPartitionsToTxnResponse>) {
        Task {
            if context.version >= Self.firstBatchedVersion {
                reply(await broker.addPartitions(self, context))
            } else {
                let transaction = AddPartitionsToTxnTransaction(
                    transactionalID: v3AndBelowTransactionalID, producerID: v3AndBelowProducerID,
                    producerEpoch: v3AndBelowProducerEpoch, topics: v3AndBelowTopics)
                let codes = await broker.addPartitions(transaction, isFromClient: true, context)
                reply(
                    AddPartitionsToTxnResponse(
                        resultsByTopicV3AndBelow: transaction.results { codes[$0] ?? .unknownServerError }))
            }
        }
    }
}

extension Broker {
    fileprivate func addPartitions(
        _ request: AddPartitionsToTxnRequest, _ context: RequestContext
    ) async -> AddPartitionsToTxnResponse {
        guard authorizer.allows(context.principal, .clusterAction, .cluster) else {
            return AddPartitionsToTxnResponse(errorCode: ErrorCode.clusterAuthorizationFailed.rawValue)
        }
        // A transactional id that comes twice must not meet itself; others need not wait for it to be durable.
        let places = Dictionary(grouping: request.transactions.indices) { request.transactions[$0].transactionalID }
        let results = await withTaskGroup(of: [(Int, [TopicPartition: ErrorCode])].self) { group in
            for places in places.values {
                group.addTask { [self] in
                    var results: [(Int, [TopicPartition: ErrorCode])] = []
                    for place in places {
                        results.append(
                            (place, await addPartitions(request.transactions[place], isFromClient: false, context)))
                    }
                    return results
                }
            }
            return await group.reduce(into: [Int: [TopicPartition: ErrorCode]]()) { all, results in
                for (place, codes) in results { all[place] = codes }
            }
        }
        return AddPartitionsToTxnResponse(
            resultsByTransaction: request.transactions.enumerated().map { place, transaction in
                .init(
                    transactionalID: transaction.transactionalID,
                    topicResults: transaction.results { results[place]?[$0] ?? .unknownServerError })
            })
    }

    /// Makes partitions part of a transaction, or finds out whether they are; all of them or none.
    fileprivate func addPartitions(
        _ transaction: AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction, isFromClient: Bool,
        _ context: RequestContext
    ) async -> [TopicPartition: ErrorCode] {
        let named = OrderedSet(
            transaction.topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } })
        func all(_ code: ErrorCode) -> [TopicPartition: ErrorCode] {
            Dictionary(uniqueKeysWithValues: named.map { ($0, code) })
        }
        if isFromClient,
            !authorizer.allows(context.principal, .write, .transactionalID(transaction.transactionalID))
        {
            return all(.transactionalIDAuthorizationFailed)
        }
        var refusals: [TopicPartition: ErrorCode] = [:]
        for partition in named {
            // The cluster's own topics are added by those who write to them, not by name.
            let isAllowed =
                !isFromClient
                || !InternalTopics.names.contains(partition.topic)
                    && authorizer.allows(context.principal, .write, .topic(partition.topic))
            if !isAllowed {
                refusals[partition] = .topicAuthorizationFailed
            } else if !partitions.has(partition) {
                refusals[partition] = .unknownTopicOrPartition
            }
        }
        guard refusals.isEmpty else { return all(.operationNotAttempted).merging(refusals) { $1 } }
        let addition = PartitionAddition(
            transactionalID: TransactionalID(transaction.transactionalID),
            producer: ProducerIdentity(
                ProducerID(transaction.producerID), ProducerEpoch(transaction.producerEpoch)),
            partitions: Set(named))
        if transaction.verifyOnly {
            switch transactions.query(addition.transactionalID, { $0.verifyPartitions(addition) }) {
            case .failure(let error): return all(ErrorCode(error))
            case .success(let verdicts): return verdicts.mapValues { ErrorCode($0) }
            }
        }
        let knowsFencing = context.version >= Self.firstTransactionVersionWithFencing
        return await withCheckedContinuation { continuation in
            add(addition, knowsFencing: knowsFencing) { code in
                continuation.resume(returning: Dictionary(uniqueKeysWithValues: named.map { ($0, code) }))
            }
        }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction {
    /// What became of each partition, as the request has them.
    fileprivate func results(
        _ code: (TopicPartition) -> ErrorCode
    ) -> [AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult] {
        topics.map { topic in
            .init(
                name: topic.name,
                resultsByPartition: topic.partitions.map {
                    .init(partitionIndex: $0, partitionErrorCode: code(TopicPartition(topic.name, $0)).rawValue)
                })
        }
    }
}
