internal import RecordFormat

extension Transaction {
    /// What is to be done about the end of a transaction.
    enum EndVerdict {
        case refuse(TransactionError)
        /// It has ended so already; who the producer is now.
        case repeated(ProducerIdentity)
        /// The producer's epochs run out with this transaction: the next one needs an identity that no one has had.
        case allocate
        case move(Transition)
    }

    /// Judges a producer's request to end its transaction.
    func judge(_ request: TransactionEnd, at timestamp: Timestamp) -> EndVerdict {
        request.clientProtocol.bumpsEpoch ? judgeBumping(request, at: timestamp) : judgeClassic(request, at: timestamp)
    }

    private func judgeClassic(_ request: TransactionEnd, at timestamp: Timestamp) -> EndVerdict {
        if value.producer.id != request.producer.id { return .refuse(.invalidProducerIDMapping) }
        if isFenced(request.producer.epoch) { return .refuse(.producerFenced) }
        if change != nil { return .refuse(.concurrentTransactions) }
        switch value.state {
        case .ongoing: return .move(decided(request.outcome, request.clientProtocol, at: timestamp))
        case request.outcome.completed: return .repeated(value.producer)
        default: return .refuse(.invalidTxnState)
        }
    }

    /// By KIP-890 a client that has its answer ends its next transaction with the next epoch. One that comes with the
    /// epoch before has missed the answer, and a client may abort before it has added any partition, in order to get a
    /// new epoch.
    private func judgeBumping(_ request: TransactionEnd, at timestamp: Timestamp) -> EndVerdict {
        // First of all: with the change under way the producer's very identity may become another.
        if change != nil { return .refuse(.concurrentTransactions) }
        let isRetry = isRetry(of: request.producer)
        if value.producer.id != request.producer.id && !isRetry { return .refuse(.invalidProducerIDMapping) }
        if isFenced(request.producer.epoch) && !isRetry { return .refuse(.producerFenced) }
        if isRetry {
            return value.state == request.outcome.completed ? .repeated(value.producer) : .refuse(.invalidTxnState)
        }
        guard value.state == .ongoing || value.state.isIdle && request.outcome == .abort else {
            return .refuse(.invalidTxnState)
        }
        if value.producer.epoch.isExhausted { return .allocate }
        return .move(decided(request.outcome, request.clientProtocol, at: timestamp))
    }

    /// Whether a request comes from before the last transaction's end, with the epoch that this end took away.
    private func isRetry(of producer: ProducerIdentity) -> Bool {
        guard value.clientProtocol.bumpsEpoch, value.state == .completeCommit || value.state == .completeAbort else {
            return false
        }
        if value.producer.id == producer.id {
            return producer.epoch != .last && value.producer.epoch == producer.epoch.next
        }
        return value.previousProducerID == producer.id && producer.epoch.rawValue == Int16.max - 1
            && value.producer.epoch == ProducerEpoch(0)
    }

    /// The change to a transaction that is decided.
    ///
    /// - Parameter nextProducerID: Who the producer is after it, if it cannot have the identity that it has.
    func decided(
        _ outcome: TransactionOutcome, _ clientProtocol: TransactionProtocol, nextProducerID: ProducerID = .none,
        at timestamp: Timestamp
    ) -> Transition {
        var transition = Transition(value: value, lastEpoch: lastEpoch)
        transition.value.state = outcome.prepared
        transition.value.clientProtocol = clientProtocol
        transition.value.nextProducerID = nextProducerID
        transition.value.updateTimestamp = timestamp
        if value.state.isIdle { transition.value.startTimestamp = timestamp }
        if clientProtocol.bumpsEpoch {
            // The markers carry the new epoch: a batch with the old one is refused from then on, however late.
            transition.value.producer.epoch = value.producer.epoch.next
            transition.lastEpoch = value.producer.epoch
        }
        return transition
    }

    /// The change to a transaction that is taken from its producer and aborted.
    ///
    /// By the classic protocol, though the epoch changes: the fenced producer must not take the new epoch for its own.
    func fence(at timestamp: Timestamp) -> Transition {
        var transition = decided(.abort, .classic, at: timestamp)
        // A log may have a transaction under the very last epoch, which no client is given: there is none above it.
        let hasNext = value.producer.epoch != .last
        if !hasFailedFence && hasNext { transition.value.producer.epoch = value.producer.epoch.next }
        transition.lastEpoch = .none
        transition.isFence = true
        return transition
    }

    /// Who the producer is once a decided transaction has ended.
    static func successor(after decided: TransactionValue) -> ProducerIdentity {
        decided.nextProducerID == .none
            ? decided.producer : ProducerIdentity(decided.nextProducerID, ProducerEpoch(0))
    }

    /// The change to a transaction of which every partition knows how it ended.
    func completed(at timestamp: Timestamp) -> Transition {
        precondition(value.state.isPrepared, "\(id) is \(value.state), not decided")
        var next = value
        next.state = value.state == .prepareCommit ? .completeCommit : .completeAbort
        next.partitions = []
        next.producer = Self.successor(after: value)
        if value.clientProtocol.bumpsEpoch { next.previousProducerID = value.producer.id }
        next.nextProducerID = .none
        next.updateTimestamp = timestamp
        return Transition(value: next, lastEpoch: lastEpoch)
    }

    /// The change to a transactional id that has expired.
    func expired() -> Transition {
        var next = value
        next.state = .dead
        return Transition(value: next, lastEpoch: lastEpoch)
    }
}
