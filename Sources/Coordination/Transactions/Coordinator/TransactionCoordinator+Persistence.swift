public import RecordFormat

extension TransactionCoordinator {
    /// Takes over one record of the partition, in the order of the log, before the first request.
    ///
    /// - Returns: Whether the record is of a kind that is kept here.
    /// - Throws: ``RecordDecodingError`` if the record cannot be read; nothing has changed then.
    @discardableResult public mutating func replay(_ record: TransactionRecord) throws(RecordDecodingError) -> Bool {
        switch try DecodedTransactionRecord(record) {
        case .unknown: return false
        case .transaction(let id, let value):
            switch value?.state {
            // States that are never stored, and nothing to go on from.
            case nil, .dead, .prepareEpochFence: transactions[id] = nil
            default: transactions[id] = value.map { Transaction(id, $0) }
            }
            return true
        }
    }

    /// All records have been replayed: decided transactions are carried out, those that are open have what remains of
    /// their time.
    public mutating func replayCompleted(at now: CoordinationTime) -> [TransactionAction] {
        transactions.keys.sorted().flatMap { settle($0, at: now) } + advance(to: now)
    }

    /// An append has ended.
    ///
    /// - Parameters:
    ///   - token: The token of the append; one that is not known any more is passed over.
    ///   - result: Success if its record is durable.
    ///   - now: The moment.
    public mutating func appendCompleted(
        _ token: AppendToken, _ result: Result<Void, TransactionAppendFailure>, at now: CoordinationTime
    ) -> [TransactionAction] {
        guard let id = appends.removeValue(forKey: token), let transaction = transactions[id],
            case .append(_, let transition) = transaction.change
        else { return [] }
        transactions[id]!.change = nil
        switch result {
        case .success:
            let answers = transition.held.map { [TransactionAction.respond($0.token, $0.response)] } ?? []
            return answers + apply(transition, to: id, at: now)
        case .failure(let failure):
            let error = failure.transactionError
            let answers =
                transition.held.map { [TransactionAction.respond($0.token, $0.response.failing(with: error))] } ?? []
            return answers + abandon(transition, of: id, at: now)
        }
    }

    private mutating func apply(
        _ transition: Transaction.Transition, to id: TransactionalID, at now: CoordinationTime
    ) -> [TransactionAction] {
        if transition.value.state == .dead {
            transactions[id] = nil
            timers.cancel(id)
            return []
        }
        transactions[id]!.value = transition.value
        transactions[id]!.lastEpoch = transition.lastEpoch
        transactions[id]!.hasFailedFence = false
        transactions[id]!.retryDelay = .zero
        return settle(id, at: now)
    }

    private mutating func abandon(
        _ transition: Transaction.Transition, of id: TransactionalID, at now: CoordinationTime
    ) -> [TransactionAction] {
        if transactions[id]!.value.state.isPrepared {
            // The markers are written; only the record that says so is not.
            return retry(id, Transaction.MarkerProgress(), at: now)
        }
        if transition.isFence {
            // The record may be in the log or not. Without the fence in memory the old producer would go on in what the
            // next start aborts.
            transactions[id]!.value.producer = transition.value.producer
            transactions[id]!.lastEpoch = .none
            transactions[id]!.hasFailedFence = true
        }
        return forgetOrSettle(id, at: now)
    }

    /// This node no longer has the partition, or shuts down: whoever waits is sent to look for the coordinator.
    ///
    /// The coordinator is without transactions afterwards and may be filled again by a replay. The ends of what is
    /// under way need not be reported any more, and do nothing if they are.
    public mutating func resign(at now: CoordinationTime) -> [TransactionAction] {
        var actions: [TransactionAction] = []
        for id in transactions.keys.sorted() {
            switch transactions[id]?.change {
            case .append(_, let transition):
                guard let held = transition.held else { continue }
                actions.append(.respond(held.token, held.response.failing(with: .notCoordinator)))
            case .allocation(_, let allocation):
                let (token, response) = allocation.failing(with: .notCoordinator)
                actions.append(.respond(token, response))
            case .markers, nil: continue
            }
        }
        transactions = [:]
        appends = [:]
        allocations = [:]
        markers = [:]
        timers = DeadlineQueue()
        return actions
    }
}
