public import RecordFormat

/// What the host is to do after an event, in the order given.
public enum TransactionAction: Hashable, Sendable {
    /// Send the answer to the request that has this token.
    case respond(RequestToken, TransactionResponse)
    /// Append a record to the transactional id's partition of `__transaction_state`.
    case append(TransactionAppend)
    /// Find an identity that no producer has had; ``TransactionCoordinator/producerIDAllocated(_:_:at:)`` takes it.
    case allocateProducerID(ProducerIDToken)
    /// Tell partitions how a transaction ended; ``TransactionCoordinator/markerWritten(_:to:_:at:)`` takes the outcome.
    case writeMarkers(TransactionMarkers)
}

/// A record to append to the transactional id's partition of `__transaction_state`.
///
/// The host reports the end of each append by ``TransactionCoordinator/appendCompleted(_:_:at:)``: success only when
/// the record is durable. A transactional id never has two appends under way.
public struct TransactionAppend: Hashable, Sendable {
    /// The transactional id, from which the partition follows.
    public let transactionalID: TransactionalID
    /// The record.
    public let record: TransactionRecord
    /// What to report the end of the append by.
    public let token: AppendToken
}

/// Markers to write at the end of each of a transaction's partitions.
///
/// The host reports each partition by ``TransactionCoordinator/markerWritten(_:to:_:at:)``: success when the marker is
/// durable there, and where the partition does not exist any more.
public struct TransactionMarkers: Hashable, Sendable {
    /// The transactional id.
    public let transactionalID: TransactionalID
    /// The producer, with the epoch that the markers carry: what has an older one is refused from then on.
    public let producer: ProducerIdentity
    /// How the transaction ends.
    public let outcome: TransactionOutcome
    /// The partitions, sorted, never none.
    public let partitions: [TopicPartition]
    /// What to report the markers by.
    public let token: MarkerToken
}

/// What the machine knows a write of markers by.
public struct MarkerToken: Hashable, Sendable {
    /// The machine's number for the write.
    public let rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What the machine knows a request for a producer's identity by.
public struct ProducerIDToken: Hashable, Sendable {
    /// The machine's number for the request.
    public let rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// The answer to a request.
public enum TransactionResponse: Hashable, Sendable {
    /// To ``ProducerInitialization``: who the producer is from now on.
    case initialized(Result<ProducerIdentity, TransactionError>)
    /// To ``PartitionAddition``; `nil` where all of the partitions are part of the transaction.
    case added(TransactionError?)
    /// To ``TransactionEnd``: who the producer is in its next transaction.
    case ended(Result<ProducerIdentity, TransactionError>)

    /// The same kind of answer, saying that the request failed with `error`.
    func failing(with error: TransactionError) -> TransactionResponse {
        switch self {
        case .initialized: .initialized(.failure(error))
        case .added: .added(error)
        case .ended: .ended(.failure(error))
        }
    }
}
