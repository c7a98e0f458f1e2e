internal import RecordFormat

/// Decides what compaction keeps of each batch, as the walk through the log comes to it.
///
/// - SeeAlso: docs/decisions/0019-compaction-swaps-without-the-append-lane.md
struct BatchRetention {
    /// The last offset of each key in the dirty part.
    let keys: OffsetMap
    /// Records from here on stay: the map does not know them.
    let mappedEnd: LogOffset
    /// What an active producer's state hangs on, so that its batch stays even without records.
    let producers: [ProducerID: LastBatch]
    /// The time that delete horizons are held against.
    let now: Timestamp
    /// How long a tombstone stays from the first compaction on that meets it.
    let deleteRetention: Duration
    var transactions: TransactionTracker

    /// The last batch of one producer.
    struct LastBatch: Equatable {
        /// The last offset that carries a sequence number; `nil` if a marker began the epoch and nothing followed.
        var dataOffset: LogOffset?
        var epoch: ProducerEpoch
    }

    /// What becomes of `batch`.
    ///
    /// - Parameter isLast: Whether it is the last one of the segment that is being written. It stays, if only as a
    ///   header: a segment that ends below the next one's base looks as if it had lost records.
    mutating func judge(_ batch: RecordBatch, isLast: Bool) throws(RecordFormatError) -> RecordBatchFilter.Result {
        let header = batch.header
        if header.attributes.isControl { return try judge(marker: batch, isLast: isLast) }
        let isAborted = transactions.isAborted(header)
        // What lies beyond the map is copied: nobody knows which of its keys come again.
        guard header.baseOffset < mappedEnd else {
            return RecordBatchFilter.Result(outcome: .unchanged, keptRecords: Int(header.recordCount))
        }
        let isWholeMapped = header.nextOffset <= mappedEnd
        let filter = RecordBatchFilter(
            keepsEmptyBatch: keepsEmpty(header, isLast: isLast),
            // A tombstone beyond the map may have older values left before it.
            deleteHorizon: isWholeMapped ? horizon : nil)
        let dropsTombstones = header.deleteHorizon.map { $0 <= now } ?? false
        return try filter.apply(to: batch) { record in
            guard record.offset < mappedEnd else { return true }
            // A compacted topic has no records without keys, unless the policy was another when they came.
            guard !isAborted, let key = record.key else { return false }
            if let latest = keys.offset(of: key.bytes), latest > record.offset { return false }
            return !(record.isTombstone && dropsTombstones)
        }
    }

    /// A marker stays until the records of its transaction are gone, and from then on as long as a tombstone would:
    /// readers in the middle of the transaction need it.
    private mutating func judge(
        marker batch: RecordBatch, isLast: Bool
    ) throws(RecordFormatError) -> RecordBatchFilter.Result {
        let header = batch.header
        let isIdle = transactions.isMarkerIdle(header, try EndTransactionMarker.outcome(of: batch))
        let goes = isIdle && (header.recordCount == 0 || header.deleteHorizon.map { $0 <= now } ?? false)
        let filter = RecordBatchFilter(
            keepsEmptyBatch: keepsEmpty(header, isLast: isLast), deleteHorizon: isIdle ? horizon : nil,
            marksWithoutTombstones: isIdle)
        return try filter.apply(to: batch) { _ in !goes }
    }

    private var horizon: Timestamp { now.saturating(adding: deleteRetention) }

    /// Whether a batch stays even as a header alone.
    ///
    /// The last one below ``mappedEnd`` does: should all behind it be truncated, the log would else come back from a
    /// crash with an earlier end, and give out offsets again.
    private func keepsEmpty(_ header: RecordBatchHeader, isLast: Bool) -> Bool {
        isLast || header.nextOffset == mappedEnd || isLastOfProducer(header)
    }

    private func isLastOfProducer(_ header: RecordBatchHeader) -> Bool {
        guard header.hasProducer, let last = producers[header.producerID] else { return false }
        if let offset = last.dataOffset { return header.lastOffset == offset }
        return header.attributes.isControl && header.producerEpoch == last.epoch
    }
}
