internal import RecordFormat

/// What decides whether a producer may write, apart from its sequence numbers: its epoch, its coordinator's, and
/// whether it has a transaction open.
///
/// Small enough to be copied for a look ahead: several batches of one append are judged one behind the other before any
/// of them is written.
struct ProducerStanding: Sendable, Equatable {
    var epoch: ProducerEpoch
    /// The epoch of the transaction coordinator that wrote the last marker; -1 before the first.
    var coordinatorEpoch: Int32 = -1
    /// First offset of the open transaction.
    var openTransactionStart: LogOffset?

    /// Checks that this batch may follow, whoever sends it as leader.
    ///
    /// - Throws: ``LogError`` with code `.fencedProducer` for an epoch that is over, `.fencedCoordinator` for a marker
    ///   of a coordinator that was replaced, `.invalidTransactionState` for a batch outside of the open transaction.
    func check(_ header: RecordBatchHeader, _ marker: EndTransactionMarker?) throws(LogError) {
        if header.producerEpoch < epoch {
            throw LogError(
                .fencedProducer,
                "producer \(header.producerID) has epoch \(epoch); epoch \(header.producerEpoch) is over. Initialise it again"
            )
        }
        if let marker, marker.coordinatorEpoch < coordinatorEpoch {
            throw LogError(
                .fencedCoordinator,
                "a marker for producer \(header.producerID) from coordinator epoch \(marker.coordinatorEpoch): epoch \(coordinatorEpoch) has written already"
            )
        }
        guard let openTransactionStart, !header.attributes.isControl, !header.attributes.isTransactional else { return }
        throw LogError(
            .invalidTransactionState,
            "producer \(header.producerID) has a transaction open since offset \(openTransactionStart) and sent a batch that is not part of it"
        )
    }

    /// Takes a batch into account; returns what it did to the producer's transaction.
    mutating func apply(_ header: RecordBatchHeader, _ marker: EndTransactionMarker?) -> TransactionEvent? {
        epoch = header.producerEpoch
        guard header.attributes.isControl else {
            guard header.attributes.isTransactional, openTransactionStart == nil else { return nil }
            openTransactionStart = header.baseOffset
            return .began(header.producerID, at: header.baseOffset)
        }
        guard let marker else { return nil }
        coordinatorEpoch = marker.coordinatorEpoch
        // A marker without a transaction changes nothing that readers see, and needs no index entry.
        guard let start = openTransactionStart else { return nil }
        openTransactionStart = nil
        return .ended(
            CompletedTransaction(
                producerID: header.producerID, firstOffset: start, lastOffset: header.baseOffset,
                isAborted: marker.outcome == .aborted))
    }
}
