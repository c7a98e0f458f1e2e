import DequeModule
import KafkaProtocol
import RecordFormat

extension ProducerState {
    /// The next request that may leave; the caller sends it and asks again, naming its broker as `finished`.
    ///
    /// While one thread sends to a broker no other gets a request for it, so that requests leave in the order in which
    /// sequence numbers were given.
    mutating func nextRequest(
        finished: Int32?, at now: ContinuousClock.Instant, leader: (TopicPartition) -> Int32?
    ) -> (Request?, Actions) {
        var actions = Actions()
        if let finished { nodes[finished]?.isSending = false }
        for node in nodes.keys {
            guard let state = nodes[node], !state.isSending, !state.ready.isEmpty,
                state.inFlight < configuration.maximumInFlight
            else { continue }
            let batches = drain(node, at: now, leader: leader, actions: &actions)
            if batches.isEmpty { continue }
            nodes[node]?.inFlight += 1
            nodes[node]?.isSending = true
            return (Request(node: node, batches: batches), actions)
        }
        return (nil, actions)
    }

    /// Takes a batch from each partition on a broker's list, as far as one request holds them.
    private mutating func drain(
        _ node: Int32, at now: ContinuousClock.Instant, leader: (TopicPartition) -> Int32?, actions: inout Actions
    ) -> [(partition: TopicPartition, batch: ProducerBatch)] {
        var drained: [(partition: TopicPartition, batch: ProducerBatch)] = []
        var size = 0
        // Each partition once: those that have more stand at the end of the list for the next request.
        for _ in 0..<(nodes[node]?.ready.count ?? 0) {
            guard let partition = nodes[node]?.ready.first else { break }
            let isSendable = canSend(partition, at: now)
            if isSendable, !drained.isEmpty, size + firstSize(of: partition) > configuration.maximumRequestSize {
                break
            }
            nodes[node]?.ready.removeFirst()
            partitions[partition]?.isListed = false
            guard isSendable else { continue }
            guard leader(partition) == node else {
                list(partition, at: now, leader: leader, actions: &actions)
                continue
            }
            let current = currentIdentity
            if configuration.usesIdentity, partitions[partition]?.lacksIdentity(current: current) == true {
                // Comes back on the list when the identity is there.
                requestIdentity(&actions)
                continue
            }
            // Comes back on the list when the partition is part of the transaction.
            guard admits(partition, &actions) else { continue }
            if let batch = partitions[partition]?.takeFirst(current: current) {
                size += batch.size
                drained.append((partition, batch))
            }
            list(partition, at: now, leader: leader, actions: &actions)
        }
        return drained
    }

    /// The bytes of the batch that a partition would send.
    private func firstSize(of partition: TopicPartition) -> Int { partitions[partition]?.queued.first?.size ?? 0 }

    /// Asks for an identity unless that is being done.
    private mutating func requestIdentity(_ actions: inout Actions) {
        guard case .missing = identity else { return }
        identity = .requested
        actions.needsIdentity = true
    }

    /// Takes the identity that was asked for, or what kept it away for good.
    mutating func receiveIdentity(
        _ result: Result<ProducerIdentity, KafkaClientError>, at now: ContinuousClock.Instant,
        leader: (TopicPartition) -> Int32?
    ) -> Actions {
        switch result {
        case .success(let identity):
            self.identity = .ready(identity)
            return tick(now, leader: leader)
        case .failure(let error):
            // The records fail, but a later one may ask again: the cluster may only have been away for long.
            identity = .missing
            let actions = fail(error)
            failure = nil
            return actions
        }
    }

    // MARK: Answers

    /// Takes the answer to a request, or what kept it away.
    mutating func receive(
        _ answers: [BatchAnswer], to request: Request, at now: ContinuousClock.Instant,
        leader: (TopicPartition) -> Int32?
    ) -> Actions {
        var actions = Actions()
        nodes[request.node]?.inFlight -= 1
        for ((partition, sent), answer) in zip(request.batches, answers) {
            guard var batch = partitions[partition]?.removeInFlight(sent) else { continue }
            switch answer {
            case .written(let acknowledgement):
                partitions[partition]?.acknowledge(batch)
                decide(batch, .success(acknowledgement), actions: &actions)
            case .failed(let error):
                batch.failures += 1
                batch.lastError = error
                handle(error, of: batch, in: partition, at: now, actions: &actions)
            }
            if let spent = partitions[partition]?.settle(), currentIdentity == spent { identity = .missing }
            list(partition, at: now, leader: leader, actions: &actions)
        }
        dropUnwritable(into: &actions)
        grantRoom(into: &actions)
        return actions
    }

    private mutating func handle(
        _ error: KafkaClientError, of batch: ProducerBatch, in partition: TopicPartition,
        at now: ContinuousClock.Instant,
        actions: inout Actions
    ) {
        guard transaction == nil else {
            return handleInTransaction(error, of: batch, in: partition, at: now, actions: &actions)
        }
        switch error.errorCode {
        case ErrorCode.messageTooLarge? where batch.recordCount > 1 && failure == nil:
            // Refused whole, so nothing of it is written, and nothing behind it either: all goes under a fresh
            // identity, in which the halves have numbers of their own.
            let (first, second) = batch.split()
            partitions[partition]?.requeue(first)
            partitions[partition]?.requeue(second)
            partitions[partition]?.spendIdentity()
            return
        case ErrorCode.outOfOrderSequenceNumber?, ErrorCode.unknownProducerID?, ErrorCode.invalidProducerEpoch?:
            guard batch.identity != nil, failure == nil else { break }
            // Behind a batch that failed this only says that the first one is missing.
            if partitions[partition]?.hasUndecided(before: batch) == false { partitions[partition]?.spendIdentity() }
            retry(batch, error, in: partition, at: now, actions: &actions)
            return
        default: break
        }
        guard error.isRetriable, failure == nil else {
            // A broker that refused it has not written its sequence numbers and would write nothing behind them. Of
            // other failures nobody knows; there the broker tells with the next batch.
            if error.code == .broker { partitions[partition]?.spendIdentity() }
            // What could be tried again fails because the producer has ended, and with the reason for that.
            decide(batch, .failure(error.isRetriable ? failure ?? error : error), actions: &actions)
            return
        }
        actions.staleTopics.insert(partition.topic)
        retry(batch, error, in: partition, at: now, actions: &actions)
    }

    mutating func retry(
        _ batch: ProducerBatch, _ error: KafkaClientError, in partition: TopicPartition,
        at now: ContinuousClock.Instant,
        actions: inout Actions
    ) {
        guard batch.deadline > now else {
            let late = KafkaClientError(
                .deliveryTimeout,
                "no acknowledgement from \(partition) within \(configuration.deliveryTimeout); it may have been written or not",
                errorCode: error.errorCode, cause: error)
            decide(batch, .failure(late), actions: &actions)
            return
        }
        partitions[partition]?.requeue(batch)
        pause(partition, from: now, failures: batch.failures, actions: &actions)
    }
}

/// What the broker said of one batch.
enum BatchAnswer: Sendable {
    case written(BatchOutcome.Acknowledgement)
    case failed(KafkaClientError)
}
