import DequeModule
import KafkaProtocol
import RecordFormat

/// What a transaction changes about what a producer decides.
///
/// A batch leaves once its partition is part of the transaction. One that fails for good fails the transaction, and
/// everything that waits with it. There is no fresh identity within a transaction: a gap in the sequence numbers is
/// closed by aborting and by the epoch that the next transaction gets.
extension ProducerState {
    // MARK: Partitions

    /// Whether batches of a partition may leave as far as a transaction goes; if not, the partition is being added.
    mutating func admits(_ partition: TopicPartition, _ actions: inout Actions) -> Bool {
        guard transaction?.admit(partition) == false else { return true }
        actions.partitionsToAdd += transaction?.takeWanted() ?? []
        return false
    }

    /// Takes what the coordinator said of partitions, which may send now.
    mutating func finishAdding(
        _ partitions: [TopicPartition], _ failure: KafkaClientError?, at now: ContinuousClock.Instant,
        leader: (TopicPartition) -> Int32?
    ) -> Actions {
        transaction?.finishAdding(partitions, failure)
        var actions = tick(now, leader: leader)
        actions.partitionsToAdd += transaction?.takeWanted() ?? []
        actions.settled += additionWaiters
        additionWaiters = []
        return actions
    }

    // MARK: Failures

    /// Takes the failure of a batch in a transaction.
    mutating func handleInTransaction(
        _ error: KafkaClientError, of batch: ProducerBatch, in partition: TopicPartition,
        at now: ContinuousClock.Instant, actions: inout Actions
    ) {
        let isLive = failure == nil && transaction?.takesBatches == true
        switch error.errorCode {
        case ErrorCode.messageTooLarge? where batch.recordCount > 1 && isLive:
            // Refused whole, so nothing of it is written, and nothing behind it either: the halves, and what comes
            // behind them, get the numbers from there on.
            let (first, second) = batch.split()
            partitions[partition]?.requeue(first)
            partitions[partition]?.requeue(second)
            partitions[partition]?.rewind(to: batch.sequence)
        case ErrorCode.outOfOrderSequenceNumber?, ErrorCode.unknownProducerID?:
            // Behind a batch that failed this only says that the first one is missing.
            if isLive, partitions[partition]?.isBehindFailure(batch) == true {
                retry(batch, error, in: partition, at: now, actions: &actions)
            } else {
                decide(batch, .failure(error), actions: &actions)
            }
        case ErrorCode.invalidProducerEpoch?, ErrorCode.producerFenced?:
            decide(batch, .failure(TransactionState.explained(error)), actions: &actions)
        default:
            guard error.isRetriable, isLive else {
                return decide(batch, .failure(error.isRetriable ? failure ?? error : error), actions: &actions)
            }
            actions.staleTopics.insert(partition.topic)
            retry(batch, error, in: partition, at: now, actions: &actions)
        }
    }

    /// Fails what waits although it can be part of no committed transaction any more.
    mutating func dropUnwritable(into actions: inout Actions) {
        switch transaction?.phase {
        case .ended(let error)? where failure == nil:
            failure = error
            failQueued(error, into: &actions)
            actions.refusedSenders += senders.map { ($0.continuation, error) }
            senders = []
        case .failed(let error)?: failQueued(TransactionState.mustAbort(error), into: &actions)
        default: break
        }
    }

    private mutating func failQueued(_ error: KafkaClientError, into actions: inout Actions) {
        for partition in Array(partitions.keys) {
            for batch in partitions[partition]?.removeQueued() ?? [] {
                if batch.identity != nil { transaction?.noteGap() }
                decide(batch, .failure(error), actions: &actions)
            }
        }
    }

    // MARK: A transaction's end

    /// Throws away what has not left.
    ///
    /// - Returns: What is under way, to be waited for.
    mutating func beginAbort() throws(KafkaClientError) -> (underWay: [BatchOutcome], actions: Actions) {
        try transaction?.beginAbort()
        var actions = Actions()
        failQueued(
            KafkaClientError(.transactionFailed, "the transaction was aborted before the record was written"),
            into: &actions)
        grantRoom(into: &actions)
        return (partitions.values.flatMap { $0.inFlight.map(\.outcome) }, actions)
    }

    /// Takes an identity under which sequence numbers begin anew.
    ///
    /// - Precondition: No batch waits or is under way.
    mutating func adopt(_ identity: ProducerIdentity) {
        precondition(partitions.values.allSatisfy(\.isEmpty), "a batch outlived its transaction")
        self.identity = .ready(identity)
        partitions = [:]
        for node in nodes.keys { nodes[node]?.ready = [] }
    }
}
