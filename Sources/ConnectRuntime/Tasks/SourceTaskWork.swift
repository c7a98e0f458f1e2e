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
    /// Records on their way.
    private struct Batch: Sendable {
        var sent: SentRecords
        /// Where the task goes on after them.
        var offsets: CommittableOffsets
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
    ///
    /// With half as many, a source stood still for a third of its time while its producer waited for the disk.
    private static let batchLimit = 64

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
        let conversion: SourceConversion
        let acknowledging: Task<Void, Never>
        let committing: Task<Void, Never>
    }

    init(_ task: any SourceTask, _ environment: TaskEnvironment, control: TaskControl, thread: TaskThread) {
        self.task = task
        self.environment = environment
        self.control = control
        self.thread = thread
    }

    var version: String { task.version }

    func start() async throws {
        let conversion = try await SourceConversion(environment, control: control)
        let producer: KafkaProducer
        do {
            try await task.start(
                context: SourceContext(
                    configuration: environment.configuration, connector: environment.id.connector,
                    offsets: environment.offsets, logger: environment.logger.forAuthors),
                configuration: environment.configuration)
            producer = try environment.clients.makeProducer()
        } catch {
            // Nobody else knows of it yet.
            await conversion.close()
            throw error
        }
        // These two run on the shared threads: the task's own may be blocked in a poll. ``stop()`` awaits them.
        let acknowledging = Task(executorPreference: globalConcurrentExecutor) { [self] in await acknowledge() }
        let committing = Task(executorPreference: globalConcurrentExecutor) { [self] in await commitOnTime() }
        resources.withLock {
            $0 = Resources(
                producer: producer, conversion: conversion, acknowledging: acknowledging, committing: committing)
        }
    }

    func run() async throws {
        guard let resources = resources.withLock({ $0 }) else { return }
        let polling = environment.polling(task, control: control, thread: thread)
        while control.demand == .run {
            if let failure = state.withLock({ $0.failure }) { throw failure }
            let batches = try await polling.nextBatches()
            if isAbandoned.withLock({ $0 }) { return }
            for batch in batches where batch.count > 0 { try await send(batch, resources) }
        }
    }

    private func send(_ batch: SourceBatch, _ resources: Resources) async throws {
        let converted = try await resources.conversion.convert(batch)
        try await environment.topicCreation?.create(for: converted.outgoing, control)
        let receipts = try await resources.producer.enqueue(contentsOf: converted.outgoing)
        var offsets = CommittableOffsets()
        offsets.acknowledge(batch)
        let sent = SentRecords(batch, dropped: converted.dropped, receipts, areKept: task.takesAcknowledgements)
        state.withLock { $0.underWay += 1 }
        _ = await queue.push(Batch(sent: sent, offsets: offsets))
    }

    // MARK: Acknowledgements

    private func acknowledge() async {
        while let batch = await queue.pop() {
            do {
                let runs = try await batch.sent.runs()
                state.withLock { $0.committable.acknowledge(batch.offsets) }
                environment.metrics.note(acknowledged: batch.sent)
                if task.takesAcknowledgements { try await task.commitRecords(batch.sent.places(runs)) }
                await environment.activeTopics?.note(runs.lazy.map(\.first.topic))
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
                // What could not be sent is kept by its dead letter.
                try await resources.withLock({ $0?.conversion })?.flush()
            } catch {
                state.withLock { $0.committable.restore(records) }
                return fail(error)
            }
            do {
                try await environment.metrics.committing { try await environment.offsets.commit(records) }
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
        await resources?.conversion.close()
        try await task.stop()
    }

    func abandon() async {
        isAbandoned.withLock { $0 = true }
        (task as? any Releasable)?.release()
        let resources = resources.withLock { $0.take() }
        queue.finish()
        resources?.committing.cancel()
        // Without their letters, offsets would pass over records that are kept nowhere.
        if (try? await resources?.conversion.flush()) != nil { await commitOffsets() }
        // Whatever the task returns when it comes back has nowhere to go.
        await resources?.producer.close(timeout: .zero)
        await resources?.conversion.close()
    }
}

/// What a source task sees of the worker.
private struct SourceContext: SourceTaskContext, OffsetStorageReader {
    let configuration: [String: String]
    let connector: String
    let offsets: OffsetStore
    let logger: ConnectLogger

    var offsetStorageReader: any OffsetStorageReader { self }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? {
        try offsets.offset(of: connector, partition)
    }
}
