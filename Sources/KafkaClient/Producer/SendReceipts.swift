import RecordFormat

/// The claims to the acknowledgements of records that were handed over together, in their order.
///
/// Neighbours that travel in one batch share what is kept of them, so that a thousand receipts cost hardly more than one.
public struct SendReceipts: RandomAccessCollection, Sendable {
    /// Receipts of neighbours in one batch.
    private struct Part: Sendable {
        /// Where the next part begins.
        var end: Int
        var first: SendReceipt
    }

    /// Neighbours that were written one after the other.
    public struct Run: Sendable {
        /// How many they are.
        public var count: Int
        /// Where the first was written; with an offset that is known, each further one has the next.
        public var first: RecordMetadata
    }

    private var parts: [Part] = []

    /// No receipts.
    package init() {}

    /// The first place, 0.
    public var startIndex: Int { 0 }

    /// The number of receipts.
    public var endIndex: Int { parts.last?.end ?? 0 }

    /// The receipt of one record.
    ///
    /// - Precondition: `index` lies within the collection.
    public subscript(index: Int) -> SendReceipt {
        precondition(index >= 0 && index < endIndex, "index outside of the receipts")
        var (low, high) = (0, parts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].end <= index { low = middle + 1 } else { high = middle }
        }
        return parts[low].first.advanced(by: index - (low == 0 ? 0 : parts[low - 1].end))
    }

    /// Waits until all is decided, or until the first batch with a failure is.
    ///
    /// - Returns: Where the records were written: neighbours of one batch together.
    /// - Throws: ``KafkaClientError`` for what kept the first of those that failed from being written, or
    ///   `CancellationError` when the task is cancelled, which leaves the records on their way.
    public func runs() async throws -> [Run] {
        var runs: [Run] = []
        runs.reserveCapacity(parts.count)
        var start = 0
        for part in parts {
            try await part.first.outcome.wait()
            let records = part.first.index..<part.first.index + (part.end - start)
            for (count, acknowledgement) in try part.first.outcome.acknowledgements(of: records) {
                runs.append(Run(count: count, first: part.first.metadata(acknowledgement)))
            }
            start = part.end
        }
        return runs
    }

    /// Adds the receipts of `count` neighbours in one batch, of which `first` is the first one's.
    mutating func append(_ first: SendReceipt, count: Int) { parts.append(Part(end: endIndex + count, first: first)) }
}
