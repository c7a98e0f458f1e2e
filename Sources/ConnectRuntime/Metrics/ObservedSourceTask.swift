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

    func poll() async throws -> [SourceRecord] { try await polling(\.count) { try await task.poll() } }

    func pollBatches() async throws -> [SourceBatch] {
        try await polling({ $0.reduce(0) { $0 + $1.count } }) { try await task.pollBatches() }
    }

    private func polling<Result>(
        _ count: (Result) -> Int, _ poll: () async throws -> Result
    ) async throws -> Result {
        let (result, duration) = try await metrics.calls.during("poll") { try await poll() }
        let count = count(result)
        guard count > 0 else { return result }
        metrics.note { measurements, now in
            measurements.addBatch(count, at: now)
            measurements.source.addPoll(count, took: duration, at: now)
        }
        return result
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
