public import RecordFormat

/// A producer asks for its identity, and fences those that had its transactional id before (KIP-98).
public struct ProducerInitialization: Hashable, Sendable {
    /// The name that the producer's transactions are continued under.
    public var transactionalID: TransactionalID
    /// How long a transaction may stay open.
    public var timeout: Duration
    /// The identity that the producer has, if any: it only goes on if no other has come in between (KIP-360).
    public var expected: ProducerIdentity?

    /// Creates a request.
    public init(transactionalID: TransactionalID, timeout: Duration, expected: ProducerIdentity? = nil) {
        self.transactionalID = transactionalID
        self.timeout = timeout
        self.expected = expected
    }
}

/// A producer makes partitions part of its transaction, which begins with the first of them.
public struct PartitionAddition: Hashable, Sendable {
    /// The name that the producer's transactions are continued under.
    public var transactionalID: TransactionalID
    /// The producer.
    public var producer: ProducerIdentity
    /// The partitions; a group's offsets count as the group's partition of `__consumer_offsets`.
    public var partitions: Set<TopicPartition>

    /// Creates a request.
    public init(transactionalID: TransactionalID, producer: ProducerIdentity, partitions: Set<TopicPartition>) {
        self.transactionalID = transactionalID
        self.producer = producer
        self.partitions = partitions
    }
}

/// A producer ends its transaction.
public struct TransactionEnd: Hashable, Sendable {
    /// The name that the producer's transactions are continued under.
    public var transactionalID: TransactionalID
    /// The producer.
    public var producer: ProducerIdentity
    /// How the transaction ends.
    public var outcome: TransactionOutcome
    /// What the client knows of transactions.
    public var clientProtocol: TransactionProtocol

    /// Creates a request.
    public init(
        transactionalID: TransactionalID, producer: ProducerIdentity, outcome: TransactionOutcome,
        clientProtocol: TransactionProtocol = .classic
    ) {
        self.transactionalID = transactionalID
        self.producer = producer
        self.outcome = outcome
        self.clientProtocol = clientProtocol
    }
}
