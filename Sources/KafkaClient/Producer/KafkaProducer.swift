import KafkaProtocol
import RecordFormat
import Synchronization

/// Writes records: gathers them into batches per partition, sends several at a time, repeats what a repetition can
/// cure, and with idempotence (the default) sees to it that each record is there once and in order.
///
/// ``enqueue(contentsOf:)`` and ``send(contentsOf:)`` are the fast path: no continuation per record. ``send(_:)`` costs
/// one wait, which covers the batch that the record travels in. May be used from any number of tasks at once; records
/// of one task for one partition keep their order.
public final class KafkaProducer: Sendable {
    let client: KafkaClient
    let configuration: ProducerConfiguration
    let state: Mutex<ProducerState>
    /// What transactions are told to; `nil` for a producer without.
    let coordinator: TransactionCoordinator?
    let throttle = BrokerThrottle()
    private let chooser: Mutex<PartitionChooser>
    private let timer = Mutex<(at: ContinuousClock.Instant, timer: ClientScheduler.Timer)?>(nil)

    /// Creates a producer; nothing is sent yet.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration`.
    public init(client: KafkaClient, configuration: ProducerConfiguration = .init()) throws {
        try configuration.validate()
        self.client = client
        self.configuration = configuration
        state = Mutex(
            ProducerState(
                configuration: configuration, retryBackoff: client.configuration.retryBackoff,
                preservesOrder: client.transport.preservesOrder))
        coordinator = configuration.transactionalID.map {
            TransactionCoordinator(client: client, transactionalID: $0)
        }
        chooser = Mutex(PartitionChooser(batchSize: configuration.batchSize))
    }

    // MARK: Sending

    /// Sends one record and waits for its acknowledgement.
    ///
    /// - Returns: Where the record was written; with acknowledgement `.none`, as soon as it is on its way.
    /// - Throws: ``KafkaClientError`` for what kept it from being written, or `CancellationError` when the task is
    ///   cancelled, which leaves a record that was handed over on its way.
    public func send(_ record: ProducerRecord) async throws -> RecordMetadata {
        try await enqueue(record).metadata()
    }

