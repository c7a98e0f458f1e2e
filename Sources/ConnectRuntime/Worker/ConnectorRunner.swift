import ConnectAPI
import Logging
import Synchronization

/// Runs one connector: starts and stops it as its target state says, and asks it for tasks.
///
/// The connector's code runs on a ``TaskThread``. ``supervise()``, a child of the worker, waits for its end, but once
/// it was told to stop for no longer than the worker's patience.
final class ConnectorRunner: Sendable {
    /// What the runner is told, in order.
    private enum Command: Sendable {
        case setTarget(TargetState)
        case divide
        case stop
    }

    let name: String
    private let configuration: [String: String]
    private let worker: WorkerConfiguration
    private let plugins: PluginCatalog
    private let statuses: StatusReporter
    private let logger: Logger
    /// Takes the tasks that the connector divides its work into.
    private let publish: @Sendable (_ connector: String, _ tasks: [[String: String]]) async throws -> Void

    private let thread = TaskThread()
    private let completion = Completion()
    private let isAbandoned = Mutex(false)
    private let commands: AsyncStream<Command>
    private let command: AsyncStream<Command>.Continuation

    init(
        _ name: String, _ configuration: [String: String], target: TargetState, worker: WorkerConfiguration,
        plugins: PluginCatalog, statuses: StatusReporter, logger: Logger,
        publish: @escaping @Sendable (_ connector: String, _ tasks: [[String: String]]) async throws -> Void
    ) {
        self.name = name
        self.configuration = configuration
        self.worker = worker
        self.plugins = plugins
        self.statuses = statuses
        self.logger = logger
        self.publish = publish
        (commands, command) = AsyncStream.makeStream()
        command.yield(.setTarget(target))
    }

    /// Has the connector run, pause or stop.
    func setTarget(_ target: TargetState) { command.yield(.setTarget(target)) }

    /// Has the connector divide its work anew.
    func divide() { command.yield(.divide) }

    /// Has the connector end; it gets the worker's shutdown timeout for that.
    func stop() {
        command.yield(.stop)
        command.finish()
        Task { [self] in
            try? await Task.sleep(for: worker.taskShutdownTimeout)
            guard !completion.isDone else { return }
            isAbandoned.withLock { $0 = true }
            logger.error("a connector did not stop in time and is abandoned", metadata: ["connector": "\(name)"])
            completion.complete()
        }
    }

    /// Waits until the connector has ended or was abandoned.
    func wait() async { await completion.wait() }

    /// Runs the connector until it is told to end.
    func supervise() async {
        Task(executorPreference: thread) { [self] in
            await live()
            completion.complete()
            thread.shutdown()
        }
        await completion.wait()
        guard isAbandoned.withLock({ $0 }) else { return }
        await Completion.await(atMost: worker.taskShutdownTimeout) { [self] in await statuses.report(name, .unassigned)
        }
    }

    private func live() async {
        /// The connector while it runs; a failed one stays away until it is restarted as a whole.
        var running: (any Connector)?
        var hasFailed = false
        for await next in commands {
            do {
                switch next {
                case .setTarget(.started) where running == nil && !hasFailed:
                    running = try await start()
                    // The tasks first, so that whoever sees the connector RUNNING finds them.
                    try await divide(running)
                    await report(.running)
                case .setTarget(.started): break
                case .setTarget(let target):
                    try await running.take()?.stop()
                    await report(target == .paused ? .paused : .stopped)
                case .divide: try await divide(running)
                case .stop:
                    try await running.take()?.stop()
                    await report(.unassigned)
                    return
                }
            } catch {
                hasFailed = true
                logger.error("a connector failed", metadata: ["connector": "\(name)", "error": "\(error)"])
                await report(.failed, error)
                if case .stop = next { return }
            }
        }
    }

    private func start() async throws -> any Connector {
        let connector = try plugins.makeConnector(configuration["connector.class"] ?? "")
        try await connector.start(context: Context(runner: self), configuration: configuration)
        return connector
    }

    /// Asks the connector for tasks and hands them on.
    private func divide(_ connector: (any Connector)?) async throws {
        guard let connector else { return }
        let definition = ConnectorConfiguration.source
        let limits = try ConfigDefinition(["tasks.max", "tasks.max.enforce"].compactMap { definition[$0] })
            .parse(configuration)
        let maximum = limits.integer("tasks.max") ?? 1
        let isEnforced = limits.boolean("tasks.max.enforce") ?? true
        var tasks = try await connector.taskConfigurations(maximum: maximum)
        if tasks.count > maximum && isEnforced {
            throw ConnectError(
                .failed,
                "The connector \(name) has generated \(tasks.count) tasks, which is greater than \(maximum), the maximum"
                    + " number of tasks it is configured to create.")
        }
        for index in tasks.indices {
            tasks[index]["task.class"] = connector.taskClass
            guard connector is any SinkConnector else { continue }
            for key in ["topics", "topics.regex"] { tasks[index][key] = configuration[key] }
        }
        guard !isAbandoned.withLock({ $0 }) else { return }
        try await publish(name, tasks)
    }

    private func report(_ state: ConnectStatus.State, _ failure: (any Error)? = nil) async {
        guard !isAbandoned.withLock({ $0 }) else { return }
        await statuses.report(name, state, failure)
    }

    /// What the connector sees of the worker.
    private struct Context: ConnectorContext {
        let runner: ConnectorRunner

        func requestTaskReconfiguration() async { runner.divide() }

        func raise(_ error: any Error) async { await runner.report(.failed, error) }
    }
}
