public import LogCore
public import RecordFormat

/// What a replica's machine knows of the log on its node; the host tells it after every change.
///
/// - Invariant: ``startOffset`` ≤ ``flushedOffset`` ≤ ``endOffset``.
public struct ReplicaLog: Hashable, Sendable {
    /// The first offset that readers may see.
    public var startOffset: LogOffset
    /// Below it everything is known to be on the device. Where a topic flushes every append, the host also flushes what
    /// it found unflushed when it opened the log, or a follower would wait for that for ever.
    public var flushedOffset: LogOffset
    /// The offset that the next record gets.
    public var endOffset: LogOffset
    /// Which epoch began where.
    public var epochs: LeaderEpochHistory

    /// Creates the facts of a log.
    public init(
        startOffset: LogOffset = .zero, flushedOffset: LogOffset = .zero, endOffset: LogOffset = .zero,
        epochs: LeaderEpochHistory = LeaderEpochHistory()
    ) {
        precondition(startOffset <= flushedOffset && flushedOffset <= endOffset, "offsets of a log out of order")
        self.startOffset = startOffset
        self.flushedOffset = flushedOffset
        self.endOffset = endOffset
        self.epochs = epochs
    }

    /// The epoch of the last record, or ``LeaderEpoch/none`` without records.
    ///
    /// Not the latest of ``epochs``: a leader notes its epoch before it appends anything in it, and a follower that was
    /// such a leader would be asked to go back behind an epoch of which it has nothing.
    public var lastEpoch: LeaderEpoch {
        endOffset > startOffset ? epochs.epoch(at: endOffset + -1) ?? .none : .none
    }
}
