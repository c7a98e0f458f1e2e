internal import RecordFormat

extension Transaction {
    /// What is to be done about partitions that a producer adds.
    enum AdditionVerdict {
        case refuse(TransactionError)
        /// All of them are part of the transaction already.
        case isPresent
        case move(Transition)
    }

    /// Whether a request with this epoch comes from a producer that has been fenced.
    ///
    /// The very last epoch only ever fences: who comes with it was never given it.
    func isFenced(_ epoch: ProducerEpoch) -> Bool { epoch != value.producer.epoch || epoch == .last }

    /// Judges the addition of partitions, which begins a transaction if none is open.
    func judge(_ request: PartitionAddition, at timestamp: Timestamp) -> AdditionVerdict {
        // First of all: with the change under way the producer's very identity may become another.
        if change != nil || value.state.isPrepared { return .refuse(.concurrentTransactions) }
        if value.producer.id != request.producer.id { return .refuse(.invalidProducerIDMapping) }
        if isFenced(request.producer.epoch) { return .refuse(.producerFenced) }
        let isOpen = value.state == .ongoing
        if isOpen && request.partitions.isSubset(of: value.partitions) { return .isPresent }
        var transition = Transition(value: value, lastEpoch: lastEpoch)
        transition.value.state = .ongoing
        transition.value.partitions.formUnion(request.partitions)
        transition.value.clientProtocol = .classic
        transition.value.updateTimestamp = timestamp
        if !isOpen { transition.value.startTimestamp = timestamp }
        return .move(transition)
    }

    /// Which of the partitions are part of the producer's open transaction (KIP-890).
    ///
    /// A change under way is no obstacle: partitions are part of the transaction from when that is durable until the
    /// transaction has ended, and a partition's log looks once more before it appends.
    func verify(_ request: PartitionAddition) -> Result<[TopicPartition: TransactionError?], TransactionError> {
        if value.producer.id != request.producer.id { return .failure(.invalidProducerIDMapping) }
        if isFenced(request.producer.epoch) { return .failure(.producerFenced) }
        if value.state.isPrepared { return .failure(.concurrentTransactions) }
        let verdicts = request.partitions.map { partition -> (TopicPartition, TransactionError?) in
            (partition, value.partitions.contains(partition) ? nil : .transactionAbortable)
        }
        return .success(Dictionary(uniqueKeysWithValues: verdicts))
    }
}
