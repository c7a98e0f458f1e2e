import ConnectAPI
import KafkaClient
import RecordFormat

/// Records of a source task that were handed to Kafka, with the claims to their acknowledgements.
struct SentRecords: Sendable {
    /// How many there are, the ones among them that go nowhere included.
    let count: Int
    /// The records, if they are kept for the task.
    private let records: [SourceRecord]
    /// The places of those that were dropped on their way, in order.
    private var dropped: [Int]
    private var receipts: SendReceipts?

    /// Describes what was handed over.
    ///
    /// - Parameters:
    ///   - receipts: One for each record that was not dropped.
    ///   - areKept: Whether ``places(_:)`` will be asked for.
    init(_ batch: SourceBatch, dropped: [Int], _ receipts: SendReceipts, areKept: Bool) {
        count = batch.count
        records = areKept ? batch.records : []
        self.dropped = dropped
        self.receipts = receipts
    }

    /// How many records went to Kafka.
    var writtenCount: Int { receipts == nil ? 0 : count - dropped.count }

    /// Takes note that none of the records is in Kafka: their transaction was aborted.
    mutating func dropAll() {
        dropped = []
        receipts = nil
    }

    /// Waits until Kafka has all.
    ///
    /// - Throws: What kept a record from being written.
    func runs() async throws -> [SendReceipts.Run] { try await receipts?.runs() ?? [] }

    /// Each record with where it is, as a task is told.
    ///
    /// - Precondition: the records were kept.
    func places(_ runs: [SendReceipts.Run]) -> [(record: SourceRecord, place: RecordPlace?)] {
        var places: [(record: SourceRecord, place: RecordPlace?)] = []
        places.reserveCapacity(count)
        var rest = dropped[...]
        /// Adds the records that were dropped before the next one that was not.
        func addDropped() {
            while rest.first == places.count {
                places.append((records[places.count], nil))
                rest.removeFirst()
            }
        }
        for run in runs {
            let first = RecordPlace(run.first)
            for index in 0..<run.count {
                addDropped()
                places.append((records[places.count], first.advanced(by: index)))
            }
        }
        while places.count < count { places.append((records[places.count], nil)) }
        return places
    }
}

extension RecordPlace {
    /// Where the producer says a record went.
    init(_ metadata: RecordMetadata) {
        self.init(
            topicPartition: TopicPartition(metadata.topic, metadata.partition),
            offset: metadata.offset ?? LogOffset(-1))
    }

    /// The place of a record that was written so many after this one.
    fileprivate func advanced(by distance: Int) -> RecordPlace {
        RecordPlace(topicPartition: topicPartition, offset: offset >= .zero ? offset + Int64(distance) : offset)
    }
}

extension TaskMetrics {
    /// Takes note of records that are through.
    func note(acknowledged sent: SentRecords) {
        note { $0.source.addAcknowledged(sent.count, written: sent.writtenCount, at: $1) }
    }
}
