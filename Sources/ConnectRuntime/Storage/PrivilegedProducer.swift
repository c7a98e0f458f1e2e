import KafkaClient
import Synchronization

/// The producer that has the right to write, while this worker has it.
final class PrivilegedProducer: Sendable {
    private let producer = Mutex<KafkaProducer?>(nil)

    /// The producer; `nil` without the right.
    var current: KafkaProducer? { producer.withLock(\.self) }

    /// Puts another producer in its place.
    ///
    /// - Returns: The one that was there, to be closed.
    func exchange(_ other: KafkaProducer?) -> KafkaProducer? {
        producer.withLock { producer in
            defer { producer = other }
            return producer
        }
    }
}
