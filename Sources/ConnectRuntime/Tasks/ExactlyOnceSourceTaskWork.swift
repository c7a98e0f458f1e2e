import ConnectAPI
import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat
import Synchronization

/// Polls a source task and writes its records and their offsets in transactions, so that readers of committed records
/// see each once, whatever becomes of the task (KIP-618).
///
/// Everything happens on the task's thread: a transaction ends between two records or two polls, and the task hears of
/// its records when they are committed.
final class ExactlyOnceSourceTaskWork: TaskRunner.Work {
    /// What exists from start to stop.
    struct Resources: Sendable {
        let producer: KafkaProducer
        let conversion: SourceConversion
        let offsets: CommittedOffsets
    }

    /// What was done since the last commit.
    struct Progress {
        /// Whether records or offsets were handed over that are not committed.
        var isOpen = false
        /// The records, of which some are in the open transaction.
        var sent: [SentRecords] = []
        /// How many they are: asked after each poll, of which a transaction may take ten thousands.
        var sentCount = 0
        /// Where the task goes on after them.
        var committable = CommittableOffsets()
        /// Set by a failure, after which nothing may be committed any more.
        var hasFailed = false
    }

    let task: any SourceTask
    let environment: TaskEnvironment
    let settings: TransactionSettings
    let progress = Mutex(Progress())
    private let control: TaskControl
    private let thread: TaskThread
    private let pacing: Mutex<TransactionPacing>
    private let resources = Mutex<Resources?>(nil)
    private let producer = Mutex<KafkaProducer?>(nil)
    private let isAbandoned = Mutex(false)
    private let isStarted = Mutex(false)

    init(_ task: any SourceTask, _ environment: TaskEnvironment, control: TaskControl, thread: TaskThread) throws {
        self.task = task
        self.environment = environment
        self.control = control
        self.thread = thread
        settings = try TransactionSettings(environment.connectorConfiguration, worker: environment.worker)
        pacing = Mutex(TransactionPacing(settings.boundary, at: .now))
        environment.metrics.note { measurements, _ in measurements.source.becomeTransactional() }
    }

    var version: String { task.version }

    // MARK: Life

    func start() async throws {
        guard let transactional = environment.clients.transactional, let exactlyOnce = environment.exactlyOnce else {
            throw ConnectError(.failed, "This worker does not have exactly-once source support enabled.")
        }
        let generation = exactlyOnce.generation(environment.id.connector)
        try await exactlyOnce.fence(environment.id.connector)
        // A task that is not wanted any more must not fence the one that came in its place.
        guard !control.isStopping else { return }
        let producer = try transactional.makeProducer(
            TransactionSettings.transactionalID(of: environment.id, worker: environment.worker),
            settings.transactionTimeout)
        self.producer.withLock { $0 = producer }
        try await producer.initializeTransactions()
        try await exactlyOnce.verify(environment.id, generation)
        // Only now: a predecessor's transaction is committed or aborted, and no one else writes these offsets.
        let offsets = CommittedOffsets(
            try await transactional.offsets(of: environment.id.connector, settings, worker: environment.worker))
        guard !isAbandoned.withLock({ $0 }), !control.isStopping else { return }
        let conversion = try await SourceConversion(environment, control: control)
        resources.withLock { $0 = Resources(producer: producer, conversion: conversion, offsets: offsets) }
        isStarted.withLock { $0 = true }
        try await task.start(
            context: Context(
                configuration: environment.configuration, offsetStorageReader: offsets,
                logger: environment.logger.forAuthors, transactionContext: pacing.withLock { $0.requests }),
            configuration: environment.configuration)
    }

    func run() async throws {
        guard let resources = resources.withLock({ $0 }) else { return }
        pacing.withLock { $0.begin(at: .now) }
        let polling = environment.polling(task, control: control, thread: thread)
        do {
            while control.demand == .run {
                let records = try await polling.next()
                if isAbandoned.withLock({ $0 }) { return }
                try await write(records, resources)
            }
        } catch {
            throw failed(error)
        }
    }

    func idle() async throws { await control.wait(while: .pause) }

    func settle() async throws {
        guard let resources = resources.withLock({ $0 }), !progress.withLock({ $0.hasFailed }) else { return }
        do {
            try await carryOut(try pacing.withLock { try $0.atEnd() }, resources)
        } catch {
            throw failed(error)
        }
    }

