/// How a source task ends the transactions that its records are written in (KIP-618).
///
/// A task has one where its connector runs exactly once with `transaction.boundary=connector`. Asking for a commit and
/// an abort at the same place fails the task.
public protocol TransactionContext: Sendable {
    /// Asks for a commit after the batch that ``SourceTask/poll()`` returns next.
    func commitTransaction()

    /// Asks for a commit after a record, which is the last one of its transaction.
    func commitTransaction(after record: SourceRecord)

    /// Asks for an abort after the batch that ``SourceTask/poll()`` returns next: its transaction's records are thrown
    /// away, but their offsets are stored, so that they do not come again.
    func abortTransaction()

    /// Asks for an abort after a record, which is the last one of its transaction; the offsets are stored.
    func abortTransaction(after record: SourceRecord)
}

extension SourceTaskContext {
    /// None: transactions end where the connector's configuration says, or there are none.
    public var transactionContext: (any TransactionContext)? { nil }
}

/// Whether the tasks of a connector can say where their transactions end.
public enum ConnectorTransactionBoundaries: Sendable, Hashable {
    case supported, unsupported
}

extension SourceConnector {
    /// They cannot.
    public func canDefineTransactionBoundaries(
        configuration: [String: String]
    ) throws -> ConnectorTransactionBoundaries { .unsupported }
}
