import Synchronization

/// The metrics of a worker, its connectors and its tasks. Safe to use from any thread.
///
/// What failed keeps its metrics, so that whoever watches sees it fail; they go when the worker has the connector or
/// task no longer.
final class WorkerMetrics: Sendable {
    /// What a connector is.
    struct Description: Sendable {
        var kind: ConnectorKind
        var className: String
        var version: String?
    }

    private struct Connector {
        var description: Description
        var state = ConnectStatus.State.unassigned
        var isStarting = true
        var calls = CallMonitor()
    }

    private struct Startups {
        var attempts: Int64 = 0
        var successes: Int64 = 0
        var failures: Int64 = 0

        /// Takes note of the first state after a start.
        mutating func end(in state: ConnectStatus.State) -> Bool {
            switch state {
            case .running, .paused: successes += 1
            case .failed: failures += 1
            case .unassigned, .restarting, .stopped: return false
            }
            return true
        }
    }

    private struct State {
        var connectors: [String: Connector] = [:]
        var tasks: [ConnectorTaskID: TaskMetrics] = [:]
        var startingTasks: Set<ConnectorTaskID> = []
        var connectorStartups = Startups()
        var taskStartups = Startups()
    }

    private let settings: MeasureSettings
    private let state = Mutex(State())
    /// The worker's part in its group.
    let rebalances: RebalanceMetrics

    init(_ settings: MeasureSettings = MeasureSettings()) {
        self.settings = settings
        rebalances = RebalanceMetrics(settings)
    }

    /// Takes note of a connector that is about to start.
    ///
    /// - Returns: What its calls are watched with.
    func starting(_ connector: String, _ description: Description) -> CallMonitor {
        state.withLock { state in
            state.connectorStartups.attempts += 1
            // Calls that an earlier start hangs in are none of this one's.
            let calls = CallMonitor()
            let known = state.connectors[connector]?.state ?? .unassigned
            state.connectors[connector] = Connector(description: description, state: known, calls: calls)
            return calls
        }
    }

    /// Takes note of a task that is about to start; one of the same name goes on counting.
    func starting(_ id: ConnectorTaskID) -> TaskMetrics {
        let metrics = state.withLock { state in
            state.taskStartups.attempts += 1
            state.startingTasks.insert(id)
            let metrics = state.tasks[id] ?? TaskMetrics(settings)
            state.tasks[id] = metrics
            return metrics
        }
        metrics.restart()
        return metrics
    }

    /// Takes note of what a connector does.
    func setState(of connector: String, _ new: ConnectStatus.State) {
        state.withLock { state in
            guard let known = state.connectors[connector] else { return }
            state.connectors[connector]?.state = new
            if known.isStarting && state.connectorStartups.end(in: new) {
                state.connectors[connector]?.isStarting = false
            }
        }
    }

    /// Takes note of what a task does.
    func setState(of id: ConnectorTaskID, _ new: ConnectStatus.State) {
        let metrics = state.withLock { state in
            if state.startingTasks.contains(id) && state.taskStartups.end(in: new) { state.startingTasks.remove(id) }
            return state.tasks[id]
        }
        metrics?.note { $0.setState(new, at: $1) }
    }

    /// Forgets a connector that this worker has no longer.
    func remove(_ connector: String) { state.withLock { $0.connectors[connector] = nil } }

    /// Forgets a connector that was deleted, and its tasks.
    func removeAll(of connector: String) {
        state.withLock { state in
            state.connectors[connector] = nil
            state.tasks = state.tasks.filter { $0.key.connector != connector }
            state.startingTasks = state.startingTasks.filter { $0.connector != connector }
        }
    }

    /// Has a task that is about to run be known.
    func keep(_ metrics: TaskMetrics, of id: ConnectorTaskID) { state.withLock { $0.tasks[id] = metrics } }

    /// Forgets a task that this worker has no longer.
    func remove(_ id: ConnectorTaskID) {
        state.withLock { state in
            state.tasks[id] = nil
            state.startingTasks.remove(id)
        }
    }

