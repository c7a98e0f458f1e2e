import RecordFormat

/// The identity under which a producer's batches are de-duplicated (KIP-98).
struct ProducerIdentity: Hashable, Sendable {
    var id: ProducerID
    var epoch: ProducerEpoch
}

/// Records of one partition that travel together.
///
/// The records are kept as they were handed over and encoded when the batch leaves, so that they can be given another
/// sequence number or be split without being decoded again.
struct ProducerBatch: Sendable {
    /// Neighbours that were handed over by one call.
    struct Part: Sendable {
        var records: ArraySlice<ProducerRecord>
        /// The time of those that have none of their own.
        var time: Timestamp
    }

    /// Orders the batches of a partition; parts of one batch share the number.
    let number: UInt64
    let outcome: BatchOutcome
    private(set) var parts: [Part] = []
    /// Up to how many records are copied to those before them: an array of its own for each would take more room.
    private static let smallPart = 8
    private(set) var recordCount = 0
    /// Where the records stand among those that ``outcome`` decides over.
    var firstIndex = 0
    /// Bytes that the records take in the batch at most.
    private(set) var size = 0
    let createdAt: ContinuousClock.Instant
    /// When it is given up.
    let deadline: ContinuousClock.Instant
    /// Whether nothing is added any more.
    var isClosed = false
    /// What the batch was last sent under; `nil` before that.
    var identity: ProducerIdentity?
    var sequence = SequenceNumber.none
    /// Counts the batches that the partition has sent under its identity.
    var ordinal: UInt64 = 0
    /// Times it was sent without being acknowledged.
    var failures = 0
    var lastError: KafkaClientError?

    init(number: UInt64, createdAt: ContinuousClock.Instant, deadline: ContinuousClock.Instant) {
        self.number = number
        self.createdAt = createdAt
        self.deadline = deadline
        outcome = BatchOutcome()
    }

    /// Adds records, which take `size` bytes at most.
    mutating func append(_ records: ArraySlice<ProducerRecord>, time: Timestamp, size: Int) {
        guard !records.isEmpty else { return }
        if records.count <= Self.smallPart, let last = parts.indices.last, parts[last].time == time {
            parts[last].records.append(contentsOf: records)
        } else {
            parts.append(Part(records: records, time: time))
        }
        recordCount += records.count
        self.size += size
    }

    var records: Range<Int> { firstIndex..<firstIndex + recordCount }

    /// Whether this one is to be written before `other`.
    func precedes(_ other: ProducerBatch) -> Bool { (number, firstIndex) < (other.number, other.firstIndex) }

    /// Whether both are the same batch, or the same part of it.
    func isSame(as other: ProducerBatch) -> Bool { number == other.number && firstIndex == other.firstIndex }

    /// Fixes the number of records; the first time only, since parts of a batch have none of their own.
    mutating func close() {
        guard !isClosed else { return }
        isClosed = true
        outcome.seal(recordCount: recordCount)
    }

    /// The two halves of a batch that is too large for the broker.
    ///
    /// They have no sequence numbers of their own yet.
    ///
    /// - Precondition: the batch is closed and holds two records at least.
    func split() -> (ProducerBatch, ProducerBatch) {
        precondition(isClosed && recordCount > 1, "only a closed batch of several records can be split")
        var first = self
        first.identity = nil
        first.sequence = .none
        var second = first
        let middle = recordCount / 2
        first.removeRecords()
        second.removeRecords()
        second.firstIndex += middle
        for part in parts {
            let ofFirst = part.records.prefix(middle - first.recordCount)
            first.append(ofFirst, time: part.time, size: ofFirst.reduce(0) { $0 + $1.sizeBound })
            second.append(part.records.dropFirst(ofFirst.count), time: part.time, size: 0)
        }
        second.size = size - first.size
        return (first, second)
    }

    private mutating func removeRecords() {
        parts = []
        recordCount = 0
        size = 0
    }

    /// The batch as it goes over the wire.
    func encoded(codec: CompressionCodec, isTransactional: Bool = false) throws(RecordFormatError) -> ByteSlice {
        let producer = identity.map {
            RecordBatchBuilder.Producer(
                id: $0.id, epoch: $0.epoch, baseSequence: sequence, isTransactional: isTransactional)
        }
        var builder = RecordBatchBuilder(codec: codec, producer: producer, capacity: RecordBatchHeader.size + size)
        for part in parts {
            let records = part.records.span
            for index in records.indices {
                try builder.append(
                    timestamp: records[index].timestamp ?? part.time, key: records[index].key,
                    value: records[index].value, headers: records[index].headers)
            }
        }
        return try builder.finish()
    }
}
