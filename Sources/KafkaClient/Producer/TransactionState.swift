import KafkaProtocol
import RecordFormat

/// Where a transactional producer stands (KIP-98): what it may do next, and which partitions its transaction has.
///
/// A value without I/O; it is part of ``ProducerState`` and guarded with it. The coordinator is told of each partition
/// before the first batch for it leaves, as every cluster from 0.11 on understands.
struct TransactionState: Sendable {
    enum Phase: Sendable {
        /// Without an identity: ``KafkaProducer/initializeTransactions()`` comes first.
        case uninitialized
        case initializing
        /// Between two transactions.
        case ready
        case open
        case committing
        case aborting
        /// The transaction can only be aborted, for this reason.
        case failed(KafkaClientError)
        /// The producer can do nothing more, for this reason.
        case ended(KafkaClientError)
    }

    /// Whether the coordinator has a transaction that has to be ended there.
    enum Begin: Sendable {
        case no
        /// It was told of partitions, and its answer did not come.
        case perhaps
        case yes
    }

    private(set) var phase = Phase.uninitialized
    /// Partitions that the coordinator knows to be part of the transaction.
    private var members: Set<TopicPartition> = []
    /// Partitions that it has yet to be told of.
    private var wanted: Set<TopicPartition> = []
    /// Partitions that it is being told of.
    private var adding: Set<TopicPartition> = []
    /// Whether it is being told.
    var isAdding: Bool { !adding.isEmpty }
    private(set) var isBegun = Begin.no
    /// Whether the sequence numbers have a gap, or the coordinator a transaction that nobody knows of: the next
    /// transaction then needs another epoch (KIP-360).
    private(set) var needsFreshEpoch = false

    // MARK: Initialization

    /// Begins to get an identity.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidState` when there is one, or one is on its way.
    mutating func beginInitialization() throws(KafkaClientError) {
        switch phase {
        case .uninitialized: phase = .initializing
        case .ended(let error): throw error
        default: throw Self.misuse("initializeTransactions() is called once, before the first transaction")
        }
    }

    /// Takes note of whether an identity was had; without one the producer may ask again.
    mutating func finishInitialization(_ failure: KafkaClientError?) {
        guard case .initializing = phase else { return }
        guard let failure else { return phase = .ready }
        phase = Self.isFatal(failure) ? .ended(Self.explained(failure)) : .uninitialized
    }

    // MARK: A transaction's life

    /// Begins a transaction, of which the coordinator hears with its first partition.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidState`, or what ended the producer.
    mutating func begin() throws(KafkaClientError) {
        switch phase {
        case .ready: phase = .open
        case .uninitialized, .initializing: throw Self.misuse("initializeTransactions() has to come first")
        case .ended(let error): throw error
        case .failed: throw Self.misuse("the last transaction has failed; abort it first")
        case .open, .committing, .aborting: throw Self.misuse("a transaction is open; commit or abort it first")
        }
    }

    /// Refuses what would not be part of a transaction.
    ///
    /// - Throws: ``KafkaClientError``: `.transactionFailed`, `.invalidState`, or what ended the producer.
    func checkOpen() throws(KafkaClientError) {
        switch phase {
        case .open: return
        case .failed(let error): throw Self.mustAbort(error)
        case .ended(let error): throw error
        default: throw Self.misuse("no transaction is open; call beginTransaction() first")
        }
    }

    /// Takes no more records, so that what is there can be committed; again after a try that came to no end.
    mutating func beginCommit() throws(KafkaClientError) {
        if case .committing = phase { return }
        try checkOpen()
        phase = .committing
    }

    /// Whether the coordinator has to be told of the commit, now that every record is decided.
    ///
    /// - Throws: ``KafkaClientError`` with code `.transactionFailed` when one was not written.
    func endsAtCoordinator() throws(KafkaClientError) -> Bool {
        switch phase {
        case .failed(let error): throw Self.mustAbort(error)
        case .ended(let error): throw error
        default: return isBegun != .no
        }
    }

