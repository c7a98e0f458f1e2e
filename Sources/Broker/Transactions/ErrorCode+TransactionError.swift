import Coordination
import KafkaProtocol

extension ErrorCode {
    /// The wire's code for what the transaction coordinator refused; ``none`` for `nil`.
    ///
    /// - Parameter knowsFencing: Whether the client knows PRODUCER_FENCED (KIP-588); others are told
    ///   INVALID_PRODUCER_EPOCH.
    init(_ error: TransactionError?, knowsFencing: Bool = true) {
        self =
            switch error {
            case nil: .none
            case .coordinatorNotAvailable: .coordinatorNotAvailable
            case .coordinatorLoadInProgress: .coordinatorLoadInProgress
            case .notCoordinator: .notCoordinator
            case .invalidRequest: .invalidRequest
            case .invalidTransactionTimeout: .invalidTransactionTimeout
            case .concurrentTransactions: .concurrentTransactions
            case .invalidProducerIDMapping: .invalidProducerIDMapping
            case .producerFenced: knowsFencing ? .producerFenced : .invalidProducerEpoch
            case .invalidTxnState: .invalidTxnState
            case .transactionAbortable: .transactionAbortable
            case .transactionalIDNotFound: .transactionalIDNotFound
            case .unknownServerError: .unknownServerError
            }
    }

    /// What a client is told whose records or offsets the coordinator does not let into a transaction (KIP-890).
    ///
    /// - Parameters:
    ///   - error: Why not.
    ///   - knowsAbortable: Whether the client knows TRANSACTION_ABORTABLE.
    ///   - addsPartitions: Whether the request itself makes partitions part of the transaction.
    ///   - retry: What makes other clients try again.
    init(refusingAdmission error: TransactionError, knowsAbortable: Bool, addsPartitions: Bool, retry: ErrorCode) {
        self =
            switch error {
            case .producerFenced: .invalidProducerEpoch
            case .transactionAbortable: knowsAbortable ? .transactionAbortable : .invalidTxnState
            case .concurrentTransactions: addsPartitions ? .concurrentTransactions : retry
            case .coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator: retry
            default: ErrorCode(error)
            }
    }
}
