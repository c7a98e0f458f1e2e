import ConnectAPI
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// Polls a source task, converts its records, hands them to Kafka and stores the offsets of what Kafka acknowledged.
///
/// Two loops: the task's thread polls and enqueues; another one awaits acknowledgements in order and commits offsets on
/// time, so that a poll that takes long delays no commit. A bounded queue lies between them.
final class SourceTaskWork: TaskRunner.Work {
    /// Records on their way, with the receipts of the ones that were not dropped.
    private struct Batch: Sendable {
        var records: [SourceRecord]
        /// For each record its receipt; `nil` for one that was dropped.
        var receipts: [SendReceipt?]
    }

    private struct State {
        var committable = CommittableOffsets()
        /// What went wrong with records after they were handed over.
        var failure: (any Error)?
        /// How many batches were handed over and not acknowledged yet.
        var underWay = 0
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    /// How many batches may wait for their acknowledgement.
    private static let batchLimit = 16
    /// How long to wait before a poll that failed for the moment is tried again.
    private static let retryPause = Duration.milliseconds(500)

    private let task: any SourceTask
    private let environment: TaskEnvironment
    private let control: TaskControl
    private let thread: TaskThread
    private let queue = BoundedQueue<Batch>(limit: batchLimit)
    private let state = Mutex(State())
    private let resources = Mutex<Resources?>(nil)
    private let isAbandoned = Mutex(false)
    /// Stores of offsets do not overlap: one that failed puts its offsets back, and they must not cover later ones that
    /// another one has stored meanwhile.
    private let commits = Turnstile()

    /// What exists from start to stop.
    private struct Resources: Sendable {
        let producer: KafkaProducer
        let converters: TaskConverters
        let transforms: TransformChain
        let errors: RecordErrorPolicy
        let acknowledging: Task<Void, Never>
        let committing: Task<Void, Never>
    }

    init(_ task: any SourceTask, _ environment: TaskEnvironment, control: TaskControl, thread: TaskThread) {
        self.task = task
        self.environment = environment
        self.control = control
        self.thread = thread
    }

    func start() async throws {
        let connector = environment.connectorConfiguration
        let converters = try TaskConverters(connector, worker: environment.worker, plugins: environment.plugins)
        let transforms = try TransformChain(connector, plugins: environment.plugins)
        let errors = try RecordErrorPolicy(connector, control: control, logger: environment.logger)
        try await task.start(
            context: SourceContext(
                configuration: environment.configuration, connector: environment.id.connector,
                offsets: environment.offsets),
            configuration: environment.configuration)
        let producer = try environment.clients.makeProducer()
        // These two run on the shared threads: the task's own may be blocked in a poll. ``stop()`` awaits them.
        let acknowledging = Task(executorPreference: globalConcurrentExecutor) { [self] in await acknowledge() }
        let committing = Task(executorPreference: globalConcurrentExecutor) { [self] in await commitOnTime() }
        resources.withLock {
            $0 = Resources(
                producer: producer, converters: converters, transforms: transforms, errors: errors,
                acknowledging: acknowledging, committing: committing)
        }
    }

    func run() async throws {
        guard let resources = resources.withLock({ $0 }) else { return }
        while control.demand == .run {
            if let failure = state.withLock({ $0.failure }) { throw failure }
            let records: [SourceRecord]
            do {
                records = try await control.interruptible(on: thread) { [task] in try await task.poll() } ?? []
            } catch let error as ConnectError where error.isRetriable {
                environment.logger.warning(
                    "a poll failed and is tried again", metadata: ["task": "\(environment.id)", "error": "\(error)"])
                await control.sleep(for: Self.retryPause)
                continue
            }
            if isAbandoned.withLock({ $0 }) { return }
            if !records.isEmpty { try await send(records, resources) }
        }
    }

    private func send(_ records: [SourceRecord], _ resources: Resources) async throws {
        var outgoing: [ProducerRecord] = []
        var isSent: [Bool] = []
        outgoing.reserveCapacity(records.count)
        isSent.reserveCapacity(records.count)
        for record in records {
            let converted = try await convert(record, resources)
            isSent.append(converted != nil)
            if let converted { outgoing.append(converted) }
        }
        let receipts = try await resources.producer.enqueue(contentsOf: outgoing)
        var next = receipts.makeIterator()
        state.withLock { $0.underWay += 1 }
        _ = await queue.push(Batch(records: records, receipts: isSent.map { $0 ? next.next() : nil }))
    }

    private func convert(_ record: SourceRecord, _ resources: Resources) async throws -> ProducerRecord? {
        let first = ProcessingStep(stage: .headerConverter, className: resources.converters.headerClass)
        return try await resources.errors.run(on: .polled(record), beginningWith: first) { step in
            guard !resources.transforms.isEmpty else { return try await convert(record, resources.converters, &step) }
            guard let kept = try await resources.transforms.apply(record, &step) else { return nil }
            step = first
            return try await convert(kept, resources.converters, &step)
        }
    }

