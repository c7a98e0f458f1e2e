import ConnectAPI
import RecordFormat

/// A connector's sink task whose calls are counted, timed and watched: every one is passed on.
struct ObservedSinkTask: SinkTask {
    let task: any SinkTask
    let metrics: TaskMetrics

    init(_ task: any SinkTask, _ metrics: TaskMetrics) {
        self.task = task
        self.metrics = metrics
        metrics.note { measurements, _ in measurements.kind = .sink }
    }

    var version: String { task.version }

    func start(context: any SinkTaskContext, configuration: [String: String]) async throws {
        _ = try await metrics.calls.during("start") {
            try await task.start(context: context, configuration: configuration)
        }
    }

    func open(_ partitions: [TopicPartition]) async throws {
        _ = try await metrics.calls.during("open") { try await task.open(partitions) }
    }

    func put(_ records: [SinkRecord]) async throws {
        let (_, duration) = try await metrics.calls.during("put") { try await task.put(records) }
        metrics.note { measurements, now in
            if !records.isEmpty { measurements.addBatch(records.count, at: now) }
            measurements.sink.addPut(records.count, took: duration, at: now)
        }
    }

    func flush(_ offsets: [TopicPartition: LogOffset]) async throws {
        _ = try await metrics.calls.during("flush") { try await task.flush(offsets) }
    }

    func preCommit(_ offsets: [TopicPartition: LogOffset]) async throws -> [TopicPartition: LogOffset] {
        try await metrics.calls.during("preCommit") { try await task.preCommit(offsets) }.result
    }

    func close(_ partitions: [TopicPartition]) async throws {
        _ = try await metrics.calls.during("close") { try await task.close(partitions) }
    }

    func stop() async throws { _ = try await metrics.calls.during("stop") { try await task.stop() } }
}

extension ObservedSinkTask: Releasable {
    func release() { (task as? any Releasable)?.release() }
}
