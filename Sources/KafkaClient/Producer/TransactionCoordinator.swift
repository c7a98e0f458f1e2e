import KafkaProtocol
import RecordFormat
import Synchronization

/// Finds the broker that coordinates a producer's transactions and calls it.
///
/// Everything is repeated until a deadline while a repetition may cure it. Safe to use from any thread.
final class TransactionCoordinator: Sendable {
    let transactionalID: String
    private let client: KafkaClient
    private let node = Mutex<Int32?>(nil)

    /// The coordinator may still be writing the end of the last transaction when the next begins, which takes
    /// milliseconds: the first pauses are shorter than other retries'.
    private static let backoff = BackoffPolicy(initial: .milliseconds(10), maximum: .seconds(1))

    init(client: KafkaClient, transactionalID: String) {
        self.client = client
        self.transactionalID = transactionalID
    }

    /// Gets an identity, which fences every other producer of this transactional id and aborts what it left open.
    ///
    /// - Parameters:
    ///   - expected: The identity to be replaced; the call fails if another one took over meanwhile (KIP-360).
    ///   - check: Called before each try: who is not there any more must not fence anybody.
    func initialize(
        timeout: Duration, replacing expected: ProducerIdentity? = nil, until deadline: ContinuousClock.Instant,
        checking check: @escaping @Sendable () throws -> Void = {}
    ) async throws -> ProducerIdentity {
        let (transactionalID, milliseconds) = (transactionalID, timeout.wholeMilliseconds)
        return try await retrying(until: deadline) {
            try check()
            let response = try await self.call(InitProducerIdRequest.self, ClientVersions.initProducerID) { version in
                guard let expected else {
                    return InitProducerIdRequest(
                        transactionalID: transactionalID, transactionTimeoutMs: milliseconds)
                }
                guard version >= ClientVersions.firstWithExpectedProducer else {
                    throw KafkaClientError(
                        .unsupportedVersion,
                        "the broker cannot give a producer another epoch after a failed transaction; make a new producer"
                    )
                }
                return InitProducerIdRequest(
                    transactionalID: transactionalID, transactionTimeoutMs: milliseconds,
                    producerID: expected.id.rawValue, producerEpoch: expected.epoch.rawValue)
            }
            try self.check(response.errorCode, while: "initializing transactions of \(transactionalID)")
            return ProducerIdentity(
                id: ProducerID(response.producerID), epoch: ProducerEpoch(response.producerEpoch))
        }
    }

    /// Makes partitions part of the transaction.
    ///
    /// - Parameter isWanted: Asked before each try.
    func add(
        _ partitions: [TopicPartition], for producer: ProducerIdentity, until deadline: ContinuousClock.Instant,
        while isWanted: @escaping @Sendable () -> Bool
    ) async throws {
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        let request = AddPartitionsToTxnRequest(
            v3AndBelowTransactionalID: transactionalID, v3AndBelowProducerID: producer.id.rawValue,
            v3AndBelowProducerEpoch: producer.epoch.rawValue,
            v3AndBelowTopics: topics.map { .init(name: $0.key, partitions: $0.value.map(\.partition)) })
        try await retrying(until: deadline) {
            guard isWanted() else {
                throw KafkaClientError(.transactionFailed, "the transaction ended before its partitions were added")
            }
            let response = try await self.call(
                AddPartitionsToTxnRequest.self, ClientVersions.addPartitionsToTransaction
            ) { _ in request }
            var refusal: KafkaClientError?
            for topic in response.resultsByTopicV3AndBelow {
                for result in topic.resultsByPartition {
                    let error = self.error(
                        result.partitionErrorCode,
                        while: "adding \(TopicPartition(topic.name, result.partitionIndex)) to a transaction")
                    // Of the others it only says that they were not looked at.
                    if refusal == nil || refusal?.errorCode == .operationNotAttempted { refusal = error ?? refusal }
                }
            }
            if let refusal { throw refusal }
        }
    }

