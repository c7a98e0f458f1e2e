import Coordination
import EventStore
import KafkaProtocol
import LogCore
import Logging
import NIOCore
import RecordFormat

/// Writes at the end of a transaction's partitions how it ended.
///
/// Safe to use from any thread.
struct MarkerWriter: Sendable {
    let store: EventStore
    let registry: PartitionRegistry
    let groups: GroupHost
    let loop: any EventLoop
    let logger: Logger
    let now: @Sendable () -> Timestamp

    /// Ends the producer's transaction in a partition.
    ///
    /// The partitions of `__consumer_offsets` are left to the groups' coordinator: offsets on their way to the log come
    /// before the marker, and count only after it.
    ///
    /// - Parameter completion: Called once, with `.none` when the marker is durable.
    func write(
        _ outcome: TransactionOutcome, of producer: ProducerIdentity, coordinatorEpoch: Int32,
        to id: TopicPartition, completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        if id.topic == InternalTopics.consumerOffsets {
            return groups.endTransaction(
                outcome, of: producer, coordinatorEpoch: coordinatorEpoch, in: id.partition, reply: completion)
        }
        let partition: Partition
        switch registry.led(id) {
        case .failure(let error): return completion(error)
        case .success(let led): partition = led
        }
        do {
            let result = try partition.appendMarker(
                outcome, of: producer, coordinatorEpoch: coordinatorEpoch, now: now())
            partition.whenDurable(result, store: store, loop: loop, completion: completion)
        } catch {
            let code = (error as? LogError).map { ErrorCode($0) } ?? .unknownServerError
            logger.error("ending the transaction of producer \(producer) in \(id) failed: \(error)")
            // Of a partition that is being deleted the log is closed first.
            completion(partition.retirement ?? code)
        }
    }
}
