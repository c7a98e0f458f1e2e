import ConnectAPI

/// Decides where the transactions of an exactly-once source task end. A value without I/O.
struct TransactionPacing: Sendable {
    /// What is to be done with the open transaction.
    enum Verdict: Sendable, Hashable {
        case goOn
        case commit
        /// Throw its records away and store their offsets.
        case abort
    }

    let boundary: TransactionSettings.Boundary
    /// What the task asks for; `nil` where that is not its business.
    let requests: TransactionRequests?
    private var lastCommit: ContinuousClock.Instant

    /// The records after which a transaction is committed before its time is up: the task hears of each once that is
    /// done, so all of them are kept until then.
    static let recordLimit = 100_000

    init(_ boundary: TransactionSettings.Boundary, at now: ContinuousClock.Instant) {
        self.boundary = boundary
        requests = boundary == .connector ? TransactionRequests() : nil
        lastCommit = now
    }

    /// Takes note that the task begins, or goes on after a pause.
    mutating func begin(at now: ContinuousClock.Instant) { lastCommit = now }

    /// Whether the transaction ends with a record, dropped or not.
    func after(_ record: SourceRecord) throws -> Verdict { try requests?.take(after: record) ?? .goOn }

    /// Whether the transaction ends with a batch, which may be empty.
    ///
    /// - Parameter openRecords: How many records have come since the last commit.
    mutating func afterBatch(openRecords: Int, at now: ContinuousClock.Instant) throws -> Verdict {
        switch boundary {
        case .poll: return openRecords > 0 ? .commit : .goOn
        case .interval(let interval):
            guard lastCommit.duration(to: now) >= interval || openRecords >= Self.recordLimit else { return .goOn }
            lastCommit = now
            return openRecords > 0 ? .commit : .goOn
        case .connector: return try requests?.takeAfterBatch() ?? .goOn
        }
    }

    /// Whether the transaction is committed when the task pauses or ends.
    ///
    /// Where the task says, a transaction that it has not ended is not whole.
    func atEnd() throws -> Verdict {
        if boundary == .connector { return try requests?.takeAfterBatch() ?? .goOn }
        return .commit
    }
}
