import ConnectAPI

/// A connector's source task whose calls are counted, timed and watched: every one is passed on.
struct ObservedSourceTask: SourceTask {
    let task: any SourceTask
    let metrics: TaskMetrics

    init(_ task: any SourceTask, _ metrics: TaskMetrics) {
        self.task = task
        self.metrics = metrics
        metrics.note { measurements, _ in measurements.kind = .source }
    }

    var version: String { task.version }

    var takesAcknowledgements: Bool { task.takesAcknowledgements }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        _ = try await metrics.calls.during("start") {
            try await task.start(context: context, configuration: configuration)
        }
    }

    func poll() async throws -> [SourceRecord] {
        let (records, duration) = try await metrics.calls.during("poll") { try await task.poll() }
        guard !records.isEmpty else { return records }
        metrics.note { measurements, now in
            measurements.addBatch(records.count, at: now)
            measurements.source.addPoll(records.count, took: duration, at: now)
        }
        return records
    }

    func commitRecords(_ records: [(record: SourceRecord, place: RecordPlace?)]) async throws {
        _ = try await metrics.calls.during("commitRecords") { try await task.commitRecords(records) }
    }

    func commit() async throws { _ = try await metrics.calls.during("commit") { try await task.commit() } }

    func stop() async throws { _ = try await metrics.calls.during("stop") { try await task.stop() } }
}

extension ObservedSourceTask: Releasable {
    func release() { (task as? any Releasable)?.release() }
}
