internal import RecordFormat

/// One transactional id: its producer, where its transaction stands, and the one change that is under way.
///
/// A value without clock or I/O. What a change decides is seen only when its record is durable; until then, and until
/// all markers of a decided transaction are written, every other change is refused as concurrent.
///
/// - SeeAlso: KIP-98, KIP-360, KIP-588, KIP-890
struct Transaction: Sendable {
    /// What is under way.
    enum Change: Sendable {
        /// The host looks for an identity that no producer has had.
        case allocation(ProducerIDToken, Allocation)
        /// A record is on its way to the log.
        case append(AppendToken, Transition)
        /// The transaction is decided, and its partitions are told.
        case markers(MarkerProgress)
    }

    /// What a new identity is for.
    enum Allocation: Sendable {
        /// For a producer that is new, or whose epochs have run out.
        case initialization(ProducerInitialization, RequestToken)
        /// For the transactions after the one that ends, because the producer's epochs have run out.
        case end(TransactionEnd, RequestToken)

        /// The answer to whoever waits, saying that there is no identity.
        func failing(with error: TransactionError) -> (token: RequestToken, response: TransactionResponse) {
            switch self {
            case .initialization(_, let token): (token, .initialized(.failure(error)))
            case .end(_, let token): (token, .ended(.failure(error)))
            }
        }
    }

    /// What becomes of the transactional id once a record is durable.
    struct Transition: Sendable {
        var value: TransactionValue
        var lastEpoch: ProducerEpoch
        /// Whether it takes the transaction from a producer that goes on believing in it.
        var isFence = false
        /// The answer that leaves when the record is durable.
        var held: (token: RequestToken, response: TransactionResponse)?
    }

    /// Which partitions know how the transaction ended.
    struct MarkerProgress: Sendable {
        /// The write that is under way; `nil` during the wait before the next try.
        var token: MarkerToken?
        /// Partitions of that write that have not been reported.
        var outstanding: Set<TopicPartition> = []
        /// Partitions to try next.
        var failed: Set<TopicPartition> = []
    }

    let id: TransactionalID
    /// What the log has; of a new one, which the log does not know, the epoch is ``ProducerEpoch/none``.
    var value: TransactionValue
    /// The epoch that the producer had before, if the same producer goes on: by it a repeated request is recognised.
    /// The log does not have it.
    var lastEpoch = ProducerEpoch.none
    var change: Change?
    /// Whether the epoch was raised to fence a producer, and the record of that may not have reached the log. No one
    /// was told of that epoch, so the next fence need not raise it again.
    var hasFailedFence = false
    /// The wait before the last try of what does not succeed; zero once it has.
    var retryDelay = Duration.zero

    /// A transactional id that no one has used.
    init(newFor request: ProducerInitialization, at timestamp: Timestamp) {
        id = request.transactionalID
        value = TransactionValue(
            producer: .none, timeoutMs: request.timeout.wireMilliseconds, state: .empty, updateTimestamp: timestamp)
    }

    /// A transactional id as the log shows it.
    init(_ id: TransactionalID, _ value: TransactionValue) {
        self.id = id
        self.value = value
    }

    /// Whether the log knows nothing of it.
    var isNew: Bool { value.producer.epoch == .none }

    /// Proves what must hold between any two events.
    func checkInvariants() {
        if value.state.isIdle { precondition(value.partitions.isEmpty, "\(id): partitions of no transaction") }
        precondition(value.state != .dead && value.state != .prepareEpochFence, "\(id): a state that is never kept")
        precondition(value.nextProducerID == .none || value.state.isPrepared, "\(id): an identity left over")
        switch change {
        case .markers(let progress):
            precondition(value.state.isPrepared, "\(id): markers for what is not decided")
            precondition(progress.outstanding.isDisjoint(with: progress.failed), "\(id): a marker both ways")
            precondition(progress.outstanding.isSubset(of: value.partitions), "\(id): a marker for no partition")
        case .append(_, let transition):
            precondition(value.state.canBecome(transition.value.state), "\(id): an impossible transition")
        case .allocation: precondition(!value.state.isPrepared, "\(id): an identity for what is decided")
        case nil: precondition(!value.state.isPrepared && !isNew, "\(id): nothing will happen any more")
        }
    }
}
