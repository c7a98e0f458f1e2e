public import RecordFormat

/// A transaction that was aborted, as the transaction index records it (KIP-98).
public struct AbortedTransaction: Sendable, Hashable {
    /// Whose records are to be skipped.
    public var producerID: ProducerID
    /// Offset of the transaction's first record in the partition.
    public var firstOffset: LogOffset
    /// Offset of the marker that ended it.
    public var lastOffset: LogOffset
    /// The last stable offset as the marker left it: whatever began below it had ended by then.
    public var lastStableOffset: LogOffset

    /// Creates an entry.
    public init(
        producerID: ProducerID, firstOffset: LogOffset, lastOffset: LogOffset, lastStableOffset: LogOffset
    ) {
        self.producerID = producerID
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.lastStableOffset = lastStableOffset
    }

    /// Whether the transaction has records in `range`, or may have.
    public func overlaps(_ range: Range<LogOffset>) -> Bool {
        lastOffset >= range.lowerBound && firstOffset < range.upperBound
    }
}

/// A transaction that has its end marker.
struct CompletedTransaction: Sendable, Equatable {
    var producerID: ProducerID
    var firstOffset: LogOffset
    /// Offset of the marker.
    var lastOffset: LogOffset
    var isAborted: Bool
}

/// What a batch does to its producer's transaction.
enum TransactionEvent: Sendable, Equatable {
    case began(ProducerID, at: LogOffset)
    case ended(CompletedTransaction)
}
