/// What `connect-worker-rebalance-metrics` tells about a worker's part in its group.
///
/// A rebalance counts from the moment at which this worker has its assignment until what it assigns is begun, as Kafka
/// counts it. Waiting for the other members to join is no part of it: with the incremental protocols work goes on
/// meanwhile. One whose assignment cannot be worked on is not completed; the next one begins anew.
struct RebalanceProgress: Sendable {
    private var agreed: ConnectProtocol
    private var leaderURL = ""
    private var generation: Int32 = 0
    private var began: ContinuousClock.Instant?
    private var ended: ContinuousClock.Instant?
    private var completed: Int64 = 0
    private var time: Measure

    /// Creates the progress of a worker that has not joined yet.
    ///
    /// - Parameter best: The best protocol that it offers.
    init(_ settings: MeasureSettings, offering best: ConnectProtocol) {
        agreed = best
        time = settings.measure()
    }

    /// Takes note of an assignment that has arrived.
    mutating func begin(
        generation: Int32, _ agreed: ConnectProtocol, leaderURL: String, at now: ContinuousClock.Instant
    ) {
        self.generation = generation
        self.agreed = agreed
        self.leaderURL = leaderURL
        began = now
    }

    /// Takes note that the work of the last assignment is begun.
    mutating func complete(at now: ContinuousClock.Instant) {
        guard let began else { return }
        self.began = nil
        ended = now
        completed += 1
        time.add(began.duration(to: now).seconds * 1_000, at: now)
    }

    func entries(at now: ContinuousClock.Instant) -> [MetricSeries.Entry] {
        let sinceLast = ended.map { Double($0.duration(to: now).milliseconds) } ?? .infinity
        return [
            // In capitals, as Kafka's metric has it.
            .init("connect-protocol", .text(agreed.rawValue.uppercased())),
            .init("leader-name", .text(leaderURL)),
            .init("epoch", .gauge(Double(generation))),
            .init("completed-rebalances-total", .total(completed)),
            .init("rebalancing", .gauge(began == nil ? 0 : 1)),
            .init("rebalance-max-time-ms", .gauge(time.maximum(at: now))),
            .init("rebalance-avg-time-ms", .gauge(time.average(at: now))),
            .init("time-since-last-rebalance-ms", .gauge(sinceLast)),
        ]
    }
}
