/// What is counted and measured about one task: a value that is told what happens, and when.
struct TaskMeasurements: Sendable {
    /// Which way the task moves records.
    enum Kind: Sendable {
        case source, sink
    }

    /// Which way, once it is known.
    var kind: Kind?
    /// What the task is doing.
    private(set) var state = ConnectStatus.State.unassigned
    /// How often it was started again by itself.
    var restarts: Int64 = 0
    var errors = ErrorCounts()
    var sink: SinkProgress
    var source: SourceProgress
    /// What the task works with, once it is made.
    var plugins: TaskPlugins?
    private(set) var batchSize: Measure
    private var commitTime: Measure
    private var commitSuccess: Measure
    private var commitFailure: Measure
    private var timeInState: [ConnectStatus.State: Duration] = [:]
    private var stateSince: ContinuousClock.Instant

    init(_ settings: MeasureSettings, at now: ContinuousClock.Instant) {
        stateSince = now
        batchSize = settings.measure()
        commitTime = settings.measure()
        commitSuccess = settings.measure()
        commitFailure = settings.measure()
        sink = SinkProgress(settings)
        source = SourceProgress(settings)
    }

    /// Takes note of a new state.
    mutating func setState(_ state: ConnectStatus.State, at now: ContinuousClock.Instant) {
        timeInState[self.state, default: .zero] += stateSince.duration(to: now)
        self.state = state
        stateSince = now
    }

    /// Takes note of records that the task returned or was put.
    mutating func addBatch(_ count: Int, at now: ContinuousClock.Instant) { batchSize.add(count, at: now) }

    /// Takes note of a commit of offsets.
    mutating func addCommit(took duration: Duration, succeeded: Bool, at now: ContinuousClock.Instant) {
        commitSuccess.add(succeeded ? 1 : 0, at: now)
        commitFailure.add(succeeded ? 0 : 1, at: now)
        if succeeded { commitTime.add(duration.seconds * 1_000, at: now) }
    }

    /// The groups that every task has, and its kind's.
    ///
    /// - Parameter call: How long the call of the task's code that is under way has taken.
    func series(of id: ConnectorTaskID, call: Duration, at now: ContinuousClock.Instant) -> [MetricSeries] {
        func series(_ group: MetricSeries.Group, _ entries: [MetricSeries.Entry]) -> MetricSeries {
            MetricSeries(group, connector: id.connector, task: id.task, entries)
        }
        var common = series(.task, entries(at: now) + (plugins?.entries ?? []))
        common.entries.append(.init("restarts-total", .total(restarts)))
        common.entries.append(.init("call-time-ms", .gauge(Double(call.milliseconds))))
        common.state = state
        var all = [common]
        switch kind {
        case .source?: all.append(series(.sourceTask, source.entries(at: now)))
        case .sink?:
            all.append(series(.sinkTask, sink.entries(at: now)))
            all[1].lags = sink.lags
        case nil: break
        }
        return all + [series(.taskErrors, errors.entries)] + (plugins?.series(of: id) ?? [])
    }

    private func entries(at now: ContinuousClock.Instant) -> [MetricSeries.Entry] {
        var times = timeInState
        times[state, default: .zero] += stateSince.duration(to: now)
        let life = times.values.reduce(Duration.zero, +).seconds
        func ratio(_ state: ConnectStatus.State) -> MetricSeries.Value {
            .gauge(life == 0 ? 0 : (times[state] ?? .zero).seconds / life)
        }
        return [
            .init("status", .text(state.rawValue.lowercased())),
            .init("running-ratio", ratio(.running)),
            .init("pause-ratio", ratio(.paused)),
            .init("offset-commit-max-time-ms", .gauge(commitTime.maximum(at: now))),
            .init("offset-commit-avg-time-ms", .gauge(commitTime.average(at: now))),
            .init("batch-size-max", .gauge(batchSize.maximum(at: now))),
            .init("batch-size-avg", .gauge(batchSize.average(at: now))),
            .init("offset-commit-failure-percentage", .gauge(commitFailure.average(at: now))),
            .init("offset-commit-success-percentage", .gauge(commitSuccess.average(at: now))),
        ]
    }
}

/// How long samples are and how many count.
struct MeasureSettings: Sendable {
    var window = Duration.seconds(30)
    var limit = 2

    /// A measure that has seen nothing.
    func measure() -> Measure { Measure(window: window, limit: limit) }
}

/// What went wrong with records, as `task-error-metrics` counts it.
struct ErrorCounts: Sendable {
    /// Tries that failed.
    var failures: Int64 = 0
    /// Records that failed the task.
    var errors: Int64 = 0
    /// Records that were passed by.
    var skipped: Int64 = 0
    /// Tries after a failure.
    var retries: Int64 = 0
    /// Failures that were logged.
    var logged: Int64 = 0
    /// Dead letters that were to be written.
    var letters: Int64 = 0
    /// Dead letters that were not.
    var lostLetters: Int64 = 0
    /// When a record failed last, in milliseconds since 1970; 0 for never.
    var lastError: Int64 = 0

    var entries: [MetricSeries.Entry] {
        [
            .init("total-record-failures", .total(failures)),
            .init("total-record-errors", .total(errors)),
            .init("total-records-skipped", .total(skipped)),
            .init("total-retries", .total(retries)),
            .init("total-errors-logged", .total(logged)),
            .init("deadletterqueue-produce-requests", .total(letters)),
            .init("deadletterqueue-produce-failures", .total(lostLetters)),
            .init("last-error-timestamp", .gauge(Double(lastError))),
        ]
    }
}
