import KafkaClient
import Logging
import RecordFormat

/// What an operator sees of a worker: the metrics and the logs of its connectors.
struct WorkerObservation: Sendable {
    let metrics: WorkerMetrics
    let logs: ConnectorLogs
    /// How long one call of a connector's code may take before it is reported.
    let hangTimeout: Duration

    init(_ configuration: WorkerConfiguration, logger: Logger) {
        let operations = configuration.operations
        metrics = WorkerMetrics(MeasureSettings(window: operations.sampleWindow, limit: operations.sampleCount))
        logs = ConnectorLogs(logger)
        hangTimeout = operations.hangTimeout
    }

    /// Takes note of what a connector or task does. Its own log tells its life; the server's would drown in many.
    func note(_ connector: String, task: Int?, _ state: ConnectStatus.State) {
        logs.log(of: connector).append(
            LogEntry(
                number: 0, time: WallClock.now.milliseconds, level: .info, task: task,
                message: "the \(task == nil ? "connector" : "task") is \(state.rawValue)", fields: [:]))
        if let task {
            metrics.setState(of: ConnectorTaskID(connector: connector, task: task), state)
        } else {
            metrics.setState(of: connector, state)
        }
    }

    /// Forgets a connector that was deleted.
    func remove(_ connector: String) {
        metrics.removeAll(of: connector)
        logs.remove(connector)
    }

    /// What a status adds about a call that takes too long; `nil` when none does.
    func hangNotice(_ connector: String, task: Int? = nil) -> String? {
        guard let call = metrics.calls(of: WatchedPart(connector: connector, task: task))?.oldest else { return nil }
        let duration = call.began.duration(to: .now)
        guard duration >= hangTimeout else { return nil }
        return "It has been in \(call.name)() for \(duration.milliseconds) ms, longer than task.hang.timeout.ms allows"
            + " (\(hangTimeout.milliseconds) ms). It goes on when that returns; a restart does without it."
    }

    /// Looks at the calls under way every now and then, and logs the ones that take too long, until the task is
    /// cancelled.
    func watch() async {
        var watchdog = Watchdog(timeout: hangTimeout)
        // Often enough for a call to be told soon after it was too long.
        let interval = max(.milliseconds(10), min(hangTimeout / 4, .seconds(5)))
        while (try? await Task.sleep(for: interval)) != nil {
            let findings = watchdog.look(metrics.calls.compactMapValues(\.oldest), at: .now)
            for finding in findings { log(finding) }
        }
    }

    private func log(_ finding: Watchdog.Finding) {
        switch finding {
        case .hangs(let part, let call, let duration):
            logs.logger(for: part.connector, task: part.task).warning(
                "a call of the connector's code takes longer than task.hang.timeout.ms allows",
                metadata: ["call": "\(call)", "ms": "\(duration.milliseconds)"])
        case .goesOn(let part, let call):
            logs.logger(for: part.connector, task: part.task).warning(
                "a call of the connector's code that took too long is over, or was given up",
                metadata: ["call": "\(call)"])
        }
    }
}
