public import RecordFormat

/// The offsets that bound what may be read and what is safe.
///
/// - Invariant: log start ≤ high watermark ≤ log end, and recovery point ≤ log end. The one setter proves it each time.
public struct LogWatermarks: Sendable, Hashable {
    /// First offset that readers may see.
    public private(set) var logStartOffset: LogOffset
    /// Below it every in-sync replica has the records, durably where the topic flushes; exclusive.
    public private(set) var highWatermark: LogOffset
    /// Offset that the next record will get.
    public private(set) var logEndOffset: LogOffset
    /// Below it, bytes are known to be on the device; exclusive.
    public private(set) var recoveryPoint: LogOffset

    /// Creates watermarks.
    ///
    /// - Precondition: they are in order.
    public init(logStartOffset: LogOffset, highWatermark: LogOffset, logEndOffset: LogOffset, recoveryPoint: LogOffset)
    {
        self.logStartOffset = logStartOffset
        self.highWatermark = highWatermark
        self.logEndOffset = logEndOffset
        self.recoveryPoint = recoveryPoint
        prove()
    }

    /// Changes some of the offsets together.
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
        prove()
    }

    private func prove() {
        precondition(
            logStartOffset <= highWatermark && highWatermark <= logEndOffset && recoveryPoint <= logEndOffset,
            "watermarks out of order: start \(logStartOffset), high \(highWatermark), end \(logEndOffset), recovery \(recoveryPoint)"
        )
    }
}

/// Which offset bounds what a reader sees.
public enum FetchIsolation: Sendable, Hashable {
    /// Everything appended: for replicas and recovery.
    case logEnd
    /// What every in-sync replica has: for consumers.
    case highWatermark
}
