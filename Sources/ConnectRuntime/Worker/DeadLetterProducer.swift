import ConnectAPI
import DequeModule
import KafkaClient
import KafkaProtocol
import Synchronization

/// Writes dead letters to a topic, which it makes if there is none. Safe to use from any thread.
final class DeadLetterProducer: DeadLetterOutlet {
    /// The most letters that may wait for their acknowledgement.
    private static let limit = 1_000
    private static let closeTimeout = Duration.seconds(5)

    private let producer: KafkaProducer
    private let flushes = Turnstile()
    private let receipts = Mutex<Deque<SendReceipt>>([])

    /// Creates one, and the topic with one partition.
    ///
    /// - Throws: ``ConnectError`` if the topic cannot be made, such as with fewer brokers than replicas.
    init(_ producer: KafkaProducer, client: KafkaClient, topic: String, replicationFactor: Int) async throws {
        self.producer = producer
        do {
            try await KafkaAdmin(client: client).createTopic(
                NewTopic(topic, partitions: 1, replicationFactor: Int16(clamping: replicationFactor)))
        } catch let error as KafkaClientError where error.errorCode == .topicAlreadyExists {
        } catch {
            await producer.close(timeout: .zero)
            throw ConnectError(
                .failed,
                "Could not initialize dead letter queue with topic=\(topic): \(error). The topic is made with"
                    + " errors.deadletterqueue.topic.replication.factor=\(replicationFactor)",
                cause: error)
        }
    }

    func send(_ record: ProducerRecord) async throws {
        if receipts.withLock({ $0.count >= Self.limit }) { try await flush() }
        let receipt = try await producer.enqueue(record)
        receipts.withLock { $0.append(receipt) }
    }

    func flush() async throws {
        // A source task's letters are flushed by its commits too; two flushes must not wait for the same letter.
        try await flushes.pass {
            while let receipt = receipts.withLock({ $0.first }) {
                _ = try await receipt.metadata()
                // One that failed stays the first: no later offset may be taken for stored either.
                receipts.withLock { _ = $0.removeFirst() }
            }
        }
    }

    func close() async { await producer.close(timeout: Self.closeTimeout) }
}