    private func convert(
        _ record: SourceRecord, _ converters: TaskConverters, _ step: inout ProcessingStep
    ) async throws -> ProducerRecord {
        var headers = try await converters.serialize(record.headers, topic: record.topic)
        step = ProcessingStep(stage: .keyConverter, className: converters.keyClass)
        let key = try await converters.key.serialize(
            topic: record.topic, headers: &headers, schema: record.keySchema, value: record.key)
        step = ProcessingStep(stage: .valueConverter, className: converters.valueClass)
        let value = try await converters.value.serialize(
            topic: record.topic, headers: &headers, schema: record.valueSchema, value: record.value)
        return ProducerRecord(
            topic: record.topic, partition: record.partition, key: key, value: value, headers: headers,
            timestamp: record.timestamp)
    }

    // MARK: Acknowledgements

    private func acknowledge() async {
        while let batch = await queue.pop() {
            do {
                var places: [(record: SourceRecord, place: RecordPlace?)] = []
                places.reserveCapacity(batch.records.count)
                for (record, receipt) in zip(batch.records, batch.receipts) {
                    let written = try await receipt?.metadata()
                    places.append((record, written.map(RecordPlace.init)))
                }
                state.withLock { $0.committable.acknowledge(batch.records) }
                try await task.commitRecords(places)
            } catch {
                // No offset after a lost record may be stored: the task fails, and a restart reads it again.
                fail(error)
                break
            }
            settled()
        }
        queue.finish()
        let waiters = state.withLock { state in
            state.underWay = 0
            defer { state.drained = [] }
            return state.drained
        }
        for waiter in waiters { waiter.resume() }
    }

    private func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

    private func settled() {
        let waiters = state.withLock { state in
            state.underWay -= 1
            guard state.underWay == 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.drained = [] }
            return state.drained
        }
        for waiter in waiters { waiter.resume() }
    }

    private func drain() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.underWay > 0 && state.failure == nil { state.drained.append(continuation) }
                return state.underWay == 0 || state.failure != nil
            }
            if isDrained { continuation.resume() }
        }
    }

    // MARK: Offsets

    private func commitOnTime() async {
        while true {
            do {
                try await Task.sleep(for: environment.worker.offsetFlushInterval)
            } catch {
                return
            }
            await commitOffsets()
        }
    }

    /// Stores the offsets of what Kafka has acknowledged by now.
    ///
    /// Offsets that cannot be stored are put back for the next round; until one succeeds, a restart reads their records
    /// again.
    private func commitOffsets() async {
        await commits.pass {
            let records = state.withLock { $0.committable.take(of: environment.id.connector) }
            guard !records.isEmpty else { return }
            do {
                try await environment.offsets.commit(records)
            } catch {
                state.withLock { $0.committable.restore(records) }
                return warn("cannot commit source offsets", error)
            }
            guard !isAbandoned.withLock({ $0 }) else { return }
            do {
                try await task.commit()
            } catch {
                // The offsets are stored all the same; as with Kafka, the task does not fail of it.
                warn("a source task could not take note of stored offsets", error)
            }
        }
    }

    private func warn(_ message: Logger.Message, _ error: any Error) {
        environment.logger.warning(message, metadata: ["task": "\(environment.id)", "error": "\(error)"])
    }

    func idle() async throws { await control.wait(while: .pause) }

    func settle() async throws {
        guard resources.withLock({ $0 != nil }) else { return }
        await drain()
        await commitOffsets()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func stop() async throws {
        let resources = resources.withLock { $0.take() }
        queue.finish()
        resources?.committing.cancel()
        await resources?.acknowledging.value
        await resources?.committing.value
        await resources?.producer.close(timeout: environment.worker.taskShutdownTimeout)
        await resources?.transforms.close()
        try await task.stop()
    }

    func abandon() async {
        isAbandoned.withLock { $0 = true }
        (task as? any Releasable)?.release()
        let resources = resources.withLock { $0.take() }
        queue.finish()
        resources?.committing.cancel()
        await commitOffsets()
        // Whatever the task returns when it comes back has nowhere to go.
        await resources?.producer.close(timeout: .zero)
    }
}

extension RecordPlace {
    fileprivate init(_ metadata: RecordMetadata) {
        self.init(
            topicPartition: TopicPartition(metadata.topic, metadata.partition),
            offset: metadata.offset ?? LogOffset(-1))
    }
}

/// What a source task sees of the worker.
private struct SourceContext: SourceTaskContext, OffsetStorageReader {
    let configuration: [String: String]
    let connector: String
    let offsets: OffsetStore

    var offsetStorageReader: any OffsetStorageReader { self }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? {
        try offsets.offset(of: connector, partition)
    }
}
