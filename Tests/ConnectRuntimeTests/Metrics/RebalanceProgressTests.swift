import Testing

@testable import ConnectRuntime

@Suite struct RebalanceProgressTests {
    private let start = ContinuousClock.now

    private func values(_ progress: RebalanceProgress, at now: ContinuousClock.Instant) -> [String: MetricSeries.Value]
    {
        Dictionary(uniqueKeysWithValues: progress.entries(at: now).map { ($0.name, $0.value) })
    }

    @Test func aWorkerThatHasNotJoinedSaysSo() {
        let progress = RebalanceProgress(MeasureSettings(), offering: .compatible)
        #expect(
            progress.entries(at: start) == [
                .init("connect-protocol", .text("COMPATIBLE")), .init("leader-name", .text("")),
                .init("epoch", .gauge(0)), .init("completed-rebalances-total", .total(0)),
                .init("rebalancing", .gauge(0)), .init("rebalance-max-time-ms", .gauge(0)),
                .init("rebalance-avg-time-ms", .gauge(0)), .init("time-since-last-rebalance-ms", .gauge(.infinity)),
            ])
    }

    @Test func rebalancesAreCountedAndTimed() {
        var progress = RebalanceProgress(MeasureSettings(), offering: .sessioned)
        progress.begin(generation: 1, .sessioned, leaderURL: "http://a:1/", at: start)
        #expect(values(progress, at: start)["rebalancing"] == .gauge(1))
        progress.complete(at: start + .milliseconds(250))
        // Nothing has begun since.
        progress.complete(at: start + .milliseconds(300))
        progress.begin(generation: 2, .eager, leaderURL: "http://b:1/", at: start + .seconds(1))
        var now = values(progress, at: start + .seconds(2))
        #expect(now["rebalancing"] == .gauge(1) && now["completed-rebalances-total"] == .total(1))
        #expect(now["connect-protocol"] == .text("EAGER") && now["leader-name"] == .text("http://b:1/"))
        #expect(now["epoch"] == .gauge(2) && now["time-since-last-rebalance-ms"] == .gauge(1_750))
        // An assignment that could not be worked on is followed by another one.
        progress.begin(generation: 3, .eager, leaderURL: "http://b:1/", at: start + .seconds(2))
        progress.complete(at: start + .milliseconds(2_750))
        now = values(progress, at: start + .seconds(3))
        #expect(now["rebalancing"] == .gauge(0) && now["completed-rebalances-total"] == .total(2))
        #expect(now["rebalance-max-time-ms"] == .gauge(750) && now["rebalance-avg-time-ms"] == .gauge(500))
        #expect(now["epoch"] == .gauge(3) && now["time-since-last-rebalance-ms"] == .gauge(250))
    }

    @Test func aWorkerWithoutAGroupTellsOfNone() {
        let metrics = RebalanceMetrics(MeasureSettings())
        metrics.begin(generation: 1, .sessioned, leaderURL: "")
        metrics.complete()
        #expect(metrics.series().isEmpty)
        metrics.enter(offering: .eager)
        #expect(metrics.series().map(\.group) == [.workerRebalance])
    }
}
