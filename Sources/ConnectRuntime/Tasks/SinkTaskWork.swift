import ConnectAPI
import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// Polls Kafka as a member of the connector's group, converts records, puts them into a sink task and commits their
/// offsets.
///
/// Everything happens in one loop on the task's thread; only the demands come from elsewhere.
final class SinkTaskWork: TaskRunner.Work {
    private struct State {
        /// The offset after the last record that was put, per partition.
        var put: [TopicPartition: LogOffset] = [:]
        /// What was committed last.
        var committed: [TopicPartition: LogOffset] = [:]
        /// When offsets are to be committed next.
        var nextCommit = ContinuousClock.now
        var consumer: KafkaConsumer?
    }

    /// How long a poll waits for records; a task is put an empty batch then, so that it can act on time.
    private static let pollTimeout = Duration.seconds(1)
    /// How long to wait before a batch is put again, unless the task says otherwise.
    private static let retryPause = Duration.milliseconds(500)

    private let task: any SinkTask
    private let environment: TaskEnvironment
    private let control: TaskControl
    private let context: SinkContext
    private let converters: Mutex<Conversion?> = Mutex(nil)
    private let state = Mutex(State())

    private struct Conversion: Sendable {
        let converters: TaskConverters
        let transforms: TransformChain
        let errors: RecordErrorPolicy
    }

    init(_ task: any SinkTask, _ environment: TaskEnvironment, control: TaskControl) {
        self.task = task
        self.environment = environment
        self.control = control
        context = SinkContext(configuration: environment.configuration)
    }

    func start() async throws {
        let connector = environment.connectorConfiguration
        let conversion = Conversion(
            converters: try TaskConverters(connector, worker: environment.worker, plugins: environment.plugins),
            transforms: try await TransformChain(connector, plugins: environment.plugins),
            errors: try RecordErrorPolicy(connector, logger: environment.logger))
        converters.withLock { $0 = conversion }
        let groupID = connector["consumer.override.group.id"] ?? "connect-\(environment.id.connector)"
        let consumer = try environment.clients.makeConsumer(groupID: groupID)
        state.withLock { state in
            state.consumer = consumer
            state.nextCommit = .now + environment.worker.offsetFlushInterval
        }
        try await task.start(context: context, configuration: environment.configuration)
        if let pattern = connector["topics.regex"]?.trimmingSpace, !pattern.isEmpty {
            let pattern = try TopicPattern(pattern)
            try await consumer.subscribe(listener: self) { pattern.matches($0) }
        } else {
            let topics = (connector["topics"] ?? "").split(separator: ",").map { String($0).trimmingSpace }
            try await consumer.subscribe(to: topics.filter { !$0.isEmpty }, listener: self)
        }
    }

    func run() async throws {
        guard let consumer = state.withLock({ $0.consumer }) else { return }
        control.onChange { consumer.wakeup() }
        try resume(consumer)
        while control.demand == .run {
            try await applyRequests(consumer)
            let batches = try await consumer.poll(timeout: timeUntilCommit())
            // Records that a pause or a stop left unput come again: the position moves with the commit only.
            var records: [SinkRecord] = []
            for batch in batches { records += try await convert(batch) }
            try await put(records, consumer)
            state.withLock { state in
                for batch in batches { state.put[batch.topicPartition] = batch.nextOffset }
            }
            if isCommitDue() { try await commit(consumer) }
        }
    }

    private func convert(_ batch: ConsumedBatch) async throws -> [SinkRecord] {
        guard let conversion = converters.withLock({ $0 }) else { return [] }
        let origin = batch.topicPartition
        var records: [SinkRecord] = []
        records.reserveCapacity(batch.records.count)
        for record in batch.records {
            let describe = { "\(origin) offset \(record.offset)" }
            let converted = try await conversion.errors.run("CONVERTER", describe: describe) {
                try await Self.sinkRecord(record, origin, conversion.converters)
            }
            guard let converted else { continue }
            if conversion.transforms.isEmpty {
                records.append(converted)
            } else {
                let transformed = try await conversion.errors.run("TRANSFORMATION", describe: describe) {
                    try await conversion.transforms.apply(converted)
                }
                if case .some(.some(let kept)) = transformed { records.append(kept) }
            }
        }
        return records
    }

    private static func sinkRecord(
        _ record: Record, _ origin: TopicPartition, _ converters: TaskConverters
    ) async throws -> SinkRecord {
        let key = try await converters.key.deserialize(topic: origin.topic, headers: record.headers, bytes: record.key)
        let value = try await converters.value.deserialize(
            topic: origin.topic, headers: record.headers, bytes: record.value)
        return SinkRecord(
            origin: origin, offset: record.offset, keySchema: key.schema, key: key.value, valueSchema: value.schema,
            value: value.value, timestamp: record.timestamp,
            headers: try await converters.deserialize(record.headers, topic: origin.topic))
    }

