import KafkaProtocol
import RecordFormat

/// What one fetch brought of one partition, handed out batch by batch.
///
/// Aborted transactions are left out here (KIP-98): the broker lists them with the offset at which each begins, and the
/// marker in the log says where it ends.
struct FetchedPartition: Sendable {
    let partition: TopicPartition
    /// Tells the answer from others, also from another one for the same place; given by the consumer's state.
    var number: UInt64 = 0
    /// The position that was asked for; a consumer that stands elsewhere by now has no use for the answer.
    let fetchOffset: LogOffset
    let errorCode: Int16
    let highWatermark: LogOffset
    let preferredReplica: Int32
    /// What the answer takes in memory.
    let size: Int
    /// Where the next fetch goes on; `nil` where that shows only when the records are read.
    let nextFetchOffset: LogOffset?
    private var records: Records?
    private var batches: RecordBatchSequence?
    private var byteCount = 0
    private var hasReturned = false
    /// Aborted transactions that begin further on, the next one last.
    private var abortsAhead: [(first: LogOffset, producer: ProducerID)]
    /// Producers whose transaction is aborted, at the present place.
    private var aborted: Set<ProducerID> = []

    init(
        _ data: FetchResponse.PartitionData, of topic: String, fetchOffset: LogOffset,
        isolationLevel: ConsumerConfiguration.IsolationLevel
    ) {
        partition = TopicPartition(topic, data.partitionIndex)
        self.fetchOffset = fetchOffset
        errorCode = data.errorCode
        highWatermark = LogOffset(data.highWatermark)
        preferredReplica = data.preferredReadReplica
        size = data.records?.byteCount ?? 0
        if data.errorCode == ErrorCode.none.rawValue, case .bytes(let bytes)? = data.records {
            nextFetchOffset = RecordBatchSequence.nextOffset(behind: bytes)
        } else {
            nextFetchOffset = nil
        }
        records = data.records
        abortsAhead =
            isolationLevel == .readUncommitted
            ? []
            : (data.abortedTransactions ?? []).map { (LogOffset($0.firstOffset), ProducerID($0.producerID)) }
                .sorted { $0.first > $1.first }
    }

    /// Whether every byte was handed out; an incomplete batch at the end does not count.
    var isExhausted: Bool { batches.map { $0.nextPosition >= byteCount } ?? false }

    /// The next batch's records from `position` on, and the position after it; `nil` at the end.
    ///
    /// Batches that hold nothing for the reader (markers, aborted or older records) are passed over and show only in
    /// the position.
    ///
    /// - Throws: ``KafkaClientError`` with code `.malformedResponse` for damaged records.
    mutating func next(
        from position: LogOffset
    ) throws(KafkaClientError) -> (batch: ConsumedBatch?, position: LogOffset)? {
        do {
            if batches == nil {
                let bytes = try takeBytes()
                byteCount = bytes.count
                batches = RecordBatchSequence(bytes)
            }
            guard let batch = try batches?.next() else {
                guard !hasReturned, byteCount > 0 else { return nil }
                throw KafkaClientError(
                    .recordTooLarge,
                    "the batch at \(fetchOffset) of \(partition) is larger than one fetch; raise maximumPartitionFetchBytes"
                )
            }
            hasReturned = true
            let next = batch.header.nextOffset
            guard next > position, !isHidden(batch) else { return (nil, max(next, position)) }
            var records = try batch.records()
            // Only the first batch of an answer can begin before the place that was asked for.
            if batch.header.baseOffset < position { records.removeAll { $0.offset < position } }
            guard !records.isEmpty else { return (nil, next) }
            return (
                ConsumedBatch(
                    topicPartition: partition, records: records, leaderEpoch: batch.header.leaderEpoch,
                    highWatermark: highWatermark, timestampType: batch.header.attributes.timestampType, nextOffset: next
                ),
                next
            )
        } catch let error as KafkaClientError {
            throw error
        } catch {
            throw KafkaClientError(
                .malformedResponse,
                "a batch of \(partition) at or after \(position) cannot be read; seek past it to go on", cause: error)
        }
    }

    private mutating func takeBytes() throws -> ByteSlice {
        defer { records = nil }
        switch records {
        case .bytes(let bytes)?: return bytes
        case .external(let external)?: return try external.readBytes()
        case nil: return .empty
        }
    }

    /// Whether a batch is no data for the reader: a marker, or of an aborted transaction.
    private mutating func isHidden(_ batch: RecordBatch) -> Bool {
        let header = batch.header
        while let next = abortsAhead.last, next.first <= header.lastOffset {
            aborted.insert(next.producer)
            abortsAhead.removeLast()
        }
        if header.attributes.isControl {
            if Self.isAbortMarker(batch) { aborted.remove(header.producerID) }
            return true
        }
        return header.attributes.isTransactional && aborted.contains(header.producerID)
    }

    /// A marker's key holds a version and a type, each in two bytes; type 0 is an abort.
    private static func isAbortMarker(_ batch: RecordBatch) -> Bool {
        guard let key = (try? batch.records())?.first?.key, key.count >= 4 else { return false }
        return key[2] == 0 && key[3] == 0
    }
}