    /// Makes a group's offsets part of the transaction.
    func addOffsets(
        of groupID: String, for producer: ProducerIdentity, until deadline: ContinuousClock.Instant
    ) async throws {
        let request = AddOffsetsToTxnRequest(
            transactionalID: transactionalID, producerID: producer.id.rawValue,
            producerEpoch: producer.epoch.rawValue, groupID: groupID)
        try await retrying(until: deadline) {
            let response = try await self.call(AddOffsetsToTxnRequest.self, ClientVersions.addOffsetsToTransaction) {
                _ in request
            }
            try self.check(response.errorCode, while: "adding offsets of group \(groupID) to a transaction")
        }
    }

    /// Commits or aborts the transaction.
    func end(_ producer: ProducerIdentity, isCommitted: Bool, until deadline: ContinuousClock.Instant) async throws {
        let request = EndTxnRequest(
            transactionalID: transactionalID, producerID: producer.id.rawValue,
            producerEpoch: producer.epoch.rawValue, committed: isCommitted)
        try await retrying(until: deadline) {
            let response = try await self.call(EndTxnRequest.self, ClientVersions.endTransaction) { _ in request }
            try self.check(
                response.errorCode, while: "\(isCommitted ? "committing" : "aborting") a transaction")
        }
    }

    // MARK: Calls

    private func retrying<Value: Sendable>(
        until deadline: ContinuousClock.Instant, _ attempt: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await Retry(policy: Self.backoff, deadline: deadline).run(attempt)
    }

    private func call<Request: KafkaRequest>(
        _ type: Request.Type, _ versions: ClosedRange<Int16>, make: @escaping @Sendable (Int16) throws -> Request
    ) async throws -> Request.Response {
        let node = try await find()
        let call = BrokerCall<Request>(
            versions: versions, timeout: client.configuration.requestTimeout, make: make)
        do {
            return try await client.transport.call(call, to: .node(node))
        } catch let error as KafkaClientError where error.isRetriable {
            forget()
            throw error
        }
    }

    private func check(_ rawCode: Int16, while subject: @autoclosure () -> String) throws {
        if let error = error(rawCode, while: subject()) { throw error }
    }

    private func error(_ rawCode: Int16, while subject: @autoclosure () -> String) -> KafkaClientError? {
        guard let error = KafkaClientError(rawCode: rawCode, while: subject()) else { return nil }
        switch error.errorCode {
        case ErrorCode.notCoordinator?, ErrorCode.coordinatorNotAvailable?: forget()
        default: break
        }
        return error
    }

    private func forget() { node.withLock { $0 = nil } }

    private func find() async throws -> Int32 {
        if let known = node.withLock(\.self) { return known }
        let response = try await client.call(
            FindCoordinatorRequest(key: transactionalID, keyType: Self.keyType),
            versions: ClientVersions.findTransactionCoordinator)
        if let error = KafkaClientError(
            rawCode: response.errorCode, detail: response.errorMessage,
            while: "finding the coordinator of transactional id \(transactionalID)")
        {
            throw error
        }
        client.transport.learn([
            BrokerEndpoint(nodeID: response.nodeID, host: response.host, port: Int(response.port))
        ])
        node.withLock { $0 = response.nodeID }
        return response.nodeID
    }

    /// What FindCoordinator calls a transactional id (KIP-98).
    private static let keyType: Int8 = 1
}

extension ClientVersions {
    // Up to 11 a producer names its partitions to the coordinator first; from 12 on the broker does that by itself
    // where the cluster's transaction.version allows it (KIP-890). The first way works with every cluster.
    static let produceInTransaction: ClosedRange<Int16> = 3...11
    static let findTransactionCoordinator: ClosedRange<Int16> = 1...3
    // From 4 on these are requests between brokers.
    static let addPartitionsToTransaction: ClosedRange<Int16> = 0...3
    static let addOffsetsToTransaction: ClosedRange<Int16> = 0...4
    // From 5 on it makes the group's offsets part of the transaction by itself (KIP-890).
    static let transactionalOffsetCommit: ClosedRange<Int16> = 0...4
    // From 5 on each transaction has an epoch of its own (KIP-890).
    static let endTransaction: ClosedRange<Int16> = 0...4
    /// The first InitProducerId that takes the identity to be replaced (KIP-360).
    static let firstWithExpectedProducer: Int16 = 3
}
