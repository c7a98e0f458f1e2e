import ConnectAPI
import ConnectPlugins
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// Polls Kafka as a member of the connector's group, converts records, puts them into a sink task and commits their
/// offsets.
///
/// Everything happens in one loop on the task's thread; only the demands come from elsewhere, and ``abandon()``.
final class SinkTaskWork: TaskRunner.Work {
    /// Converted records, and the offset after them per partition.
    struct Batch: Sendable {
        var records: [SinkRecord] = []
        var nextOffsets: [TopicPartition: LogOffset] = [:]

        /// Forgets what comes from some partitions.
        mutating func remove(_ partitions: Set<TopicPartition>) {
            records.removeAll { partitions.contains($0.origin) }
            for partition in partitions { nextOffsets[partition] = nil }
        }
    }

    struct State {
        /// The offset after the last record that was put, per partition.
        var put: [TopicPartition: LogOffset] = [:]
        /// What was committed last.
        var committed: [TopicPartition: LogOffset] = [:]
        /// When offsets are to be committed next.
        var nextCommit = ContinuousClock.now
        var consumer: (any SinkConsumer)?
        var conversion: SinkConversion?
        /// A batch that the task could not take for the moment. Every partition is paused until it has.
        var held: Batch?
        /// How many records failed one after the other since the last one that was put.
        var poisonedInARow = 0
        /// Whether the task failed to put or to keep records: what it says of earlier ones counts no more. Above all, a
        /// sync that failed must not be tried again, because the kernel reports a lost write once only.
        var hasFailed = false
        /// Whether the worker gave the task up while it hung; nothing it does from then on counts.
        var isAbandoned = false
    }

    /// How long a poll waits for records; a task is put an empty batch then, so that it can act on time.
    private static let pollTimeout = Duration.seconds(1)
    /// How long to wait before a batch is put again, unless the task says otherwise.
    private static let retryPause = Duration.milliseconds(500)

    let task: any SinkTask
    let environment: TaskEnvironment
    let context: SinkContext
    let state = Mutex(State())
    private let control: TaskControl

    init(_ task: any SinkTask, _ environment: TaskEnvironment, control: TaskControl) {
        self.task = task
        self.environment = environment
        self.control = control
        context = SinkContext(
            configuration: environment.configuration, logger: environment.logger.forAuthors)
    }

    var version: String { task.version }

    /// The consumer group of a sink connector's tasks.
    static func groupID(of connector: String, _ configuration: [String: String]) -> String {
        configuration["consumer.override.group.id"] ?? "connect-\(connector)"
    }

    func start() async throws {
        let connector = environment.connectorConfiguration
        let conversion = try await SinkConversion(environment, control: control)
        // From here on ``stop()`` closes it, whatever fails.
        state.withLock { $0.conversion = conversion }
        if conversion.errors.takesReports { context.setReporter(ConversionReporter(conversion: conversion)) }
        let consumer = ObservedSinkConsumer(
            try environment.clients.makeConsumer(Self.groupID(of: environment.id.connector, connector)),
            environment.metrics)
        state.withLock { state in
            state.consumer = consumer
            state.nextCommit = .now + environment.worker.offsetFlushInterval
        }
        try await task.start(context: context, configuration: environment.configuration)
        if let pattern = connector["topics.regex"]?.trimmingSpace, !pattern.isEmpty {
            let pattern = try NamePattern(pattern)
            try await consumer.subscribe(matching: { pattern.matches($0) }, listener: self)
        } else {
            let topics = (connector["topics"] ?? "").split(separator: ",").map { String($0).trimmingSpace }
            try await consumer.subscribe(to: topics.filter { !$0.isEmpty }, listener: self)
        }
    }

    func run() async throws {
        let (consumer, conversion) = state.withLock { ($0.consumer, $0.conversion) }
        guard let consumer, let conversion else { return }
        control.onChange { consumer.wakeup() }
        if !isHolding { try resume(consumer) }
        while control.demand == .run {
            try await applyRequests()
            let batch: Batch
            if isHolding {
                try await pollPaused(consumer, timeout: context.takeRetryTimeout() ?? Self.retryPause)
                // A rebalance may have taken some of it, or all.
                batch = state.withLock { $0.held } ?? Batch()
            } else {
                var fresh = Batch()
                for polled in try await consumer.poll(timeout: timeUntilCommit()) {
                    fresh.records += try await conversion.records(of: polled)
                    fresh.nextOffsets[polled.topicPartition] = polled.nextOffset
                }
                batch = fresh
                await environment.activeTopics?.note(fresh.nextOffsets.keys.lazy.map(\.topic))
            }
            guard !isAbandoned else { return }
            try await put(batch, consumer, conversion)
            if isCommitDue { try await commit() }
        }
    }