    /// Puts a batch, again and again while the task says that it may work later.
    private func put(_ records: [SinkRecord], _ consumer: KafkaConsumer) async throws {
        while true {
            do {
                return try await task.put(records)
            } catch let error as ConnectError where error.isRetriable {
                environment.logger.warning(
                    "a batch could not be put and is tried again",
                    metadata: ["task": "\(environment.id)", "error": "\(error)"])
                if control.isStopping { throw error }
                try await Task.sleep(for: context.takeRetryTimeout() ?? Self.retryPause)
            }
        }
    }

    // MARK: What the task asks for

    private func applyRequests(_ consumer: KafkaConsumer) async throws {
        let requests = context.takeRequests()
        for (partition, offset) in requests.seeks {
            try await consumer.seek(partition, to: offset)
            state.withLock { $0.put[partition] = offset }
        }
        let assigned = consumer.assignment
        try consumer.pause(requests.paused.filter(assigned.contains))
        try consumer.resume(requests.resumed.filter(assigned.contains))
        if requests.isCommitRequested { state.withLock { $0.nextCommit = .now } }
    }

    /// After a pause, reads again what the task itself did not pause.
    private func resume(_ consumer: KafkaConsumer) throws {
        let own = context.paused
        try consumer.resume(consumer.paused.filter { !own.contains($0) })
    }

    // MARK: Offsets

    private func timeUntilCommit() -> Duration {
        let remaining = state.withLock { ContinuousClock.now.duration(to: $0.nextCommit) }
        return max(.milliseconds(1), min(Self.pollTimeout, remaining))
    }

    private func isCommitDue() -> Bool { state.withLock { $0.nextCommit <= .now } }

    /// Has the task make its records durable and commits the offsets that it allows.
    private func commit(_ consumer: KafkaConsumer, only partitions: Set<TopicPartition>? = nil) async throws {
        let offsets = state.withLock { state in
            state.nextCommit = .now + environment.worker.offsetFlushInterval
            return state.put.filter { entry in
                (partitions?.contains(entry.key) ?? true) && state.committed[entry.key] != entry.value
            }
        }
        guard !offsets.isEmpty else { return }
        let allowed = try await task.preCommit(offsets)
        // An offset beyond what was put would skip records; a task that names one has a mistake that must not lose
        // data.
        let committed = allowed.filter { entry in offsets[entry.key].map { entry.value <= $0 } ?? false }
        guard !committed.isEmpty else { return }
        var request: [TopicPartition: OffsetAndMetadata] = [:]
        for (partition, offset) in committed { request[partition] = OffsetAndMetadata(offset) }
        try await consumer.commit(request)
        state.withLock { $0.committed.merge(committed) { $1 } }
    }

    func settle() async throws {
        guard let consumer = state.withLock({ $0.consumer }) else { return }
        try await commit(consumer)
    }

    /// Stays in the group, which takes polls for rebalances, without reading anything.
    func idle() async throws {
        guard let consumer = state.withLock({ $0.consumer }) else { return }
        while control.demand == .pause {
            // Again in every round: a rebalance may have brought further partitions.
            try consumer.pause(Array(consumer.assignment))
            for batch in try await consumer.poll(timeout: Self.pollTimeout) {
                // A partition that came within this very poll: its records are to come again after the pause.
                guard let first = batch.records.first else { continue }
                try await consumer.seek(batch.topicPartition, to: first.offset)
            }
        }
    }

    func stop() async throws {
        let consumer = state.withLock { $0.consumer.take() }
        let transforms = converters.withLock { $0?.transforms }
        control.onChange(nil)
        let owned = context.assignment
        if !owned.isEmpty { try await task.close(Array(owned)) }
        context.setAssignment([])
        await consumer?.close()
        await transforms?.close()
        try await task.stop()
    }

    func abandon() async {
        // The task may have put or not what it hangs on, so nothing is committed; its partitions go to others.
        await state.withLock { $0.consumer.take() }?.close()
    }
}

extension SinkTaskWork: RebalanceListener {
    func partitionsAssigned(_ partitions: [TopicPartition], to consumer: KafkaConsumer) async throws {
        guard !partitions.isEmpty else { return }
        context.setAssignment(context.assignment.union(partitions))
        try await task.open(partitions)
    }

    func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
        let partitions = Set(partitions).intersection(context.assignment)
        guard !partitions.isEmpty else { return }
        try await commit(consumer, only: partitions)
        try await release(partitions)
    }

    func partitionsLost(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
        try await release(Set(partitions).intersection(context.assignment))
    }

    private func release(_ partitions: Set<TopicPartition>) async throws {
        guard !partitions.isEmpty else { return }
        context.setAssignment(context.assignment.subtracting(partitions))
        state.withLock { state in
            for partition in partitions {
                state.put[partition] = nil
                state.committed[partition] = nil
            }
        }
        try await task.close(Array(partitions))
    }
}
