import Coordination
import KafkaClient
import KafkaProtocol
import Logging
import OrderedCollections
import RecordFormat
import Replication

/// Asks a transaction's coordinator about partitions that are to be part of the transaction, wherever the coordinator is:
/// by AddPartitionsToTxn on another node (KIP-890).
///
/// Safe to use from any thread.
final class PartitionAdditions: Sendable {
    /// Hears once of the partitions that are not part of the transaction, and why.
    typealias Completion = @Sendable ([TopicPartition: TransactionError]) -> Void

    /// A question about one transaction.
    private struct Question: Sendable {
        var addition: PartitionAddition
        var adds: Bool
        var completion: Completion

        func fail(_ error: TransactionError) {
            completion(Dictionary(uniqueKeysWithValues: addition.partitions.map { ($0, error) }))
        }

        /// Takes over what the answer has at the place that the question has in the request.
        func settle(_ response: AddPartitionsToTxnResponse, at index: Int) {
            if let error = TransactionError(answered: ErrorCode(rawValue: response.errorCode)) { return fail(error) }
            let results = response.resultsByTransaction
            guard results.indices.contains(index),
                results[index].transactionalID == addition.transactionalID.rawValue
            else { return fail(.unknownServerError) }
            var errors = Dictionary(
                uniqueKeysWithValues: addition.partitions.map { ($0, TransactionError.unknownServerError) })
            for topic in results[index].topicResults {
                for partition in topic.resultsByPartition {
                    let code = ErrorCode(rawValue: partition.partitionErrorCode)
                    errors[TopicPartition(topic.name, partition.partitionIndex)] = TransactionError(answered: code)
                }
            }
            completion(errors)
        }
    }

    private let transactions: TransactionHost
    private let nodeID: Int32
    private let metadata: any MetadataStore
    private let questions: PeerBatches<Question>?

    /// Creates one.
    ///
    /// - Parameter transport: Reaches other nodes; `nil` where there are none.
    init(
        transactions: TransactionHost, nodeID: Int32, metadata: any MetadataStore, transport: (any BrokerTransport)?,
        logger: Logger
    ) {
        self.transactions = transactions
        self.nodeID = nodeID
        self.metadata = metadata
        questions = transport.map { transport in
            PeerBatches { questions, node, completion in
                Self.send(questions, to: node, by: transport, logger, completion)
            }
        }
    }

    /// Asks whether partitions are part of a transaction.
    ///
    /// - Parameter adds: Whether those that are not become part of it.
    func ask(_ addition: PartitionAddition, adds: Bool, completion: @escaping Completion) {
        let question = Question(addition: addition, adds: adds, completion: completion)
        guard let questions, let topic = metadata.image.topic(InternalTopics.transactionState) else {
            return askHere(question)
        }
        let index = TransactionCoordinator.partition(
            for: addition.transactionalID, partitionCount: Int32(topic.partitions.count))
        switch topic.partitions[Int(index)].leader?.rawValue {
        case nodeID?: askHere(question)
        case let leader?: questions.add(question, to: leader)
        case nil: question.fail(.coordinatorNotAvailable)
        }
    }

    private func askHere(_ question: Question) {
        let addition = question.addition
        guard question.adds else {
            switch transactions.query(addition.transactionalID, { $0.verifyPartitions(addition) }) {
            case .failure(let error): return question.fail(error)
            case .success(let verdicts): return question.completion(verdicts.compactMapValues { $0 })
            }
        }
        transactions.perform(addition.transactionalID, { $0.addPartitions(addition, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.added(nil)): question.completion([:])
            case .success(.added(let error?)), .failure(let error): question.fail(error)
            case .success: question.fail(.unknownServerError)
            }
        }
    }

    // MARK: - Other nodes

    /// How long the coordinator may take to make what is added durable.
    private static let timeout = Duration.seconds(30)

    private static func send(
        _ questions: [Question], to node: Int32, by transport: any BrokerTransport, _ logger: Logger,
        _ completion: @escaping @Sendable () -> Void
    ) {
        let request = AddPartitionsToTxnRequest(transactions: questions.map { .init($0.addition, adds: $0.adds) })
        let call = BrokerCall<AddPartitionsToTxnRequest>(versions: 4...5, timeout: timeout) { _ in request }
        transport.send(call, to: .node(node), over: .partitionAdditions) { result in
            switch result {
            case .failure(let error):
                logger.debug("asking node \(node) about \(questions.count) transactions failed: \(error)")
                for question in questions { question.fail(.coordinatorNotAvailable) }
            case .success(let response):
                for (index, question) in questions.enumerated() { question.settle(response, at: index) }
            }
            completion()
        }
    }
}

extension AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction {
    fileprivate init(_ addition: PartitionAddition, adds: Bool) {
        var topics: OrderedDictionary<String, [Int32]> = [:]
        for partition in addition.partitions.sorted() {
            topics[partition.topic, default: []].append(partition.partition)
        }
        self.init(
            transactionalID: addition.transactionalID.rawValue, producerID: addition.producer.id.rawValue,
            producerEpoch: addition.producer.epoch.rawValue, verifyOnly: !adds,
            topics: topics.map { .init(name: $0, partitions: $1) })
    }
}

extension TransactionError {
    /// What a coordinator on another node has answered; `nil` where it has no objection.
    ///
    /// That it knows of no such topic may only mean that it has not heard of the topic yet: that is worth another try,
    /// as whatever else says nothing of the transaction.
    fileprivate init?(answered code: ErrorCode) {
        switch code {
        case .none: return nil
        case .producerFenced, .invalidProducerEpoch: self = .producerFenced
        case .transactionAbortable: self = .transactionAbortable
        case .concurrentTransactions: self = .concurrentTransactions
        case .invalidProducerIDMapping: self = .invalidProducerIDMapping
        // No client is told that a node may not ask another.
        case .invalidTxnState, .clusterAuthorizationFailed: self = .invalidTxnState
        case .invalidRequest: self = .invalidRequest
        case .unknownServerError: self = .unknownServerError
        default: self = .coordinatorNotAvailable
        }
    }
}