    /// Sends many records and waits for all acknowledgements.
    ///
    /// - Returns: Where each was written, in the order of `records`.
    /// - Throws: The first failure, once all are decided; ``enqueue(contentsOf:)`` tells of each.
    public func send(contentsOf records: [ProducerRecord]) async throws -> [RecordMetadata] {
        let receipts = try await enqueue(contentsOf: records)
        var failure: (any Error)?
        var metadata: [RecordMetadata] = []
        metadata.reserveCapacity(records.count)
        for receipt in receipts {
            do {
                metadata.append(try await receipt.metadata())
            } catch let error as CancellationError {
                throw error
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return metadata
    }

    /// Hands over a record without waiting for its acknowledgement.
    ///
    /// Suspends only while the buffer is full or the topic's metadata is missing.
    ///
    /// - Throws: ``KafkaClientError``: `.recordTooLarge`, `.bufferExhausted`, `.invalidArgument` for a partition that
    ///   is not there, `.closed`, or what kept the topic's metadata away.
    public func enqueue(_ record: ProducerRecord) async throws -> SendReceipt {
        try await enqueue(contentsOf: [record])[0]
    }

    /// Hands over many records without waiting for their acknowledgements.
    ///
    /// - Returns: A receipt for each, in order.
    /// - Throws: As ``enqueue(_:)``; the records before the one that it concerns are handed over.
    @discardableResult public func enqueue(contentsOf records: [ProducerRecord]) async throws -> SendReceipts {
        var receipts = SendReceipts()
        try await enqueue(contentsOf: records, to: &receipts)
        return receipts
    }

    /// The same for callers that have to know which records were handed over when one is not.
    ///
    /// - Parameter receipts: Gets a receipt for each that is handed over, also where an error is thrown: that concerns the
    ///   record behind them.
    package func enqueue(contentsOf records: [ProducerRecord], to receipts: inout SendReceipts) async throws {
        do {
            try await handOver(records[...], to: &receipts)
        } catch {
            failTransaction(error)
            throw error
        }
    }

    /// How many records are prepared at once: the lock that they are added under is not held for longer.
    private static let recordsAtOnce = 4096
    /// What part of the buffer a sender waits for at once: it is woken for many records rather than for each, and leaves
    /// room for others.
    private static let waitingPart = 8

    private func handOver(_ records: ArraySlice<ProducerRecord>, to receipts: inout SendReceipts) async throws {
        var rest = records
        let deadline = ContinuousClock.now.advanced(by: configuration.maximumBlockTime)
        while let first = rest.first {
            let topic = try await topic(of: first, until: deadline)
            // Records for one topic share the look-up, the time and the lock.
            let ofTopic = Self.prefix(of: first.topic, rest.prefix(Self.recordsAtOnce))
            // Prepared outside of the lock; what cannot be sent is thrown once those before it are in.
            let (runs, problem) = prepare(ofTopic, isWholeCall: ofTopic.count == records.count, of: topic)
            var pending = PendingRuns(runs)
            try append(&pending, to: &receipts)
            while !pending.isEmpty {
                let size = pending.leadingSize(limit: configuration.bufferMemory / Self.waitingPart)
                try await reserveRoom(size, until: deadline)
                try append(&pending, reserved: size, to: &receipts)
            }
            if let problem { throw problem }
            rest = rest.dropFirst(ofTopic.count)
        }
    }

    /// The records up to the first that goes to another topic.
    private static func prefix(of topic: String, _ records: ArraySlice<ProducerRecord>) -> ArraySlice<ProducerRecord> {
        let span = records.span
        return records.prefix(span.indices.first { span[$0].topic != topic } ?? span.count)
    }

    private func topic(of record: ProducerRecord, until deadline: ContinuousClock.Instant) async throws -> TopicSnapshot
    {
        if let topic = client.metadata.cachedTopic(record.topic) {
            guard let partition = record.partition, topic.partition(partition) == nil else { return topic }
            // The partition may have been added since.
            client.metadata.invalidate(record.topic)
        }
        return try await client.metadata.topic(record.topic, until: deadline)
    }

    /// Appends records while there is room, and sends what may leave.
    ///
    /// - Parameter reserved: As for ``ProducerState/append(_:reserved:now:leader:to:actions:)``; given back if nothing can
    ///   be appended any more.
    private func append(_ pending: inout PendingRuns, reserved: Int? = nil, to receipts: inout SendReceipts) throws {
        let now = ContinuousClock.now
        let (failure, actions): (KafkaClientError?, ProducerState.Actions)
        (pending, receipts, failure, actions) = state.withLock { [pending, receipts] state in
            var (pending, receipts, actions) = (pending, receipts, ProducerState.Actions())
            do throws(KafkaClientError) {
                try Self.checkOpen(state)
            } catch {
                state.bufferedBytes -= reserved ?? 0
                state.grantRoom(into: &actions)
                return (pending, receipts, error, actions)
            }
            state.append(
                &pending, reserved: reserved, now: now, leader: client.metadata.leader(of:), to: &receipts,
                actions: &actions)
            return (pending, receipts, nil, actions)
        }
        perform(actions)
        if let failure { throw failure }
        pump()
    }

    private func prepare(
        _ records: ArraySlice<ProducerRecord>, isWholeCall: Bool, of topic: TopicSnapshot
    ) -> (runs: [RecordRun], problem: KafkaClientError?) {
        let time = WallClock.now
        return chooser.withLock { chooser in
            chooser.runs(
                of: records, isWholeCall: isWholeCall, in: topic, at: time,
                sizeLimit: configuration.maximumRequestSize - RecordBatchHeader.size)
        }
    }

    static func checkOpen(_ state: borrowing ProducerState) throws(KafkaClientError) {
        if let failure = state.failure { throw failure }
        if state.isClosing { throw KafkaClientError(.closed, "the producer is closed") }
        try state.transaction?.checkOpen()
    }

    /// For how much longer the brokers do not take what this producer sends, because of a quota; `nil` while they do.
    public var throttleTime: Duration? { throttle.remaining(at: .now) }

    // MARK: Flush and close

    /// Waits until everything that was enqueued before the call is acknowledged or has failed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled. Failed records are told by their receipts.
    public func flush() async throws {
        let (outcomes, actions) = state.withLock { state in
            state.flushes += 1
            return state.closeAllBatches(now: .now, leader: client.metadata.leader(of:))
        }
        defer { state.withLock { $0.flushes -= 1 } }
        perform(actions)
        pump()
        for outcome in outcomes { try await outcome.wait() }
    }

    /// Flushes within `timeout`, fails what is left with `.closed`, and ends the producer; an open transaction is aborted.
    public func close(timeout: Duration = .seconds(30)) async {
        await abortOnClose(within: timeout)
        let (outcomes, actions) = state.withLock { state in
            state.isClosing = true
            return state.closeAllBatches(now: .now, leader: client.metadata.leader(of:))
        }
        perform(actions)
        pump()
        let limit = client.scheduler.schedule(after: timeout) { [self] in
            perform(
                state.withLock {
                    $0.fail(KafkaClientError(.closed, "the producer was closed before the acknowledgement"))
                })
        }
        for outcome in outcomes { try? await outcome.wait() }
        limit.cancel()
        perform(state.withLock { $0.fail(KafkaClientError(.closed, "the producer is closed")) })
        timer.withLock { timer in
            timer?.timer.cancel()
            timer = nil
        }
    }

    /// The partitions of a topic.
    ///
    /// - Throws: As ``KafkaClient/partitions(of:)``.
    public func partitions(of topic: String) async throws -> [PartitionDescription] {
        try await client.partitions(of: topic)
    }

    // MARK: Time

    /// Makes sure that the state is looked at again at `wake`.
    func scheduleWake(at wake: ContinuousClock.Instant) {
        timer.withLock { current in
            if let current, current.at <= wake { return }
            current?.timer.cancel()
            let delay = max(ContinuousClock.now.duration(to: wake), .zero)
            current = (wake, client.scheduler.schedule(after: delay) { [weak self] in self?.wakeUp(at: wake) })
        }
    }

    private func wakeUp(at wake: ContinuousClock.Instant) {
        timer.withLock { if $0?.at == wake { $0 = nil } }
        perform(state.withLock { $0.tick(.now, leader: client.metadata.leader(of:)) })
        pump()
    }
}
