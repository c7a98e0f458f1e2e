public import RecordFormat
internal import Synchronization

/// What a log remembers of one producer.
public struct ActiveProducer: Sendable, Hashable {
    /// Whose records they were.
    public var id: ProducerID
    /// The epoch of the last batch or marker.
    public var epoch: ProducerEpoch
    /// The sequence number of the last record; ``SequenceNumber/none`` if none of the epoch is known.
    public var lastSequence: SequenceNumber
    /// The latest timestamp of the last batch.
    public var lastTimestamp: Timestamp
    /// The generation of the transaction coordinator that wrote the last marker; -1 before the first.
    public var coordinatorEpoch: Int32
    /// First offset of the open transaction; `nil` if none is open.
    public var openTransactionStart: LogOffset?
}

extension PartitionLog {
    /// The producers that the log remembers, by identity.
    ///
    /// - Complexity: O(*n* log *n*) in their number; waits for appends.
    public var activeProducers: [ActiveProducer] {
        let producers = lane.withLock { $0.producers.producers }
        return producers.map { id, producer in
            ActiveProducer(
                id: id, epoch: producer.standing.epoch, lastSequence: producer.batches.last?.lastSequence ?? .none,
                lastTimestamp: producer.lastTimestamp, coordinatorEpoch: producer.standing.coordinatorEpoch,
                openTransactionStart: producer.standing.openTransactionStart)
        }
        .sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Whether a transaction of the producer is open that it began in this epoch.
    ///
    /// - Complexity: O(1); waits for appends.
    public func hasOpenTransaction(of id: ProducerID, epoch: ProducerEpoch) -> Bool {
        lane.withLock { lane in
            guard let standing = lane.producers.producers[id]?.standing else { return false }
            return standing.openTransactionStart != nil && standing.epoch == epoch
        }
    }
}
