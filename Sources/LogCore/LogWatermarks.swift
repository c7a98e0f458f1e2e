public import RecordFormat

/// The offsets that bound what may be read and what is safe.
///
/// - Invariant: log start ≤ last stable ≤ high watermark ≤ log end, and recovery point ≤ log end. Every change goes
///   through one place that proves it.
public struct LogWatermarks: Sendable, Hashable {
    /// First offset that readers may see.
    public private(set) var logStartOffset: LogOffset
    /// Below it, no transaction is open or waits for its marker to be replicated; exclusive (KIP-98).
    public private(set) var lastStableOffset: LogOffset
    /// Below it every in-sync replica has the records, durably where the topic flushes; exclusive.
    public private(set) var highWatermark: LogOffset
    /// Offset that the next record will get.
    public private(set) var logEndOffset: LogOffset
    /// Below it, bytes are known to be on the device; exclusive.
    public private(set) var recoveryPoint: LogOffset
    /// Where the first transaction begins that is not settled; the last stable offset follows from it.
    private(set) var firstUnstableOffset: LogOffset?

    /// Creates watermarks.
    ///
    /// - Precondition: they are in order.
    public init(logStartOffset: LogOffset, highWatermark: LogOffset, logEndOffset: LogOffset, recoveryPoint: LogOffset)
    {
        self.init(
            logStartOffset: logStartOffset, highWatermark: highWatermark, logEndOffset: logEndOffset,
            recoveryPoint: recoveryPoint, firstUnstableOffset: nil)
    }

    init(
        logStartOffset: LogOffset, highWatermark: LogOffset, logEndOffset: LogOffset, recoveryPoint: LogOffset,
        firstUnstableOffset: LogOffset?
    ) {
        self.logStartOffset = logStartOffset
        self.highWatermark = highWatermark
        self.logEndOffset = logEndOffset
        self.recoveryPoint = recoveryPoint
        self.firstUnstableOffset = firstUnstableOffset
        lastStableOffset = logStartOffset
        settle()
    }

    /// Changes some of the offsets together; the last stable offset follows.
    ///
    /// - Precondition: the result is in order.
    public mutating func update(
        logStartOffset: LogOffset? = nil, highWatermark: LogOffset? = nil, logEndOffset: LogOffset? = nil,
        recoveryPoint: LogOffset? = nil
    ) {
        if let logStartOffset { self.logStartOffset = logStartOffset }
        if let highWatermark { self.highWatermark = highWatermark }
        if let logEndOffset { self.logEndOffset = logEndOffset }
        if let recoveryPoint { self.recoveryPoint = recoveryPoint }
        settle()
    }

    /// Changes where the first unsettled transaction begins, `nil` for none, and some other offsets with it.
    mutating func update(
        highWatermark: LogOffset? = nil, logEndOffset: LogOffset? = nil, firstUnstableOffset: LogOffset?
    ) {
        self.firstUnstableOffset = firstUnstableOffset
        update(highWatermark: highWatermark, logEndOffset: logEndOffset)
    }

    /// Derives the last stable offset, and proves the order of all.
    ///
    /// Deleting records may move the log start into an open transaction: its rest stays unstable, and what readers of
    /// committed records see begins and ends at the log start.
    private mutating func settle() {
        lastStableOffset = max(logStartOffset, min(firstUnstableOffset ?? highWatermark, highWatermark))
        precondition(
            logStartOffset <= lastStableOffset && lastStableOffset <= highWatermark && highWatermark <= logEndOffset
                && recoveryPoint <= logEndOffset,
            "watermarks out of order: start \(logStartOffset), stable \(lastStableOffset), high \(highWatermark), end \(logEndOffset), recovery \(recoveryPoint)"
        )
    }
}

/// Which offset bounds what a reader sees.
public enum FetchIsolation: Sendable, Hashable {
    /// Everything appended: for replicas and recovery.
    case logEnd
    /// What every in-sync replica has: for consumers.
    case highWatermark
    /// What every in-sync replica has and no open transaction precedes: for consumers that read committed records
    /// (KIP-98).
    case transactionCommitted
}
