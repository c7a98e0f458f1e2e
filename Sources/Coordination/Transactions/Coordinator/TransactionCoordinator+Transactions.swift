public import RecordFormat

extension TransactionCoordinator {
    /// A producer makes partitions part of its transaction.
    ///
    /// The answer is a ``TransactionResponse/added(_:)``, which leaves when that is durable: a transaction that the
    /// coordinator forgot would leave records behind that no one ends.
    public mutating func addPartitions(
        _ request: PartitionAddition, token: RequestToken, at now: CoordinationTime
    ) -> [TransactionAction] {
        if request.transactionalID.rawValue.isEmpty { return [.respond(token, .added(.invalidRequest))] }
        guard let transaction = transactions[request.transactionalID], !transaction.isNew else {
            return [.respond(token, .added(.invalidProducerIDMapping))]
        }
        switch transaction.judge(request, at: now.timestamp) {
        case .refuse(let error): return [.respond(token, .added(error))]
        case .isPresent: return [.respond(token, .added(nil))]
        case .move(var transition):
            transition.held = (token, .added(nil))
            return append(transition, of: request.transactionalID, at: now)
        }
    }

    /// Which of the partitions are part of the producer's open transaction, before a log takes records of it (KIP-890).
    public func verifyPartitions(
        _ request: PartitionAddition
    ) -> Result<[TopicPartition: TransactionError?], TransactionError> {
        if request.transactionalID.rawValue.isEmpty { return .failure(.invalidRequest) }
        guard let transaction = transactions[request.transactionalID], !transaction.isNew else {
            return .failure(.invalidProducerIDMapping)
        }
        return transaction.verify(request)
    }

    /// A producer ends its transaction.
    ///
    /// The answer is a ``TransactionResponse/ended(_:)``, which leaves when the decision is durable; the markers are
    /// written after that.
    public mutating func endTransaction(
        _ request: TransactionEnd, token: RequestToken, at now: CoordinationTime
    ) -> [TransactionAction] {
        if request.transactionalID.rawValue.isEmpty {
            return [.respond(token, .ended(.failure(.invalidRequest)))]
        }
        guard let transaction = transactions[request.transactionalID], !transaction.isNew else {
            return [.respond(token, .ended(.failure(.invalidProducerIDMapping)))]
        }
        switch transaction.judge(request, at: now.timestamp) {
        case .refuse(let error): return [.respond(token, .ended(.failure(error)))]
        case .repeated(let producer): return [.respond(token, .ended(.success(producer)))]
        case .allocate: return allocate(.end(request, token), for: request.transactionalID)
        case .move(let transition): return decide(transition, of: request.transactionalID, token, at: now)
        }
    }

    mutating func decide(
        _ transition: Transaction.Transition, of id: TransactionalID, _ token: RequestToken, at now: CoordinationTime
    ) -> [TransactionAction] {
        var transition = transition
        transition.held = (token, .ended(.success(Transaction.successor(after: transition.value))))
        return append(transition, of: id, at: now)
    }

    // MARK: - Markers

    /// Has the markers written that are missing; where none is, the record that says so.
    mutating func writeMarkers(of id: TransactionalID, at now: CoordinationTime) -> [TransactionAction] {
        guard let transaction = transactions[id], case .markers(var progress) = transaction.change else { return [] }
        guard !progress.failed.isEmpty else { return append(transaction.completed(at: now.timestamp), of: id, at: now) }
        let token = MarkerToken(makeNumber())
        markers[token] = id
        progress.token = token
        progress.outstanding = progress.failed
        progress.failed = []
        transactions[id]!.change = .markers(progress)
        return [
            .writeMarkers(
                TransactionMarkers(
                    transactionalID: id, producer: transaction.value.producer,
                    outcome: transaction.value.state == .prepareCommit ? .commit : .abort,
                    partitions: progress.outstanding.sorted(), token: token))
        ]
    }

    /// A partition has its marker, or does not take it now.
    ///
    /// - Parameters:
    ///   - token: The token of the write; one that is not known any more is passed over.
    ///   - partition: The partition.
    ///   - isSettled: Whether no other try is needed: the marker is durable, the partition is gone for good, or it has
    ///     heard of the producer from a later coordinator or epoch.
    ///   - now: The moment.
    public mutating func markerWritten(
        _ token: MarkerToken, to partition: TopicPartition, _ isSettled: Bool, at now: CoordinationTime
    ) -> [TransactionAction] {
        guard let id = markers[token], let transaction = transactions[id],
            case .markers(var progress) = transaction.change, progress.outstanding.remove(partition) != nil
        else { return [] }
        if !isSettled { progress.failed.insert(partition) }
        guard progress.outstanding.isEmpty else {
            transactions[id]!.change = .markers(progress)
            return []
        }
        markers[token] = nil
        progress.token = nil
        return progress.failed.isEmpty
            ? append(transaction.completed(at: now.timestamp), of: id, at: now) : retry(id, progress, at: now)
    }

    /// Waits before the next try.
    mutating func retry(
        _ id: TransactionalID, _ progress: Transaction.MarkerProgress, at now: CoordinationTime
    ) -> [TransactionAction] {
        timers.schedule(id, at: now.instant.advanced(by: nextRetryDelay(of: id)))
        transactions[id]!.change = .markers(progress)
        return []
    }
}
