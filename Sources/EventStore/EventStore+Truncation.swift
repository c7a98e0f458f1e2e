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
        try journal.change(stored) { () throws(LogError) in
            try stored.log.truncate(to: offset) { _ throws(LogError) in try persistRecoveryPoint(of: stored) }
        }
    }

    /// Drops what the leader does not have, going by what it answered about this log's latest epoch, as
    /// ``PartitionLog/truncate(toEndOf:persistRecoveryPoint:)`` does, and keeps the checkpoint of its recovery point in
    /// step.
    ///
    /// A follower calls it with the leader's answers, one after the other, until it says that the last cut was made
    /// (KIP-101, KIP-279).
    ///
    /// - Parameters:
    ///   - stored: The follower's log.
    ///   - answer: The leader's largest epoch not above the one asked for, and the offset at which it ended there;
    ///     `nil` where the leader knows nothing.
    /// - Returns: Where the log ends now, and whether the leader has to be asked again.
    /// - Throws: as ``truncate(_:to:)``.
    public func truncate(
        _ stored: StoredLog, toEndOf answer: LeaderEpochHistory.Entry?
    ) throws(LogError) -> EpochTruncation {
        try journal.change(stored) { () throws(LogError) in
            try stored.log.truncate(toEndOf: answer) { _ throws(LogError) in try persistRecoveryPoint(of: stored) }
        }
    }

    /// Drops every record of `stored` and has it begin anew at `offset`, as
    /// ``PartitionLog/truncateFully(startingAt:persistRecoveryPoint:)`` does, and keeps the checkpoint of its recovery
    /// point in step.
    ///
    /// - Throws: as ``truncate(_:to:)``.
    public func truncateFully(_ stored: StoredLog, startingAt offset: LogOffset) throws(LogError) {
        try journal.change(stored) { () throws(LogError) in
            try stored.log.truncateFully(startingAt: offset) { _ throws(LogError) in
                try persistRecoveryPoint(of: stored)
            }
        }
    }

    /// Makes durable that the recovery point of a log has moved back.
    private func persistRecoveryPoint(of stored: StoredLog) throws(LogError) {
        try stored.flushMarkSlot.clear()
        // A store that is being closed writes the checkpoints once more, but a crash may come first.
        guard try checkpoints.write({ state.withLock { $0.logs } }) else { throw StoreState.closedError }
    }
}
