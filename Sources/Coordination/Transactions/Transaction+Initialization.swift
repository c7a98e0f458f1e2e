internal import RecordFormat

extension Transaction {
    /// What is to be done about a producer that asks for its identity.
    enum InitializationVerdict {
        case refuse(TransactionError)
        /// The producer needs an identity that no one has had.
        case allocate
        case move(Transition)
    }

    /// Judges a producer's request for its identity.
    ///
    /// A transaction that is open is aborted first, under an epoch that no one gets: the client asks again, and the
    /// epoch that it gets then is a later one still.
    func judge(_ request: ProducerInitialization, at timestamp: Timestamp) -> InitializationVerdict {
        if change != nil || value.state.isPrepared { return .refuse(.concurrentTransactions) }
        if let expected = request.expected, !isContinued(by: expected) { return .refuse(.producerFenced) }
        if value.state == .ongoing { return .move(fence(at: timestamp)) }
        let rotates =
            value.producer.epoch.isExhausted && request.expected.map { $0.epoch == value.producer.epoch } ?? true
        if rotates { return .allocate }
        guard let (epoch, lastEpoch) = nextEpoch(expected: request.expected?.epoch) else {
            return .refuse(.producerFenced)
        }
        return .move(
            initialized(as: ProducerIdentity(value.producer.id, epoch), lastEpoch: lastEpoch, request, at: timestamp))
    }

    /// Whether a client that says who it was may go on as this producer (KIP-360).
    private func isContinued(by expected: ProducerIdentity) -> Bool {
        if isNew || expected.id == value.producer.id { return true }
        // It may have missed the answer that gave it a new identity because its epochs had run out.
        return expected.id == value.previousProducerID && expected.epoch.isExhausted
    }

    /// The epoch that a producer gets and the one before it; `nil` if another producer has come in between.
    private func nextEpoch(expected: ProducerEpoch?) -> (epoch: ProducerEpoch, lastEpoch: ProducerEpoch)? {
        let epoch = value.producer.epoch
        guard let expected else { return (epoch.next, .none) }
        if isNew || expected == epoch { return (epoch.next, epoch) }
        // The same request once more: a producer that came in between would have left no last epoch.
        return expected == lastEpoch ? (epoch, lastEpoch) : nil
    }

    /// The change to a producer that begins anew with an identity of its own.
    func initialized(
        allocated id: ProducerID, _ request: ProducerInitialization, at timestamp: Timestamp
    ) -> Transition {
        let lastEpoch = isNew || request.expected == nil ? .none : value.producer.epoch
        let identity = ProducerIdentity(id, ProducerEpoch(0))
        return initialized(as: identity, lastEpoch: lastEpoch, request, at: timestamp)
    }

    private func initialized(
        as identity: ProducerIdentity, lastEpoch: ProducerEpoch, _ request: ProducerInitialization,
        at timestamp: Timestamp
    ) -> Transition {
        let next = TransactionValue(
            producer: identity, previousProducerID: value.producer.id, timeoutMs: request.timeout.wireMilliseconds,
            state: .empty, updateTimestamp: timestamp)
        return Transition(value: next, lastEpoch: lastEpoch)
    }
}
