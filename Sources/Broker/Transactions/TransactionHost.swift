import Coordination
import KafkaProtocol
import RecordFormat

/// The transactions that this node coordinates: those of the partitions of `__transaction_state` that it leads.
///
/// Safe to use from any thread.
final class TransactionHost: Sendable {
    /// The topic by whose partitions transactions are coordinated.
    let topic: CoordinatedTopic<HostedTransactions>

    init(
        configuration: BrokerConfiguration, site: CoordinatorSite, markers: MarkerDelivery,
        producerIDs: ProducerIDAllocator
    ) {
        var settings = TransactionCoordinatorConfiguration()
        settings.maxTimeout = configuration.milliseconds("transaction.max.timeout.ms")
        settings.transactionalIDExpiration = configuration.milliseconds("transactional.id.expiration.ms")
        topic = CoordinatedTopic(InternalTopics.transactionState, site: site) { [settings] partition, epoch in
            HostedTransactions(
                partition, in: epoch, configuration: settings, site: site, markers: markers, producerIDs: producerIDs)
        }
    }

    /// Why the transactions of a transactional id cannot be coordinated here, if they cannot.
    func fault(for id: TransactionalID) -> TransactionError? {
        if case .failure(let fault) = coordinator(of: id) { TransactionError(fault) } else { nil }
    }

    private func coordinator(of id: TransactionalID) -> Result<HostedTransactions, CoordinatorFault> {
        // Without the topic any partition will do: there is none.
        topic.coordinator(
            of: topic.topic.map {
                TransactionCoordinator.partition(for: id, partitionCount: $0.partitionCount)
            } ?? 0)
    }

    /// Hands a request to its coordinator; `reply` gets the answer, now or later, or why the coordinator was not asked.
    func perform(
        _ id: TransactionalID,
        _ event: (inout TransactionCoordinator, RequestToken, CoordinationTime) -> [TransactionAction],
        reply: @escaping @Sendable (Result<TransactionResponse, TransactionError>) -> Void
    ) {
        switch coordinator(of: id) {
        case .success(let transactions): transactions.perform(event, reply: reply)
        case .failure(let fault): reply(.failure(TransactionError(fault)))
        }
    }

    /// Asks the coordinator something about a transactional id that changes nothing.
    func query<Answer: Sendable>(
        _ id: TransactionalID, _ body: (borrowing TransactionCoordinator) -> Result<Answer, TransactionError>
    ) -> Result<Answer, TransactionError> {
        switch coordinator(of: id) {
        case .success(let transactions): transactions.query(body) ?? .failure(.notCoordinator)
        case .failure(let fault): .failure(TransactionError(fault))
        }
    }

    /// The transactions of all partitions that could be read, sorted by name; an error while some are being read, and
    /// once this node coordinates none.
    func list(_ filter: TransactionFilter) -> Result<[TransactionListing], TransactionError> {
        switch topic.coordinators() {
        case .failure(.stopped): .failure(.coordinatorNotAvailable)
        case .failure(let fault): .failure(TransactionError(fault))
        case .success(let all):
            .success(
                all.flatMap { one in one.query { $0.listTransactions(filter, at: topic.site.time) } ?? [] }
                    .sorted { $0.transactionalID < $1.transactionalID })
        }
    }

    /// Answers everyone who waits, and everyone who asks from now on, that this node does not coordinate transactions.
    func resign() { topic.stop() }
}

extension TransactionError {
    /// What clients of a transaction coordinator are told.
    init(_ fault: CoordinatorFault) {
        self =
            switch fault {
            case .missingTopic, .unreadable: .coordinatorNotAvailable
            case .unknownPartition, .notLed, .stopped: .notCoordinator
            case .loading: .coordinatorLoadInProgress
            }
    }
}
