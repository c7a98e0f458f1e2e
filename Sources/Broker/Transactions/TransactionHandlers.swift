import Coordination
import KafkaProtocol
import Logging
import RecordFormat

extension InitProducerIdRequest: ServedRequest {
    /// The first version whose clients know PRODUCER_FENCED (KIP-588).
    private static let firstVersionWithFencing: Int16 = 4

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<InitProducerIdResponse>) {
        func refuse(_ error: ErrorCode) { reply(InitProducerIdResponse(errorCode: error.rawValue)) }
        guard let transactionalID else {
            Task { reply(await broker.allocateProducer(context)) }
            return
        }
        guard broker.authorizer.allows(context.principal, .write, .transactionalID(transactionalID)) else {
            return refuse(.transactionalIDAuthorizationFailed)
        }
        // Half of an identity is none, and no sign that the producer never had one.
        guard (producerID == ProducerID.none.rawValue) == (producerEpoch == ProducerEpoch.none.rawValue) else {
            return refuse(.invalidRequest)
        }
        // What a broker without two-phase commit answers (KIP-939).
        if enable2Pc { return refuse(.transactionalIDAuthorizationFailed) }
        if keepPreparedTxn { return refuse(.unsupportedVersion) }
        let hasIdentity = producerID != ProducerID.none.rawValue
        let initialization = ProducerInitialization(
            transactionalID: TransactionalID(transactionalID), timeout: .milliseconds(transactionTimeoutMs),
            expected: hasIdentity ? ProducerIdentity(ProducerID(producerID), ProducerEpoch(producerEpoch)) : nil)
        broker.transactions.perform(
            initialization.transactionalID, { $0.initializeProducer(initialization, token: $1, at: $2) }
        ) { outcome in
            switch outcome {
            case .success(.initialized(.success(let identity))):
                reply(
                    InitProducerIdResponse(
                        producerID: identity.id.rawValue, producerEpoch: identity.epoch.rawValue))
            case .success(.initialized(.failure(let error))), .failure(let error):
                let code = ErrorCode(error, knowsFencing: context.version >= Self.firstVersionWithFencing)
                reply(InitProducerIdResponse(errorCode: code.rawValue, producerEpoch: ProducerEpoch.none.rawValue))
            case .success: reply(InitProducerIdResponse(errorCode: ErrorCode.unknownServerError.rawValue))
            }
        }
    }
}

extension AddOffsetsToTxnRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AddOffsetsToTxnResponse>) {
        guard broker.authorizer.allows(context.principal, .write, .transactionalID(transactionalID)) else {
            return reply(.init(errorCode: ErrorCode.transactionalIDAuthorizationFailed.rawValue))
        }
        if let refusal = broker.refusal(.read, groupID, context) {
            return reply(.init(errorCode: refusal.rawValue))
        }
        Task {
            do { try await broker.makeInternalTopic(InternalTopics.consumerOffsets) } catch {
                broker.logger.error("creating \(InternalTopics.consumerOffsets) failed: \(error)")
            }
            guard let partition = broker.groups.offsetsPartition(of: GroupID(groupID)) else {
                return reply(.init(errorCode: ErrorCode.coordinatorNotAvailable.rawValue))
            }
            let addition = PartitionAddition(
                transactionalID: TransactionalID(transactionalID),
                producer: ProducerIdentity(ProducerID(producerID), ProducerEpoch(producerEpoch)),
                partitions: [partition])
            broker.add(addition, knowsFencing: context.version >= Broker.firstTransactionVersionWithFencing) {
                reply(.init(errorCode: $0.rawValue))
            }
        }
    }
}

extension EndTxnRequest: ServedRequest {
    /// The first version whose clients take a new epoch from each answer (KIP-890).
    private static let firstVersionWithEpochs: Int16 = 5

    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<EndTxnResponse>) {
        guard broker.authorizer.allows(context.principal, .write, .transactionalID(transactionalID)) else {
            return reply(EndTxnResponse(errorCode: ErrorCode.transactionalIDAuthorizationFailed.rawValue))
        }
        let end = TransactionEnd(
            transactionalID: TransactionalID(transactionalID),
            producer: ProducerIdentity(ProducerID(producerID), ProducerEpoch(producerEpoch)),
            outcome: committed ? .commit : .abort,
            clientProtocol: context.version >= Self.firstVersionWithEpochs ? .epochPerTransaction : .classic)
        broker.transactions.perform(
            end.transactionalID, { $0.endTransaction(end, token: $1, at: $2) }
        ) { outcome in
            switch outcome {
            case .success(.ended(.success(let producer))):
                reply(EndTxnResponse(producerID: producer.id.rawValue, producerEpoch: producer.epoch.rawValue))
            case .success(.ended(.failure(let error))), .failure(let error):
                let knowsFencing = context.version >= Broker.firstTransactionVersionWithFencing
                reply(EndTxnResponse(errorCode: ErrorCode(error, knowsFencing: knowsFencing).rawValue))
            case .success: reply(EndTxnResponse(errorCode: ErrorCode.unknownServerError.rawValue))
            }
        }
    }
}

extension Broker {
    /// The first version of AddPartitionsToTxn, AddOffsetsToTxn and EndTxn whose clients know PRODUCER_FENCED (KIP-588).
    static let firstTransactionVersionWithFencing: Int16 = 2

    /// Makes partitions part of a transaction.
    func add(_ addition: PartitionAddition, knowsFencing: Bool, completion: @escaping @Sendable (ErrorCode) -> Void) {
        transactions.perform(addition.transactionalID, { $0.addPartitions(addition, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.added(let error)): completion(ErrorCode(error, knowsFencing: knowsFencing))
            case .failure(let error): completion(ErrorCode(error))
            case .success: completion(.unknownServerError)
            }
        }
    }
}