    /// Puts a batch. One that the task cannot take for the moment is held, and every partition waits for it.
    ///
    /// The loop goes on meanwhile: it polls, which the group takes for a sign of life, and hears of pauses and stops.
    private func put(_ batch: Batch, _ consumer: any SinkConsumer, _ conversion: SinkConversion) async throws {
        do {
            try await task.put(batch.records)
        } catch let error as ConnectError where error.isRetriable {
            environment.logger.warning(
                "a batch could not be put and is tried again",
                metadata: ["task": "\(environment.id)", "error": "\(error)"])
            guard !isAbandoned else { return }
            state.withLock { $0.held = batch }
            try consumer.pause(Array(consumer.assignment))
            return
        } catch let error where conversion.bisects && !batch.records.isEmpty {
            let rest = try await bisect(batch, error, conversion, while: control)
            let wasHeld = state.withLock { state in
                defer { state.held = rest }
                return state.held != nil
            }
            if rest != nil { return try consumer.pause(Array(consumer.assignment)) }
            return wasHeld ? try resume(consumer) : ()
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
        guard !isAbandoned else { return }
        let wasHeld = state.withLock { state in
            state.put.merge(batch.nextOffsets) { $1 }
            if !batch.records.isEmpty { state.poisonedInARow = 0 }
            return state.held.take() != nil
        }
        if wasHeld { try resume(consumer) }
    }

    private var isHolding: Bool { state.withLock { $0.held != nil } }

    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    private var isCommitDue: Bool { state.withLock { $0.nextCommit <= .now } }

    private func timeUntilCommit() -> Duration {
        let remaining = state.withLock { ContinuousClock.now.duration(to: $0.nextCommit) }
        return max(.milliseconds(1), min(Self.pollTimeout, remaining))
    }

    /// Reads again what the task itself did not pause.
    private func resume(_ consumer: any SinkConsumer) throws {
        let own = context.paused
        try consumer.resume(consumer.paused.filter { !own.contains($0) })
    }

    /// Polls for the group's sake, without reading anything.
    private func pollPaused(_ consumer: any SinkConsumer, timeout: Duration) async throws {
        // Again in every round: a rebalance may have brought further partitions.
        try consumer.pause(Array(consumer.assignment))
        for batch in try await consumer.poll(timeout: timeout) {
            // A partition that came within this very poll: its records are to come again afterwards.
            guard let first = batch.records.first else { continue }
            try await consumer.seek(batch.topicPartition, to: first.offset)
        }
    }

    /// Does what the task asked for since the last look.
    func applyRequests() async throws {
        guard let consumer = state.withLock({ $0.consumer }) else { return }
        let requests = context.takeRequests()
        for (partition, offset) in requests.seeks {
            try await consumer.seek(partition, to: offset)
            state.withLock { state in
                state.put[partition] = offset
                // What is held of it comes again, as far as the task wants it.
                state.held?.remove([partition])
            }
        }
        if !isHolding {
            let assigned = consumer.assignment
            try consumer.pause(requests.paused.filter(assigned.contains))
            try consumer.resume(requests.resumed.filter(assigned.contains))
        }
        if requests.isCommitRequested { state.withLock { $0.nextCommit = .now } }
    }

    // MARK: Pausing and ending

    func settle() async throws { try await commit() }

    /// Stays in the group, which takes polls for rebalances, without reading anything.
    func idle() async throws {
        guard let consumer = state.withLock({ $0.consumer }) else { return }
        while control.demand == .pause { try await pollPaused(consumer, timeout: Self.pollTimeout) }
    }

    func stop() async throws {
        let (consumer, conversion) = state.withLock { state in
            state.held = nil
            // The consumer stays, for an abandonment to find it while the task hangs in its close.
            return (state.consumer, state.conversion.take())
        }
        control.onChange(nil)
        var failure: (any Error)?
        let owned = context.assignment
        do {
            if !owned.isEmpty { try await task.close(Array(owned)) }
        } catch {
            // The group, the transforms and the task itself are not to suffer from it.
            failure = error
        }
        context.setAssignment([])
        await consumer?.close()
        state.withLock { $0.consumer = nil }
        await conversion?.close()
        try await task.stop()
        if let failure { throw failure }
    }

    func abandon() async {
        // The task may have put or not what it hangs on, so nothing is committed; its partitions go to others.
        let (consumer, conversion) = state.withLock { state in
            state.isAbandoned = true
            return (state.consumer.take(), state.conversion.take())
        }
        (task as? any Releasable)?.release()
        control.onChange(nil)
        await consumer?.abandon()
        await conversion?.errors.close()
    }
}

/// Hands what a task cannot put to where its other failed records go.
private struct ConversionReporter: ErrantRecordReporter {
    let conversion: SinkConversion

    func report(_ record: SinkRecord, error: any Error) async throws {
        try await conversion.report(record, error)
    }
}