    /// Takes no more records, so that what is there can be thrown away; again after a try that came to no end.
    mutating func beginAbort() throws(KafkaClientError) {
        switch phase {
        case .open, .failed, .aborting: phase = .aborting
        case .ended(let error): throw error
        case .committing: throw Self.misuse("the transaction is being committed; that can only be tried again")
        default: throw Self.misuse("no transaction is open")
        }
        wanted = []
    }

    /// Takes note that the coordinator has ended the transaction.
    mutating func finish() {
        switch phase {
        case .committing, .aborting: break
        default: return
        }
        phase = .ready
        members = []
        wanted = []
        isBegun = .no
        needsFreshEpoch = false
    }

    /// Takes note of something that keeps the transaction from being committed, or the producer from going on.
    mutating func fail(_ error: KafkaClientError) {
        if Self.isFatal(error) {
            if case .ended = phase { return }
            return phase = .ended(Self.explained(error))
        }
        switch phase {
        case .open, .committing:
            phase = .failed(error)
            needsFreshEpoch = true
        case .aborting: needsFreshEpoch = true
        default: break
        }
    }

    /// Takes note of something after which nothing can go on.
    mutating func end(_ error: KafkaClientError) { phase = .ended(Self.explained(error)) }

    /// Takes note that sequence numbers were given which the broker may not have seen.
    mutating func noteGap() { needsFreshEpoch = true }

    /// Whether records may still be written to the transaction.
    var takesBatches: Bool {
        switch phase {
        case .open, .committing: true
        default: false
        }
    }

    /// Whether a transaction was begun and not ended.
    var hasTransaction: Bool {
        switch phase {
        case .open, .committing, .aborting, .failed: true
        default: false
        }
    }

    // MARK: Partitions

    /// Whether a partition is part of the transaction; one that is not is noted as wanted.
    mutating func admit(_ partition: TopicPartition) -> Bool {
        if members.contains(partition) { return true }
        // Told of twice, it might hear the second time when this transaction is over, and begin the next one.
        if takesBatches && !adding.contains(partition) { wanted.insert(partition) }
        return false
    }

    /// Takes the partitions that the coordinator is to be told of now; none while it is being told of others.
    mutating func takeWanted() -> [TopicPartition] {
        guard !isAdding, takesBatches, !wanted.isEmpty else { return [] }
        adding = wanted
        wanted = []
        return adding.sorted()
    }

    /// Takes note of what the coordinator said of partitions.
    mutating func finishAdding(_ partitions: [TopicPartition], _ failure: KafkaClientError?) {
        adding = []
        if let failure {
            if isBegun == .no { isBegun = .perhaps }
            return fail(failure)
        }
        members.formUnion(partitions)
        isBegun = .yes
    }

    /// Takes note that the coordinator knows of the transaction, or may know, by a group's offsets.
    mutating func noteOffsets(isKnown: Bool) {
        if isKnown { isBegun = .yes } else if isBegun == .no { isBegun = .perhaps }
    }
}

extension TransactionState {
    /// Whether nothing can be done about an error but to make a new producer.
    static func isFatal(_ error: KafkaClientError) -> Bool {
        if error.code == .unsupportedVersion || error.code == .fenced { return true }
        switch error.errorCode {
        case ErrorCode.producerFenced?, ErrorCode.invalidProducerEpoch?,
            ErrorCode.transactionalIDAuthorizationFailed?, ErrorCode.clusterAuthorizationFailed?:
            return true
        default: return false
        }
    }

    /// The error with what it means to a producer.
    static func explained(_ error: KafkaClientError) -> KafkaClientError {
        switch error.errorCode {
        case ErrorCode.producerFenced?, ErrorCode.invalidProducerEpoch?:
            guard error.code != .fenced else { return error }
            return KafkaClientError(
                .fenced,
                "another producer took this one's transactional id, or its transaction took longer than transactionTimeout; "
                    + "make a new producer",
                errorCode: error.errorCode, cause: error)
        default: return error
        }
    }

    static func mustAbort(_ error: KafkaClientError) -> KafkaClientError {
        KafkaClientError(
            .transactionFailed, "the transaction cannot be committed; abort it", errorCode: error.errorCode,
            cause: error)
    }

    static func misuse(_ message: String) -> KafkaClientError { KafkaClientError(.invalidState, message) }
}
