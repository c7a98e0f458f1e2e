import Synchronization

/// What a worker tells about its part in its group; nothing for a worker without one. Safe to use from any thread.
final class RebalanceMetrics: Sendable {
    private let settings: MeasureSettings
    private let progress = Mutex<RebalanceProgress?>(nil)

    init(_ settings: MeasureSettings) { self.settings = settings }

    /// Takes note that the worker is to be a member of a group.
    ///
    /// - Parameter best: The best protocol that it offers.
    func enter(offering best: ConnectProtocol) {
        progress.withLock { $0 = RebalanceProgress(settings, offering: best) }
    }

    /// Takes note of an assignment that has arrived.
    func begin(generation: Int32, _ agreed: ConnectProtocol, leaderURL: String) {
        let now = ContinuousClock.now
        progress.withLock { $0?.begin(generation: generation, agreed, leaderURL: leaderURL, at: now) }
    }

    /// Takes note that the work of the last assignment is begun.
    func complete() {
        let now = ContinuousClock.now
        progress.withLock { $0?.complete(at: now) }
    }

    /// The group, if the worker has one.
    func series() -> [MetricSeries] {
        guard let progress = progress.withLock({ $0 }) else { return [] }
        return [MetricSeries(.workerRebalance, progress.entries(at: .now))]
    }
}