    /// The calls of connectors' code that may hang.
    var calls: [WatchedPart: CallMonitor] {
        state.withLock { state in
            var calls: [WatchedPart: CallMonitor] = [:]
            for (name, connector) in state.connectors { calls[WatchedPart(connector: name)] = connector.calls }
            for (id, task) in state.tasks { calls[WatchedPart(connector: id.connector, task: id.task)] = task.calls }
            return calls
        }
    }

    /// The call monitor of one connector or task.
    func calls(of part: WatchedPart) -> CallMonitor? {
        state.withLock { state in
            guard let task = part.task else { return state.connectors[part.connector]?.calls }
            return state.tasks[ConnectorTaskID(connector: part.connector, task: task)]?.calls
        }
    }

    // MARK: Answers

    /// The metrics of the worker, its connectors and its tasks, by name.
    func series() -> [MetricSeries] {
        let names = state.withLock { Set($0.connectors.keys).union($0.tasks.keys.map(\.connector)) }
        return [workerSeries()] + rebalances.series() + names.sorted().flatMap { series(of: $0) }
    }

    /// The metrics of one connector and its tasks, as far as they are this worker's.
    func series(of name: String) -> [MetricSeries] {
        let (connector, tasks) = state.withLock { state in
            (state.connectors[name], state.tasks.filter { $0.key.connector == name })
        }
        let now = ContinuousClock.now
        let known = tasks.sorted { $0.key < $1.key }.map { id, task in
            (id, task.measurements, task.calls.oldest.map { $0.began.duration(to: now) } ?? .zero)
        }
        var all: [MetricSeries] = []
        if let connector {
            all.append(MetricSeries(.connector, connector: name, state: connector.state, Self.entries(of: connector)))
        }
        all.append(MetricSeries(.worker, connector: name, Self.counts(known.map(\.1.state))))
        return all + known.flatMap { $1.series(of: $0, call: $2, at: now) }
    }

    private static func entries(of connector: Connector) -> [MetricSeries.Entry] {
        [
            .init("connector-type", .text(connector.description.kind.rawValue)),
            .init("connector-class", .text(connector.description.className)),
            .init("connector-version", .text(connector.description.version ?? "unknown")),
            .init("status", .text(connector.state.rawValue.lowercased())),
        ]
    }

    private static func counts(_ states: [ConnectStatus.State]) -> [MetricSeries.Entry] {
        func count(_ state: ConnectStatus.State) -> MetricSeries.Value {
            .gauge(Double(states.count { $0 == state }))
        }
        return [
            .init("connector-total-task-count", .gauge(Double(states.count))),
            .init("connector-running-task-count", count(.running)),
            .init("connector-paused-task-count", count(.paused)),
            .init("connector-failed-task-count", count(.failed)),
            .init("connector-unassigned-task-count", count(.unassigned)),
            // Kafka counts tasks here that are gone; none of them is in the list.
            .init("connector-destroyed-task-count", .gauge(0)),
            .init("connector-restarting-task-count", count(.restarting)),
        ]
    }

    private func workerSeries() -> MetricSeries {
        let (connectors, tasks, connectorStartups, taskStartups) = state.withLock {
            ($0.connectors.count, $0.tasks.count, $0.connectorStartups, $0.taskStartups)
        }
        func entries(_ what: String, _ startups: Startups) -> [MetricSeries.Entry] {
            let ended = Double(max(1, startups.successes + startups.failures))
            return [
                .init("\(what)-startup-attempts-total", .total(startups.attempts)),
                .init("\(what)-startup-success-total", .total(startups.successes)),
                .init("\(what)-startup-success-percentage", .gauge(Double(startups.successes) / ended)),
                .init("\(what)-startup-failure-total", .total(startups.failures)),
                .init("\(what)-startup-failure-percentage", .gauge(Double(startups.failures) / ended)),
            ]
        }
        return MetricSeries(
            .worker,
            [.init("connector-count", .gauge(Double(connectors))), .init("task-count", .gauge(Double(tasks)))]
                + entries("connector", connectorStartups) + entries("task", taskStartups))
    }
}
