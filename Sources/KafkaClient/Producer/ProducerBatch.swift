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
    struct Entry: Sendable {
        var key: ByteSlice?
        var value: ByteSlice?
        var headers: [RecordHeader]
        var timestamp: Timestamp
    }

    /// Orders the batches of a partition; parts of one batch share the number.
    let number: UInt64
    let outcome: BatchOutcome
    var entries: [Entry] = []
    /// Where the entries stand among those that ``outcome`` decides over.
    var firstIndex = 0
    /// Bytes that the entries take in the batch at most.
    var size = 0
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

    var records: Range<Int> { firstIndex..<firstIndex + entries.count }

    /// Whether this one is to be written before `other`.
    func precedes(_ other: ProducerBatch) -> Bool { (number, firstIndex) < (other.number, other.firstIndex) }

    /// Whether both are the same batch, or the same part of it.
    func isSame(as other: ProducerBatch) -> Bool { number == other.number && firstIndex == other.firstIndex }

    /// Fixes the number of records; the first time only, since parts of a batch have none of their own.
    mutating func close() {
        guard !isClosed else { return }
        isClosed = true
        outcome.seal(recordCount: entries.count)
    }

    /// The two halves of a batch that is too large for the broker.
    ///
    /// They have no sequence numbers of their own yet.
    ///
    /// - Precondition: the batch is closed and holds two records at least.
    func split() -> (ProducerBatch, ProducerBatch) {
        precondition(isClosed && entries.count > 1, "only a closed batch of several records can be split")
        var first = self
        first.identity = nil
        first.sequence = .none
        var second = first
        let middle = entries.count / 2
        first.entries = Array(entries[..<middle])
        second.entries = Array(entries[middle...])
        second.firstIndex += middle
        first.size = first.entries.reduce(0) { $0 + Self.sizeBound(of: $1) }
        second.size = size - first.size
        return (first, second)
    }

    /// The bytes that a record takes in a batch at most.
    static func sizeBound(of entry: Entry) -> Int {
        RecordBatchBuilder.sizeBound(key: entry.key?.count ?? 0, value: entry.value?.count ?? 0, headers: entry.headers)
    }

    /// The batch as it goes over the wire.
    func encoded(codec: CompressionCodec, isTransactional: Bool = false) throws(RecordFormatError) -> ByteSlice {
        let producer = identity.map {
            RecordBatchBuilder.Producer(
                id: $0.id, epoch: $0.epoch, baseSequence: sequence, isTransactional: isTransactional)
        }
        var builder = RecordBatchBuilder(codec: codec, producer: producer, capacity: RecordBatchHeader.size + size)
        for entry in entries {
            try builder.append(timestamp: entry.timestamp, key: entry.key, value: entry.value, headers: entry.headers)
        }
        return try builder.finish()
    }
}
