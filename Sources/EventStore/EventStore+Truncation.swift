public import LogCore
public import RecordFormat
internal import Synchronization

extension EventStore {
    /// Drops every record of `stored` at or above `offset`, as ``PartitionLog/truncate(to:persistRecoveryPoint:)``
    /// does, and keeps the checkpoint of its recovery point in step.
    ///
    /// The checkpoint is lowered first, if need be: one that reaches above the log's end would leave a gap after a
    /// crash.
    ///
    /// - Throws: ``LogError`` as the log's method, or with code `.storageFull` or `.io` if the checkpoint cannot be
    ///   written, `.closed`; nothing is dropped then.
    public func truncate(_ stored: StoredLog, to offset: LogOffset) throws(LogError) {
        try stored.log.truncate(to: offset) { _ throws(LogError) in
            // A store that is being closed writes the checkpoints once more, but a crash may come first.
            guard try checkpoints.write({ state.withLock { $0.logs } }) else { throw StoreState.closedError }
        }
    }
}
