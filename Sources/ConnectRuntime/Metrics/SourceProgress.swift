/// What `source-task-metrics` tells about one source task.
struct SourceProgress: Sendable {
    private var polled: Measure
    private var written: Measure
    private var pollTime: Measure
    private var activeOverTime: Measure
    private var transactionSize: Measure
    private var active = 0
    /// Whether the task writes its records in transactions.
    private var isTransactional = false

    init(_ settings: MeasureSettings) {
        polled = settings.measure()
        written = settings.measure()
        pollTime = settings.measure()
        activeOverTime = settings.measure()
        transactionSize = settings.measure()
    }

    /// Takes note of records that a poll returned.
    mutating func addPoll(_ count: Int, took duration: Duration, at now: ContinuousClock.Instant) {
        polled.add(count, at: now)
        pollTime.add(duration.seconds * 1_000, at: now)
        active += count
        activeOverTime.add(active, at: now)
    }

    /// Takes note of records that are through: acknowledged, or dropped on their way.
    mutating func addAcknowledged(_ count: Int, written: Int, at now: ContinuousClock.Instant) {
        self.written.add(written, at: now)
        active = max(0, active - count)
        activeOverTime.add(active, at: now)
    }

    /// Has the sizes of transactions be told, also before the first one.
    mutating func becomeTransactional() { isTransactional = true }

    /// Takes note of a transaction that was committed.
    ///
    /// - Parameter size: How many of the task's records are in it; 0 where it only stores offsets.
    mutating func addTransaction(_ size: Int, at now: ContinuousClock.Instant) { transactionSize.add(size, at: now) }

    /// Forgets records on their way, as a task that is started anew reads them again.
    mutating func restart() { active = 0 }

    func entries(at now: ContinuousClock.Instant) -> [MetricSeries.Entry] {
        let common: [MetricSeries.Entry] = [
            .init("source-record-poll-rate", .rate(polled.rate(at: now))),
            .init("source-record-poll-total", .total(polled.total)),
            .init("source-record-write-rate", .rate(written.rate(at: now))),
            .init("source-record-write-total", .total(written.total)),
            .init("poll-batch-max-time-ms", .gauge(pollTime.maximum(at: now))),
            .init("poll-batch-avg-time-ms", .gauge(pollTime.average(at: now))),
            .init("source-record-active-count", .gauge(Double(active))),
            .init("source-record-active-count-max", .gauge(activeOverTime.maximum(at: now))),
            .init("source-record-active-count-avg", .gauge(activeOverTime.average(at: now))),
        ]
        guard isTransactional else { return common }
        return common + [
            .init("transaction-size-min", .gauge(transactionSize.minimum(at: now))),
            .init("transaction-size-max", .gauge(transactionSize.maximum(at: now))),
            .init("transaction-size-avg", .gauge(transactionSize.average(at: now))),
        ]
    }
}
