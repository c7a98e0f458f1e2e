import Coordination
import KafkaProtocol
import LogCore
import Logging
import RecordFormat

/// Writes at the end of a transaction's partitions that this node leads how it ended.
///
/// Safe to use from any thread.
struct MarkerWriter: Sendable {
    let site: CoordinatorSite
    let groups: GroupHost

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
        switch site.registry.led(id) {
        case .failure(let error): return completion(error)
        case .success(let led): partition = led
        }
        do {
            try partition.requireReplicas()
            let result = try partition.appendMarker(
                outcome, of: producer, coordinatorEpoch: coordinatorEpoch, now: site.now())
            partition.whenDurable(result, store: site.store, loop: site.loop, completion: completion)
        } catch is TooFewReplicas {
            completion(.notEnoughReplicas)
        } catch {
            let code = (error as? LogError).map { ErrorCode($0) } ?? .unknownServerError
            site.logger.error("ending the transaction of producer \(producer) in \(id) failed: \(error)")
            // Of a partition that is being deleted the log is closed first.
            completion(partition.retirement ?? code)
        }
    }
}
