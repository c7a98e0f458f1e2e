import KafkaClient
import RecordFormat
import Synchronization

/// Reads some partitions of one topic for one client, and knows how far it has come.
///
/// Nothing is fetched ahead beyond what the consumer's settings allow, and nothing is taken from it until the client
/// has what was taken before. One task at a time reads.
final class RecordReader: Sendable {
    /// The topic.
    let topic: String
    private let consumer: KafkaConsumer
    private let state: Mutex<RecordMarks>

    init(topic: String, consumer: KafkaConsumer, marks: RecordMarks) {
        self.topic = topic
        self.consumer = consumer
        state = Mutex(marks)
    }

    /// How far the client has got.
    var marks: RecordMarks { state.withLock { $0 } }

    /// Starts where the marks are.
    ///
    /// - Throws: ``KafkaClientError``.
    func open() async throws {
        let marks = marks
        let partitions = marks.offsets.keys.sorted().map { TopicPartition(topic, $0) }
        try await consumer.assign(partitions)
        for partition in partitions {
            if let next = marks.next(in: partition.partition) { try await consumer.seek(partition, to: next) }
        }
    }

    /// The next records, in offset order for each partition; nothing if none came in time.
    ///
    /// - Throws: ``KafkaClientError``; `CancellationError`.
    func next(wait: Duration) async throws -> [ReadRecord] {
        try await consumer.poll(timeout: wait).flatMap { batch in
            batch.records.map { ReadRecord(partition: batch.topicPartition.partition, record: $0) }
        }
    }

    /// Notes that the client gets a record.
    ///
    /// - Returns: How far it has got with it.
    @discardableResult func advance(_ record: ReadRecord) -> RecordMarks {
        state.withLock { marks in
            marks.advance(record.partition, to: record.record.offset)
            return marks
        }
    }
}

/// A record and the partition that it is of.
struct ReadRecord: Sendable, Hashable {
    /// The partition.
    var partition: Int32
    /// The record.
    var record: Record
}
