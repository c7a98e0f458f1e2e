public import RecordFormat

/// A transaction as DescribeTransactions shows it (KIP-664).
public struct TransactionDescription: Hashable, Sendable {
    /// The transactional id.
    public var transactionalID: TransactionalID
    /// The producer that has the transactional id.
    public var producer: ProducerIdentity
    /// Where the transaction stands.
    public var state: TransactionState
    /// How long a transaction may stay open.
    public var timeout: Duration
    /// When the transaction began; ``Timestamp/none`` if none has.
    public var startTimestamp: Timestamp
    /// The partitions that are part of it, sorted.
    public var partitions: [TopicPartition]
}

/// A transaction as ListTransactions shows it (KIP-664).
public struct TransactionListing: Hashable, Sendable {
    /// The transactional id.
    public var transactionalID: TransactionalID
    /// The producer that has the transactional id.
    public var producerID: ProducerID
    /// Where the transaction stands.
    public var state: TransactionState
}

/// Which transactions ListTransactions is to show.
public struct TransactionFilter: Sendable {
    /// The states to show; none for all.
    public var states: Set<TransactionState> = []
    /// The names of states that nobody knows: a filter of such alone shows nothing.
    public private(set) var unknownStates: [String] = []
    /// The producers to show; none for all.
    public var producerIDs: Set<ProducerID> = []
    /// How long a transaction must have been open for more than; `nil` for any (KIP-994).
    public var duration: Duration?
    /// What the transactional ids to show look like; `nil` for any (KIP-1152).
    private var pattern: TopicPattern?

    /// Creates a filter.
    ///
    /// - Parameter states: The names of the states to show; none for all.
    public init(states names: [String] = [], producerIDs: Set<ProducerID> = [], duration: Duration? = nil) {
        self.producerIDs = producerIDs
        self.duration = duration
        for name in names {
            if let state = TransactionState.allCases.first(where: { $0.name == name }) {
                states.insert(state)
            } else if !unknownStates.contains(name) {
                unknownStates.append(name)
            }
        }
    }

    /// Shows only transactional ids that a regular expression matches as a whole.
    ///
    /// - Returns: Whether it is one; nothing has changed if not.
    public mutating func requirePattern(_ text: String) -> Bool {
        guard let pattern = try? TopicPattern(text) else { return false }
        self.pattern = pattern
        return true
    }

    /// Whether a transactional id looks as it should.
    ///
    /// Asked of what the coordinator has listed, as it may take long: nobody else has to wait for it then.
    public func admits(_ id: TransactionalID) -> Bool { pattern?.matches(id.rawValue) ?? true }

    /// Whether a transaction passes the filter at `now`.
    func admits(_ value: TransactionValue, at now: Timestamp) -> Bool {
        let filtersStates = !states.isEmpty || !unknownStates.isEmpty
        if filtersStates && !states.contains(value.state) { return false }
        if !producerIDs.isEmpty && !producerIDs.contains(value.producer.id) { return false }
        guard let duration else { return true }
        // A transaction that never began has -1 for its start, and so has lasted longest of all: as Kafka counts.
        let age = now.milliseconds.subtractingReportingOverflow(value.startTimestamp.milliseconds).partialValue
        return age > duration.clampedMilliseconds
    }
}
