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

    /// One producer's standing and its last batches.
    struct Producer: Sendable, Equatable {
        var standing: ProducerStanding
        /// Oldest first; at most ``ProducerTable/remembered``.
        var batches: [Batch] = []
        var lastTimestamp: Timestamp
        /// When the host last appended for it; `nil` since the log was opened. A producer's own timestamps say nothing
        /// about that: one that fills in old data is not idle.
        var lastSeen: Timestamp?

        /// Takes an appended batch into account; returns what it did to the producer's transaction.
        mutating func note(_ header: RecordBatchHeader, _ marker: EndTransactionMarker?) -> TransactionEvent? {
            if header.producerEpoch != standing.epoch { batches.removeAll(keepingCapacity: true) }
            lastTimestamp = header.maxTimestamp
            // A transaction's end marker moves the epoch on but carries no sequence.
            if !header.attributes.isControl {
                if batches.count == ProducerTable.remembered { batches.removeFirst() }
                batches.append(
                    Batch(
                        firstSequence: header.baseSequence, lastSequence: header.lastSequence,
                        lastOffset: header.lastOffset, offsetDelta: header.lastOffsetDelta,
                        timestamp: header.maxTimestamp))
            }
            return standing.apply(header, marker)
        }
    }

    /// What a look at the batches of an append says.
    enum Verdict: Equatable {
        /// They may be written, and do this to transactions, in order.
        case new([TransactionEvent])
        /// The one batch is in the log already.
        case duplicate(Batch)
    }

    /// A producer has at most five requests in flight, so that many batches can come twice.
    static let remembered = 5

    private(set) var producers: [ProducerID: Producer] = [:]
    /// No producer was last seen before; `nil` when one may not have been seen at all.
    private var earliestSeen: Timestamp?

    /// Judges the batches of one append before anything is written. Their offsets are assigned.
    ///
    /// Sequence numbers are for clients, which send one batch at a time: a coordinator's batches have none (offset
    /// commits, markers), and what a leader has written was judged there.
    ///
    /// - Parameters:
    ///   - markers: For each header the marker that its batch holds; empty if no batch is a control batch.
    ///   - limit: The most producers that are remembered.
    /// - Throws: ``LogError`` with code `.fencedProducer` for an epoch that is over, `.outOfOrderSequence` for a gap,
    ///   `.invalidTransactionState`, `.fencedCoordinator` and `.tooManyProducers`. Nothing for a leader's batches.
    func judge(
        _ headers: borrowing BatchHeaders, _ markers: [EndTransactionMarker?], from origin: AppendOrigin, limit: Int
    ) throws(LogError) -> Verdict {
        guard headers.haveProducer else { return .new([]) }
        var events: [TransactionEvent] = []
        // What the batches before in this append make of their producers.
        var ahead: [ProducerID: ProducerStanding] = [:]
        var newcomers = 0
        for index in headers.indices where headers[index].hasProducer {
            let header = headers[index]
            let marker = markers.isEmpty ? nil : markers[index]
            let known = producers[header.producerID]
            if known == nil, ahead[header.producerID] == nil { newcomers += 1 }
            var standing =
                ahead[header.producerID] ?? known?.standing ?? ProducerStanding(epoch: header.producerEpoch)
            if origin != .leader {
                try standing.check(header, marker)
                guard newcomers == 0 || producers.count + newcomers <= limit else { throw Self.full(limit) }
            }
            if case .producer = origin, let known, let copy = try Self.checkSequence(of: header, known) {
                return .duplicate(copy)
            }
            if let event = standing.apply(header, marker) { events.append(event) }
            if headers.count > 1 { ahead[header.producerID] = standing }
        }
        return .new(events)
    }

    /// Holds a client's batch against its producer's last ones; returns the one that it repeats.
    private static func checkSequence(
        of header: RecordBatchHeader, _ producer: Producer
    ) throws(LogError) -> Batch? {
        if header.producerEpoch > producer.standing.epoch {
            guard header.baseSequence.rawValue == 0 else { throw gap(header, expected: 0) }
            return nil
        }
        let known = producer.batches.first {
            $0.firstSequence == header.baseSequence && $0.lastSequence == header.lastSequence
        }
        if let known { return known }
        // No batch of this epoch yet, because a marker began it: the first has to be number 0.
        let expected = producer.batches.last?.lastSequence.advanced(by: 1) ?? SequenceNumber(0)
        guard header.baseSequence == expected else { throw gap(header, expected: expected.rawValue) }
        return nil
    }

    private static func gap(_ header: RecordBatchHeader, expected: Int32) -> LogError {
        LogError(
            .outOfOrderSequence,
            "producer \(header.producerID), epoch \(header.producerEpoch): sequence \(header.baseSequence) where \(expected) follows"
        )
    }

    /// What compaction has to leave of each producer.
    var lastBatches: [ProducerID: BatchRetention.LastBatch] {
        producers.mapValues {
            BatchRetention.LastBatch(dataOffset: $0.batches.last?.lastOffset, epoch: $0.standing.epoch)
        }
    }

    private static func full(_ limit: Int) -> LogError {
        LogError(
            .tooManyProducers,
            "\(limit) idempotent producers are remembered already; idle ones are forgotten after producer.id.expiration.ms"
        )
    }

    /// Takes an appended batch into account; returns what it did to its producer's transaction.
    ///
    /// - Parameter now: The host's time; `nil` when the batch is read back from the log.
    @discardableResult
    mutating func note(
        _ header: RecordBatchHeader, _ marker: EndTransactionMarker? = nil, seen now: Timestamp?
    ) -> TransactionEvent? {
        guard header.hasProducer else { return nil }
        // The host's clock may be set back.
        if let now, let earliest = earliestSeen { earliestSeen = min(earliest, now) }
        // In place: taking the producer out and storing it back would copy its batches each time.
        if let index = producers.index(forKey: header.producerID) {
            producers.values[index].lastSeen = now
            return producers.values[index].note(header, marker)
        }
        var producer = Producer(
            standing: ProducerStanding(epoch: header.producerEpoch), lastTimestamp: header.maxTimestamp, lastSeen: now)
        producer.batches.reserveCapacity(Self.remembered)
        let event = producer.note(header, marker)
        if producers.isEmpty { earliestSeen = now }
        producers[header.producerID] = producer
        return event
    }

    /// Puts back what a snapshot holds of a producer.
    mutating func restore(_ id: ProducerID, _ producer: Producer) {
        producers[id] = producer
        earliestSeen = nil
    }

    /// Forgets producers that the host has not heard of for `age`; those with an open transaction stay.
    ///
    /// The time of a producer that was read back from disk counts from the first look after that.
    ///
    /// - Complexity: O(1) while none can have expired, else O(*n*).
    mutating func expire(idleFor age: Duration, now: Timestamp) {
        guard !producers.isEmpty else { return }
        let deadline = now.saturating(adding: .zero - age)
        if let earliestSeen, earliestSeen > deadline { return }
        var earliest = now
        var expired: [ProducerID] = []
        for index in producers.indices {
            let producer = producers.values[index]
            let seen = producer.lastSeen ?? now
            if producer.lastSeen == nil { producers.values[index].lastSeen = now }
            if seen <= deadline, producer.standing.openTransactionStart == nil {
                expired.append(producers.keys[index])
            } else {
                earliest = min(earliest, seen)
            }
        }
        for id in expired { producers.removeValue(forKey: id) }
        earliestSeen = earliest
    }

    #if LOGCORE_INTERNAL_CHECKS
    /// Proves what every mutation has to leave behind.
    func checkInvariants() {
        var starts: Set<LogOffset> = []
        for (id, producer) in producers {
            precondition(id.rawValue >= 0, "a producer without an identity")
            precondition(producer.batches.count <= Self.remembered, "producer \(id) remembers too much")
            precondition(
                zip(producer.batches, producer.batches.dropFirst()).allSatisfy { $0.lastOffset < $1.firstOffset },
                "producer \(id): batches out of order")
            if let start = producer.standing.openTransactionStart {
                precondition(starts.insert(start).inserted, "two transactions begin at \(start)")
            }
            if let earliestSeen, let seen = producer.lastSeen {
                precondition(seen >= earliestSeen, "producer \(id) was seen before the earliest")
            }
        }
    }
    #endif
}
