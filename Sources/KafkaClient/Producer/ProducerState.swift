import DequeModule
import KafkaProtocol
import RecordFormat

/// Everything a producer decides, without time, threads or sockets: events go in, actions come out.
struct ProducerState {
    let configuration: ProducerConfiguration
    let retryBackoff: BackoffPolicy
    /// Batches of one partition that may be under way: one where the transport may reorder them.
    let partitionLimit: Int

    /// What the caller has to do after letting go of the lock.
    struct Actions {
        var decisions: [(BatchOutcome, Range<Int>, Result<BatchOutcome.Acknowledgement, KafkaClientError>)] = []
        var grantedSenders: [CheckedContinuation<Void, any Error>] = []
        var refusedSenders: [(CheckedContinuation<Void, any Error>, KafkaClientError)] = []
        var staleTopics: Set<String> = []
        var needsIdentity = false
        /// Partitions that the transaction's coordinator is to be told of.
        var partitionsToAdd: [TopicPartition] = []
        /// Those who waited for the coordinator to be told.
        var settled: [CheckedContinuation<Void, Never>] = []
        var wake: ContinuousClock.Instant?
    }

    /// One request to one broker, at most one batch a partition.
    struct Request: Sendable {
        var node: Int32
        var batches: [(partition: TopicPartition, batch: ProducerBatch)]
    }

    struct Node {
        var inFlight = 0
        /// Whether a thread encodes and sends for this broker now; a second one would overtake it.
        var isSending = false
        var ready = Deque<TopicPartition>()
    }

    struct WaitingSender {
        var id: UInt64
        /// The bytes that it waits for.
        var size: Int
        /// When it gives up.
        var deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    enum Identity {
        case unneeded, missing, requested
        case ready(ProducerIdentity)
    }

    var partitions: [TopicPartition: PartitionQueue] = [:]
    var nodes: [Int32: Node] = [:]
    var identity: Identity
    /// Bytes of records that are not decided.
    var bufferedBytes = 0
    var senders = Deque<WaitingSender>()
    /// Flushes under way, during which batches do not linger.
    var flushes = 0
    var isClosing = false
    /// Set when the producer cannot go on.
    var failure: KafkaClientError?
    /// Where the producer stands with its transaction; `nil` for one without.
    var transaction: TransactionState?
    /// Those who wait until the coordinator is told of no more partitions.
    var additionWaiters: [CheckedContinuation<Void, Never>] = []
    private var nextBatch: UInt64 = 0
    private var nextSender: UInt64 = 0

    init(configuration: ProducerConfiguration, retryBackoff: BackoffPolicy, preservesOrder: Bool) {
        self.configuration = configuration
        self.retryBackoff = retryBackoff
        partitionLimit = preservesOrder ? configuration.maximumInFlight : 1
        identity = configuration.usesIdentity ? .missing : .unneeded
        transaction = configuration.transactionalID == nil ? nil : TransactionState()
    }

    var currentIdentity: ProducerIdentity? {
        if case .ready(let identity) = identity { return identity }
        return nil
    }

    /// Whether batches leave without waiting for more records.
    var hurries: Bool { flushes > 0 || isClosing || !senders.isEmpty }

    // MARK: Room

    /// Whether `size` bytes fit now. Those that wait come first, and a record larger than the buffer gets it alone.
    func hasRoom(for size: Int) -> Bool {
        senders.isEmpty && (bufferedBytes + size <= configuration.bufferMemory || bufferedBytes == 0)
    }

    mutating func makeSenderID() -> UInt64 {
        nextSender += 1
        return nextSender
    }

    /// Gives room that became free to those who wait, in order; their bytes count from now on.
    mutating func grantRoom(into actions: inout Actions) {
        while let sender = senders.first,
            bufferedBytes + sender.size <= configuration.bufferMemory || bufferedBytes == 0
        {
            senders.removeFirst()
            bufferedBytes += sender.size
            actions.grantedSenders.append(sender.continuation)
        }
    }

    // MARK: Records

    /// Adds records to the batches of their partitions as far as there is room for them.
    ///
    /// - Parameters:
    ///   - pending: The records; those that were added go from it.
    ///   - reserved: The bytes that are counted for them already, and are all that there is for them; `nil` takes what is
    ///     free.
    ///   - receipts: Gets one for each that was added.
    mutating func append(
        _ pending: inout PendingRuns, reserved: Int? = nil, now: ContinuousClock.Instant,
        leader: (TopicPartition) -> Int32?, to receipts: inout SendReceipts, actions: inout Actions
    ) {
        var reserved = reserved
        while let (run, records) = pending.next {
            let taken = records.prefix { takeRoom(for: run.sizes[$0], reserved: &reserved) }
            if !taken.isEmpty { append(run, taken, now: now, to: &receipts) }
            // Listed also where not all of them fit: what waits for room has batches leave.
            if !taken.isEmpty { list(run.partition, at: now, leader: leader, actions: &actions) }
            pending.advance(by: taken.count)
            if taken.count < records.count { return }
        }
    }

    private mutating func takeRoom(for size: Int, reserved: inout Int?) -> Bool {
        guard let room = reserved else {
            guard hasRoom(for: size) else { return false }
            bufferedBytes += size
            return true
        }
        guard size <= room else { return false }
        reserved = room - size
        return true
    }

