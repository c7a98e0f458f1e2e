internal import RecordFormat

extension TransactionCoordinator {
    /// A transaction as DescribeTransactions shows it (KIP-664).
    public func describe(_ id: TransactionalID) -> Result<TransactionDescription, TransactionError> {
        if id.rawValue.isEmpty { return .failure(.invalidRequest) }
        guard let transaction = transactions[id], !transaction.isNew else { return .failure(.transactionalIDNotFound) }
        let value = transaction.value
        return .success(
            TransactionDescription(
                transactionalID: id, producer: value.producer, state: value.state,
                timeout: .milliseconds(value.timeoutMs), startTimestamp: value.startTimestamp,
                partitions: value.partitions.sorted()))
    }

    /// The transactions as ListTransactions shows them, sorted by name (KIP-664); what their names have to look like is
    /// left to ``TransactionFilter/admits(_:)``.
    public func listTransactions(_ filter: TransactionFilter, at now: CoordinationTime) -> [TransactionListing] {
        transactions.values
            .filter { !$0.isNew && filter.admits($0.value, at: now.timestamp) }
            .map {
                TransactionListing(
                    transactionalID: $0.id, producerID: $0.value.producer.id, state: $0.value.state)
            }
            .sorted { $0.transactionalID < $1.transactionalID }
    }
}
