internal import RecordFormat

/// One transaction that was aborted: the records of `producerID` from `firstOffset` up to its marker at `markerOffset`
/// count for nothing.
struct AbortedRange: Equatable {
    var producerID: ProducerID
    var firstOffset: LogOffset
    var markerOffset: LogOffset
}

/// What the batches of a log say of its transactions: which were aborted, and where the first one begins that is open.
///
/// Compaction must know before it comes to a record whether its transaction was aborted, and the marker that tells
/// stands behind it.
struct TransactionSurvey {
    /// Ascending by first offset.
    private(set) var aborted: [AbortedRange] = []
    private var open: [ProducerID: LogOffset] = [:]

    /// The first offset of any transaction whose marker has not been seen.
    var firstOpenOffset: LogOffset? { open.values.min() }

    /// Takes the next batch of the log into account.
    ///
    /// - Parameter kind: What a control batch's record says; `nil` for any other batch.
    mutating func note(_ header: RecordBatchHeader, marker kind: EndTransactionMarker.Outcome?) {
        guard header.attributes.isControl else {
            if header.attributes.isTransactional, open[header.producerID] == nil {
                open[header.producerID] = header.baseOffset
            }
            return
        }
        guard let first = open.removeValue(forKey: header.producerID), kind == .aborted else { return }
        aborted.append(
            AbortedRange(producerID: header.producerID, firstOffset: first, markerOffset: header.lastOffset))
    }

    /// The ranges in the order in which a walk through the log meets them.
    var abortedByFirstOffset: [AbortedRange] { aborted.sorted { $0.firstOffset < $1.firstOffset } }
}

extension EndTransactionMarker {
    /// Reads how a control batch ends a transaction; `nil` for an empty one, or of a kind that is no transaction's end.
    ///
    /// - Throws: ``RecordFormatError`` with code `.invalidRecord` if the record is too short to be a marker.
    static func outcome(of batch: RecordBatch) throws(RecordFormatError) -> Outcome? {
        do throws(LogError) { return try read(batch)?.outcome } catch {
            throw RecordFormatError(.invalidRecord, error.message)
        }
    }
}

/// Where a compaction stands among the transactions while it walks through the log.
struct TransactionTracker {
    /// The aborted ranges that the walk has not come to, the next one last.
    private var upcoming: [AbortedRange]
    /// Aborted transactions that the walk is within, and whether it met a batch of theirs.
    private var aborting: [ProducerID: Bool] = [:]
    /// Producers of committed transactions of which the walk met a batch.
    private var committing: Set<ProducerID> = []

    /// - Parameter aborted: Ascending by first offset.
    init(aborted: [AbortedRange]) { upcoming = aborted.reversed() }

    /// Whether the records of a batch count for nothing, because their transaction was aborted.
    mutating func isAborted(_ header: RecordBatchHeader) -> Bool {
        enter(upTo: header.lastOffset)
        guard header.attributes.isTransactional else { return false }
        if aborting[header.producerID] != nil {
            aborting[header.producerID] = true
            return true
        }
        committing.insert(header.producerID)
        return false
    }

    /// Whether a marker has nothing to mark any more: no batch of its transaction was left to meet.
    mutating func isMarkerIdle(_ header: RecordBatchHeader, _ marker: EndTransactionMarker.Outcome?) -> Bool {
        enter(upTo: header.lastOffset)
        switch marker {
        case .aborted: return aborting.removeValue(forKey: header.producerID) != true
        case .committed: return committing.remove(header.producerID) == nil
        // Without a record it was compacted before. With another kind of record it is not ours to judge.
        case nil: return header.recordCount == 0
        }
    }

    private mutating func enter(upTo offset: LogOffset) {
        while let next = upcoming.last, next.firstOffset <= offset {
            upcoming.removeLast()
            if aborting[next.producerID] == nil { aborting[next.producerID] = false }
        }
    }
}
