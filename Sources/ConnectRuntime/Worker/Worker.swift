import ConnectAPI
import Logging
import Synchronization

/// Runs the connectors and tasks that a herder gives it, each as a child task with a thread of its own.
///
/// Starting something that runs already replaces it: the new one waits until the old one has ended or was abandoned.
/// Calls return at once. Safe to use from any thread.
final class Worker: Sendable {
    private struct State {
        var connectors: [String: ConnectorRunner] = [:]
        var tasks: [ConnectorTaskID: TaskRunner] = [:]
        /// For deleted connectors the end of the clean-up, which a connector of the same name waits for.
        var cleanUps: [String: Completion] = [:]
    }

    private let configuration: WorkerConfiguration
    private let plugins: PluginCatalog
    private let clients: WorkerClients
    private let offsets: OffsetStore
    private let statuses: StatusReporter
    private let logger: Logger
    private let exactlyOnce: ExactlyOnceGuard?
    private let state = Mutex(State())
    private let children: AsyncStream<@Sendable () async -> Void>
    private let child: AsyncStream<@Sendable () async -> Void>.Continuation

    init(
        _ configuration: WorkerConfiguration, plugins: PluginCatalog, clients: WorkerClients, offsets: OffsetStore,
        statuses: StatusReporter, logger: Logger, exactlyOnce: ExactlyOnceGuard? = nil
    ) {
        self.exactlyOnce = exactlyOnce
        self.configuration = configuration
        self.plugins = plugins
        self.clients = clients
        self.offsets = offsets
        self.statuses = statuses
        self.logger = logger
        (children, child) = AsyncStream.makeStream()
    }

    /// Whether all that ran has ended or was abandoned, after ``shutdown()``.
    let ended = Completion()

    /// Runs what is started until ``shutdown()``, and returns when all of it has ended or was abandoned.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await child in children { group.addTask { await child() } }
        }
        ended.complete()
    }

    /// Stops everything and takes nothing more.
    func shutdown() {
        let (connectors, tasks) = state.withLock { (Array($0.connectors.values), Array($0.tasks.values)) }
        for connector in connectors { connector.stop() }
        for task in tasks { task.stop() }
        child.finish()
    }

    // MARK: Connectors

    /// Starts a connector in place of the one of that name that runs.
    func startConnector(
        _ name: String, _ configuration: [String: String], target: TargetState,
        publish: @escaping ConnectorRunner.Publish
    ) {
        let runner = ConnectorRunner(
            name, configuration, target: target, worker: self.configuration, plugins: plugins, statuses: statuses,
            logger: logger, publish: publish)
        let (previous, cleanUp) = state.withLock { state in
            let previous = state.connectors.updateValue(runner, forKey: name)
            return (previous, state.cleanUps[name])
        }
        previous?.stop()
        child.yield { [self] in
            await previous?.wait()
            await cleanUp?.wait()
            statuses.setDeleted(name, false)
            await runner.supervise()
            state.withLock { if $0.connectors[name] === runner { $0.connectors[name] = nil } }
        }
    }

    /// Has a connector run, pause or stop.
    func setTarget(_ name: String, _ target: TargetState) { state.withLock { $0.connectors[name] }?.setTarget(target) }

    /// Ends a connector.
    func stopConnector(_ name: String) { state.withLock { $0.connectors[name] }?.stop() }

    // MARK: Tasks

    /// Starts a task in place of the one of that name that runs.
    func startTask(
        _ id: ConnectorTaskID, _ configuration: [String: String], connector: [String: String], isPaused: Bool
    ) {
        let control = TaskControl(isPaused ? .pause : .run)
        let thread = TaskThread()
        let environment = TaskEnvironment(
            id: id, configuration: configuration, connectorConfiguration: connector, worker: self.configuration,
            plugins: plugins, clients: clients, offsets: offsets, statuses: statuses, logger: logger,
            exactlyOnce: exactlyOnce)
        let runner = TaskRunner(environment, control: control, thread: thread) {
            try Self.makeWork(environment, control, thread)
        }
        let (previous, cleanUp) = state.withLock { state in
            let previous = state.tasks.updateValue(runner, forKey: id)
            return (previous, state.cleanUps[id.connector])
        }
        previous?.stop()
        child.yield { [self] in
            await previous?.wait()
            await cleanUp?.wait()
            await runner.supervise()
            state.withLock { if $0.tasks[id] === runner { $0.tasks[id] = nil } }
        }
    }

    /// Has a task pause or go on.
    func setPaused(_ id: ConnectorTaskID, _ isPaused: Bool) { state.withLock { $0.tasks[id] }?.setPaused(isPaused) }

    /// Ends a task; with `forgets` its status goes too.
    func stopTask(_ id: ConnectorTaskID, forgets: Bool) {
        let runner = state.withLock { $0.tasks[id] }
        runner?.stop()
        guard forgets else { return }
        child.yield { [self] in
            await runner?.wait()
            // A task of that number that was started since has a status worth keeping.
            if state.withLock({ $0.tasks[id] == nil || $0.tasks[id] === runner }) {
                await statuses.forget(nil, tasks: [id])
            }
        }
    }

    /// Waits until no task of a connector that was told to stop is running.
    func waitForTasks(of connector: String) async {
        let tasks = state.withLock { $0.tasks.filter { $0.key.connector == connector } }
        for task in tasks.values { await task.wait() }
    }

    private static func makeWork(
        _ environment: TaskEnvironment, _ control: TaskControl, _ thread: TaskThread
    ) throws -> any TaskRunner.Work {
        let connector = try environment.plugins.makeConnector(
            environment.connectorConfiguration["connector.class"] ?? "")
        if let source = connector as? any SourceConnector, environment.exactlyOnce != nil {
            return try ExactlyOnceSourceTaskWork(source.makeTask(), environment, control: control, thread: thread)
        }
        if let source = connector as? any SourceConnector {
            return SourceTaskWork(source.makeTask(), environment, control: control, thread: thread)
        }
        guard let sink = connector as? any SinkConnector else {
            throw ConnectError(.failed, "\(type(of: connector)) is neither a source nor a sink connector")
        }
        return SinkTaskWork(sink.makeTask(), environment, control: control)
    }

    // MARK: Deletion

    /// Ends a deleted connector with its tasks and then forgets their statuses.
    func remove(_ name: String, tasks ids: [ConnectorTaskID]) {
        let cleanUp = Completion()
        let (connector, tasks) = state.withLock { state in
            state.cleanUps[name] = cleanUp
            return (state.connectors[name], state.tasks.filter { $0.key.connector == name })
        }
        statuses.setDeleted(name, true)
        connector?.stop()
        for task in tasks.values { task.stop() }
        child.yield { [self] in
            await connector?.wait()
            for task in tasks.values { await task.wait() }
            await statuses.forget(name, tasks: Array(Set(ids).union(tasks.keys)))
            state.withLock { if $0.cleanUps[name] === cleanUp { $0.cleanUps[name] = nil } }
            cleanUp.complete()
        }
    }
}