    /// Adds records of a run, for which there is room.
    private mutating func append(
        _ run: RecordRun, _ records: Range<Int>, now: ContinuousClock.Instant, to receipts: inout SendReceipts
    ) {
        var start = records.lowerBound
        while start < records.upperBound {
            let (outcome, index, count, isNew) = partitions[run.partition, default: PartitionQueue(run.partition)]
                .append(run, start..<records.upperBound, limit: configuration.batchSize) {
                    [nextBatch, configuration] in
                    ProducerBatch(
                        number: nextBatch, createdAt: now, deadline: now.advanced(by: configuration.deliveryTimeout))
                }
            if isNew { nextBatch += 1 }
            var rest = start..<start + count
            while !rest.isEmpty {
                let neighbours = run.prefixOfOneTime(rest)
                let receipt = SendReceipt(
                    outcome: outcome, index: index + neighbours.lowerBound - start, partition: run.partition,
                    timestamp: run.time(at: neighbours.lowerBound))
                receipts.append(receipt, count: neighbours.count)
                rest = neighbours.upperBound..<rest.upperBound
            }
            start += count
        }
    }

    /// Whether a batch of a partition may leave.
    func canSend(_ partition: TopicPartition, at now: ContinuousClock.Instant) -> Bool {
        partitions[partition]?.canSend(
            at: now, linger: configuration.linger, hurries: hurries, inFlightLimit: partitionLimit) ?? false
    }

    /// Puts a partition on its leader's list if it can send.
    mutating func list(
        _ partition: TopicPartition, at now: ContinuousClock.Instant, leader: (TopicPartition) -> Int32?,
        actions: inout Actions
    ) {
        guard partitions[partition]?.isListed == false else { return }
        guard canSend(partition, at: now) else {
            if let wake = partitions[partition]?.nextWake(linger: configuration.linger, after: now) {
                actions.wake = min(actions.wake ?? wake, wake)
            }
            return
        }
        guard let node = leader(partition) else {
            pause(partition, from: now, failures: 1, actions: &actions)
            actions.staleTopics.insert(partition.topic)
            return
        }
        partitions[partition]?.isListed = true
        nodes[node, default: Node()].ready.append(partition)
    }

    /// Lets nothing of a partition leave for a while.
    mutating func pause(
        _ partition: TopicPartition, from now: ContinuousClock.Instant, failures: Int, actions: inout Actions
    ) {
        let end = now.advanced(by: retryBackoff.delay(afterFailures: failures))
        partitions[partition]?.pausedUntil = end
        actions.wake = min(actions.wake ?? end, end)
    }

    // MARK: Time

    /// Gives up what is too old and lists what has waited long enough.
    mutating func tick(_ now: ContinuousClock.Instant, leader: (TopicPartition) -> Int32?) -> Actions {
        var actions = Actions()
        for partition in Array(partitions.keys) {
            expire(partition, at: now, actions: &actions)
            list(partition, at: now, leader: leader, actions: &actions)
            if let wake = partitions[partition]?.nextWake(linger: configuration.linger, after: now) {
                actions.wake = min(actions.wake ?? wake, wake)
            }
        }
        dropUnwritable(into: &actions)
        grantRoom(into: &actions)
        refuseLateSenders(at: now, actions: &actions)
        return actions
    }

    /// Lets go on who has waited for room for too long.
    private mutating func refuseLateSenders(at now: ContinuousClock.Instant, actions: inout Actions) {
        guard let next = senders.lazy.map(\.deadline).min() else { return }
        guard next <= now else {
            actions.wake = min(actions.wake ?? next, next)
            return
        }
        for sender in senders where sender.deadline <= now {
            let error = KafkaClientError(
                .bufferExhausted,
                "no room for \(sender.size) bytes within \(configuration.maximumBlockTime): \(bufferedBytes) of "
                    + "\(configuration.bufferMemory) bytes wait for acknowledgement; the cluster is too slow or away, or "
                    + "bufferMemory too small")
            actions.refusedSenders.append((sender.continuation, error))
        }
        senders.removeAll { $0.deadline <= now }
        refuseLateSenders(at: now, actions: &actions)
    }

    private mutating func expire(_ partition: TopicPartition, at now: ContinuousClock.Instant, actions: inout Actions) {
        guard let expired = partitions[partition]?.removeExpired(at: now) else { return }
        for batch in expired {
            let error = KafkaClientError(
                .deliveryTimeout,
                "no acknowledgement from \(partition) within \(configuration.deliveryTimeout); "
                    + (batch.failures == 0 ? "the record was never sent" : "the record may have been written or not"),
                errorCode: batch.lastError?.errorCode, cause: batch.lastError)
            decide(batch, .failure(error), actions: &actions)
        }
    }

    /// Decides over a batch that is in no queue any more.
    mutating func decide(
        _ batch: ProducerBatch, _ result: Result<BatchOutcome.Acknowledgement, KafkaClientError>, actions: inout Actions
    ) {
        bufferedBytes -= batch.size
        if case .failure(let error) = result { transaction?.fail(error) }
        actions.decisions.append((batch.outcome, batch.records, result))
    }

    /// Fails everything, for good.
    mutating func fail(_ error: KafkaClientError) -> Actions {
        var actions = Actions()
        failure = error
        for partition in Array(partitions.keys) {
            for batch in partitions[partition]?.removeQueued() ?? [] {
                decide(batch, .failure(error), actions: &actions)
            }
        }
        actions.refusedSenders = senders.map { ($0.continuation, error) }
        senders = []
        return actions
    }

    /// All batches that are not decided, closed so that they leave without waiting for more.
    mutating func closeAllBatches(
        now: ContinuousClock.Instant, leader: (TopicPartition) -> Int32?
    ) -> (
        [BatchOutcome], Actions
    ) {
        var actions = Actions()
        var outcomes: [BatchOutcome] = []
        for partition in Array(partitions.keys) {
            partitions[partition]?.closeLast()
            outcomes += partitions[partition]?.outcomes ?? []
            list(partition, at: now, leader: leader, actions: &actions)
        }
        return (outcomes, actions)
    }
}
