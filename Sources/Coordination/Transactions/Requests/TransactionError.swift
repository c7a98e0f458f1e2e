/// Why the coordinator refused a request; the host gives each the wire code that has the same name.
public enum TransactionError: String, Error, Hashable, Sendable, CaseIterable {
    /// The coordinator cannot answer just now; the client is to ask again.
    case coordinatorNotAvailable
    /// The coordinator still reads what it has to know; the client is to ask again.
    case coordinatorLoadInProgress
    /// This node no longer has the transactional id's partition; the client is to look for the coordinator.
    case notCoordinator
    /// The transactional id is empty, or longer than a record can hold.
    case invalidRequest
    /// The timeout is not positive, or above `transaction.max.timeout.ms`.
    case invalidTransactionTimeout
    /// Another change of the transaction is under way; the client is to ask again.
    case concurrentTransactions
    /// The transactional id has no producer, or another one.
    case invalidProducerIDMapping
    /// The producer's epoch is over. Clients that do not know this error (KIP-588) are told INVALID_PRODUCER_EPOCH.
    case producerFenced
    /// The transaction is not in a state in which this can be done.
    case invalidTxnState
    /// The partition is not part of the transaction, which can only be aborted now (KIP-890). Clients that do not know
    /// this error are told INVALID_TXN_STATE.
    case transactionAbortable
    /// There is no such transactional id (KIP-664).
    case transactionalIDNotFound
    /// The request cannot be served as it is, such as a transaction with more partitions than fit one record.
    case unknownServerError
}

/// Why an append to `__transaction_state` did not become durable.
public enum TransactionAppendFailure: Error, Hashable, Sendable {
    /// Not enough replicas, no such partition or no answer in time: another try may do.
    case unavailable
    /// The partition has its leader elsewhere, or its storage has failed.
    case notLeader
    /// The record is larger than the partition takes.
    case tooLarge

    /// What the client of the operation is told.
    var transactionError: TransactionError {
        switch self {
        case .unavailable: .coordinatorNotAvailable
        case .notLeader: .notCoordinator
        case .tooLarge: .unknownServerError
        }
    }
}
