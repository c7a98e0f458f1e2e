public import LogCore
public import RecordFormat

extension EventStore {
    /// Drops every record of `stored` at or above `offset`, as ``PartitionLog/truncate(to:persistRecoveryPoint:)``
    /// does, and keeps the checkpoint of its recovery point in step.
    ///
    /// The checkpoint is lowered first, if need be: one that reaches above the log's end would leave a gap after a
    /// crash.
    ///
    /// - Throws: ``LogError`` as the log's method, or with code `.storageFull` or `.io` if the checkpoint cannot be
    ///   written; nothing is dropped then.
    public func truncate(_ stored: StoredLog, to offset: LogOffset) throws(LogError) {
        try stored.log.truncate(to: offset) { _ throws(LogError) in try writeCheckpoints() }
    }
}
