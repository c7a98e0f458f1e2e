public import RecordFormat

extension TransactionCoordinator {
    /// A producer asks for its identity; its transactional id is made if it is new.
    ///
    /// The answer is a ``TransactionResponse/initialized(_:)``, which leaves when the identity is durable. While a
    /// transaction of an earlier producer is being aborted it is ``TransactionError/concurrentTransactions``: the
    /// client is to ask again.
    public mutating func initializeProducer(
        _ request: ProducerInitialization, token: RequestToken, at now: CoordinationTime
    ) -> [TransactionAction] {
        let id = request.transactionalID
        func refused(_ error: TransactionError) -> [TransactionAction] {
            [.respond(token, .initialized(.failure(error)))]
        }
        guard id.isUsable else { return refused(.invalidRequest) }
        guard request.timeout > .zero, request.timeout <= configuration.maxTimeout else {
            return refused(.invalidTransactionTimeout)
        }
        guard let transaction = transactions[id] else {
            transactions[id] = Transaction(newFor: request, at: now.timestamp)
            return allocate(.initialization(request, token), for: id)
        }
        switch transaction.judge(request, at: now.timestamp) {
        case .refuse(let error): return refused(error)
        case .allocate: return allocate(.initialization(request, token), for: id)
        case .move(var transition):
            let result: Result<ProducerIdentity, TransactionError> =
                transition.isFence ? .failure(.concurrentTransactions) : .success(transition.value.producer)
            transition.held = (token, .initialized(result))
            return append(transition, of: id, at: now)
        }
    }

    /// The host has found an identity that no producer has had, or has not.
    ///
    /// - Parameter token: The token of the search; one that is not known any more is passed over.
    public mutating func producerIDAllocated(
        _ token: ProducerIDToken, _ result: Result<ProducerID, TransactionError>, at now: CoordinationTime
    ) -> [TransactionAction] {
        guard let id = allocations.removeValue(forKey: token), let transaction = transactions[id],
            case .allocation(_, let allocation) = transaction.change
        else { return [] }
        transactions[id]!.change = nil
        switch (result, allocation) {
        case (.failure(let error), _):
            let (token, response) = allocation.failing(with: error)
            return [.respond(token, response)] + forgetOrSettle(id, at: now)
        case (.success(let producerID), .initialization(let request, let token)):
            var transition = transaction.initialized(allocated: producerID, request, at: now.timestamp)
            transition.held = (token, .initialized(.success(transition.value.producer)))
            return append(transition, of: id, at: now)
        case (.success(let producerID), .end(let request, let token)):
            let transition = transaction.decided(
                request.outcome, request.clientProtocol, nextProducerID: producerID, at: now.timestamp)
            return decide(transition, of: id, token, at: now)
        }
    }

    /// Drops a transactional id that has come to nothing; sets the timer of any other.
    mutating func forgetOrSettle(_ id: TransactionalID, at now: CoordinationTime) -> [TransactionAction] {
        guard transactions[id]?.isNew == true else {
            return settle(id, after: nextRetryDelay(of: id), at: now)
        }
        transactions[id] = nil
        return []
    }
}

extension TransactionalID {
    /// Whether there can be a record of it.
    fileprivate var isUsable: Bool { !rawValue.isEmpty && rawValue.fitsRecord }
}
