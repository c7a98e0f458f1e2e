internal import RecordFormat

/// What the log remembers of its idempotent producers: enough to refuse gaps and to recognise what it has already
/// (KIP-98).
///
/// A value inside of the append lane.
struct ProducerTable: Sendable, Equatable {
    /// One batch of a producer, as far as it takes to recognise it again.
    struct Batch: Sendable, Equatable {
        var firstSequence: SequenceNumber
        var lastSequence: SequenceNumber
        var lastOffset: LogOffset
        var offsetDelta: Int32
        var timestamp: Timestamp

        var firstOffset: LogOffset { lastOffset + -Int64(offsetDelta) }
    }

    /// One producer's newest epoch and its last batches.
    struct Producer: Sendable, Equatable {
        var epoch: ProducerEpoch
        /// Oldest first; at most ``ProducerTable/remembered``.
        var batches: [Batch] = []
        var lastTimestamp: Timestamp
    }

    /// What a look at a new batch says.
    enum Verdict: Equatable {
        case new
        case duplicate(Batch)
    }

    /// A producer has at most five requests in flight, so that many batches can come twice.
    static let remembered = 5

    private(set) var producers: [ProducerID: Producer] = [:]

    /// Judges a batch that a client sends.
    ///
    /// - Throws: ``LogError`` with code `.fencedProducer` for an epoch that is over, `.outOfOrderSequence` for a gap.
    func judge(_ header: RecordBatchHeader) throws(LogError) -> Verdict {
        guard header.hasProducer, let producer = producers[header.producerID] else { return .new }
        if header.producerEpoch < producer.epoch {
            throw LogError(
                .fencedProducer,
                "producer \(header.producerID) has epoch \(producer.epoch); epoch \(header.producerEpoch) is over. Initialise it again"
            )
        }
        // A transaction's end marker carries no sequence.
        if header.attributes.isControl { return .new }
        if header.producerEpoch > producer.epoch {
            guard header.baseSequence.rawValue == 0 else { throw Self.gap(header, expected: 0) }
            return .new
        }
        let known = producer.batches.first {
            $0.firstSequence == header.baseSequence && $0.lastSequence == header.lastSequence
        }
        if let known { return .duplicate(known) }
        // No batch of this epoch yet, because a marker began it: the first has to be number 0.
        let expected = producer.batches.last?.lastSequence.advanced(by: 1) ?? SequenceNumber(0)
        guard header.baseSequence == expected else { throw Self.gap(header, expected: expected.rawValue) }
        return .new
    }

    private static func gap(_ header: RecordBatchHeader, expected: Int32) -> LogError {
        LogError(
            .outOfOrderSequence,
            "producer \(header.producerID), epoch \(header.producerEpoch): sequence \(header.baseSequence) where \(expected) follows"
        )
    }

    /// What compaction has to leave of each producer.
    var lastBatches: [ProducerID: BatchRetention.LastBatch] {
        producers.mapValues { BatchRetention.LastBatch(dataOffset: $0.batches.last?.lastOffset, epoch: $0.epoch) }
    }

    /// Takes an appended batch into account.
    mutating func note(_ header: RecordBatchHeader) {
        guard header.hasProducer else { return }
        var producer =
            producers[header.producerID] ?? Producer(epoch: header.producerEpoch, lastTimestamp: header.maxTimestamp)
        if header.producerEpoch != producer.epoch {
            producer.epoch = header.producerEpoch
            producer.batches.removeAll(keepingCapacity: true)
        }
        producer.lastTimestamp = header.maxTimestamp
        // A transaction's end marker moves the epoch on but carries no sequence.
        if !header.attributes.isControl {
            if producer.batches.count == Self.remembered { producer.batches.removeFirst() }
            producer.batches.append(
                Batch(
                    firstSequence: header.baseSequence, lastSequence: header.lastSequence,
                    lastOffset: header.lastOffset,
                    offsetDelta: header.lastOffsetDelta, timestamp: header.maxTimestamp))
        }
        producers[header.producerID] = producer
    }

    /// Puts back what a snapshot holds of a producer.
    mutating func restore(_ id: ProducerID, _ producer: Producer) { producers[id] = producer }

    /// Forgets producers whose last batch is older than `deadline`.
    mutating func expire(before deadline: Timestamp) {
        producers = producers.filter { $0.value.lastTimestamp >= deadline }
    }
}
