/// Where a transaction stands; the numbers are those of its records.
///
/// - SeeAlso: docs/format/transaction-state.md
public enum TransactionState: Int8, Hashable, Sendable, CaseIterable {
    /// No transaction has begun since the producer was initialised.
    case empty = 0
    /// Partitions are part of the transaction.
    case ongoing = 1
    /// It is decided that the transaction is committed; not all partitions have heard of it.
    case prepareCommit = 2
    /// It is decided that the transaction is aborted; not all partitions have heard of it.
    case prepareAbort = 3
    /// All partitions know of the transaction's commit.
    case completeCommit = 4
    /// All partitions know of the transaction's abort.
    case completeAbort = 5
    /// The transactional id has expired and is about to go.
    case dead = 6
    /// The producer is about to be fenced; never stored.
    case prepareEpochFence = 7

    /// The name that clients and tools know the state by.
    public var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .prepareCommit: "PrepareCommit"
        case .prepareAbort: "PrepareAbort"
        case .completeCommit: "CompleteCommit"
        case .completeAbort: "CompleteAbort"
        case .dead: "Dead"
        case .prepareEpochFence: "PrepareEpochFence"
        }
    }

    /// Whether the transaction is decided and its markers are still to be written.
    public var isPrepared: Bool { self == .prepareCommit || self == .prepareAbort }

    /// Whether nothing is open: the next transaction may begin, and the transactional id may expire.
    var isIdle: Bool { self == .empty || self == .completeCommit || self == .completeAbort }

    /// Whether a transaction in this state can be in `next` after the next change.
    func canBecome(_ next: TransactionState) -> Bool {
        switch next {
        case .empty, .dead: isIdle
        case .ongoing: isIdle || self == .ongoing
        case .prepareCommit: self == .ongoing
        // From the idle states by a producer that gives up before it has added a partition (KIP-890).
        case .prepareAbort: self == .ongoing || self == .prepareEpochFence || isIdle
        case .prepareEpochFence: self == .ongoing
        case .completeCommit: self == .prepareCommit
        case .completeAbort: self == .prepareAbort
        }
    }
}

/// How a transaction ends.
public enum TransactionOutcome: Hashable, Sendable {
    /// Its records and offset commits count.
    case commit
    /// Readers of committed records skip what it wrote.
    case abort

    /// The state in which a decision for this outcome is.
    var prepared: TransactionState { self == .commit ? .prepareCommit : .prepareAbort }

    /// The state in which every partition knows of this outcome.
    var completed: TransactionState { self == .commit ? .completeCommit : .completeAbort }
}

/// What a client knows of transactions, by the level of the feature `transaction.version`.
public enum TransactionProtocol: Int16, Hashable, Sendable {
    /// One epoch for all transactions of a producer; partitions are added before records are sent (KIP-98).
    case classic = 0
    /// As before; the records of `__transaction_state` have tagged fields.
    case flexible = 1
    /// Each transaction ends with a new epoch, so that nothing late can get into the next one (KIP-890).
    case epochPerTransaction = 2

    /// Whether each end of a transaction brings a new epoch.
    var bumpsEpoch: Bool { self == .epochPerTransaction }
}