    func stop() async throws {
        let resources = resources.withLock { $0.take() }
        // Aborts what was not committed.
        await producer.withLock { $0.take() }?.close(timeout: environment.worker.taskShutdownTimeout)
        await resources?.conversion.close()
        if isStarted.withLock({ $0 }) { try await task.stop() }
    }

    func abandon() async {
        isAbandoned.withLock { $0 = true }
        (task as? any Releasable)?.release()
        resources.withLock { $0 = nil }
        // Whatever the task returns when it comes back has nowhere to go. Its successor would end the transaction, but
        // others who read their offsets would wait for it until then.
        await producer.withLock { $0.take() }?.close(timeout: environment.worker.abandonmentTimeout / 2)
    }

    // MARK: Records

    private func write(_ records: [SourceRecord], _ resources: Resources) async throws {
        var part: [SourceRecord] = []
        for record in records {
            part.append(record)
            let verdict = try pacing.withLock { try $0.after(record) }
            guard verdict != .goOn else { continue }
            try await send(part, resources)
            part = []
            try await carryOut(verdict, resources)
        }
        if !part.isEmpty { try await send(part, resources) }
        let open = progress.withLock { $0.sentCount }
        try await carryOut(try pacing.withLock { try $0.afterBatch(openRecords: open, at: .now) }, resources)
    }

    /// Hands records over as part of the open transaction, which begins with them if there is none.
    private func send(_ records: [SourceRecord], _ resources: Resources) async throws {
        let converted = try await resources.conversion.convert(.records(records))
        // It would wait for its own transaction the next time that its offsets are read.
        guard !converted.outgoing.contains(where: { $0.topic == settings.offsetsTopic.name }) else {
            throw ConnectError(
                .failed, "Source tasks may not produce to their own offsets topics when exactly-once support is enabled"
            )
        }
        try await environment.topicCreation?.create(for: converted.outgoing, control)
        if !converted.outgoing.isEmpty { try beginIfNeeded(resources) }
        let receipts = try await resources.producer.enqueue(contentsOf: converted.outgoing)
        let sent = SentRecords(
            .records(records), dropped: converted.dropped, receipts, areKept: task.takesAcknowledgements)
        progress.withLock { progress in
            progress.sent.append(sent)
            progress.sentCount += sent.count
            progress.committable.acknowledge(records)
        }
    }

    func beginIfNeeded(_ resources: Resources) throws {
        try progress.withLock { progress in
            guard !progress.isOpen else { return }
            try resources.producer.beginTransaction()
            progress.isOpen = true
        }
    }

    // MARK: Failures

    /// Takes note of a failure.
    ///
    /// - Returns: What to tell the user.
    private func failed(_ error: any Error) -> any Error {
        progress.withLock { $0.hasFailed = true }
        guard let error = error as? KafkaClientError else { return error }
        // Who fences ends the transaction first: a write that comes in between hears that there is none.
        guard error.code == .fenced || error.errorCode == .invalidTxnState else { return error }
        return fencing(error)
    }

    private func fencing(_ error: KafkaClientError) -> ConnectError {
        if error.errorCode == .invalidProducerEpoch {
            return ConnectError(
                .failed,
                "The task \(environment.id) was unable to finish writing records to Kafka before its producer transaction"
                    + " expired. It may be necessary to reconfigure this connector in order for it to run healthily with"
                    + " exactly-once support. Options for this include: tune the connector's producer configuration for"
                    + " higher throughput, increase the transaction timeout for the connector's producers, decrease the"
                    + " offset commit interval (if using interval-based transaction boundaries), or use the 'poll'"
                    + " transaction boundary (if the connector is not already configured to use it).", cause: error)
        }
        return ConnectError(
            .failed,
            "The task \(environment.id) was fenced: another worker runs it, or its transaction took too long. A restart"
                + " reads on from the last commit.", cause: error)
    }
}

extension ExactlyOnceSourceTaskWork {
    /// What the task sees of the worker.
    private struct Context: SourceTaskContext {
        let configuration: [String: String]
        let offsetStorageReader: any OffsetStorageReader
        let logger: ConnectLogger
        let transactionContext: (any TransactionContext)?
    }
}
