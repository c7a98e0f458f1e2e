internal import Synchronization

extension PartitionLog {
    /// Gives the mapping of the log's tail back if nothing was appended since the last call; the next small appends
    /// take it again.
    ///
    /// For hosts of many logs, to be called now and then: the system bounds a process's mappings.
    ///
    /// - Complexity: O(1); never waits for an append.
    public func unmapIdleTail() {
        _ = lane.withLockIfAvailable { $0.writer.unmapIfIdle() }
    }

    /// Whether small appends are being copied into the mapped tail of the log.
    package var hasMappedTail: Bool { lane.withLock { $0.writer.isMapped } }
}
