import ConnectAPI
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

    private let configuration: Shared<WorkerConfiguration>
    private let plugins: PluginCatalog
    private let clients: WorkerClients
    private let offsets: OffsetStore
    private let statuses: StatusReporter
    private let observation: WorkerObservation
    private let transformer: WorkerConfigTransformer
    /// The threads of all that runs here.
    let threads = ThreadReserve()
    private let state = Mutex(State())
    private let children: AsyncStream<@Sendable () async -> Void>
    private let child: AsyncStream<@Sendable () async -> Void>.Continuation

    init(
        _ configuration: WorkerConfiguration, plugins: PluginCatalog, clients: WorkerClients, offsets: OffsetStore,
        statuses: StatusReporter, observation: WorkerObservation, transformer: WorkerConfigTransformer
    ) {
        self.transformer = transformer
        self.configuration = Shared(configuration)
        self.plugins = plugins
        self.clients = clients
        self.offsets = offsets
        self.statuses = statuses
        self.observation = observation
        (children, child) = AsyncStream.makeStream()
    }

    /// Whether all that ran has ended or was abandoned, after ``shutdown()``.
    let ended = Completion()

    /// Runs what is started until ``shutdown()``, and returns when all of it has ended or was abandoned.
    func run() async {
        let watch = Task { [observation] in await observation.watch() }
        let tending = Task { [threads] in await threads.tend() }
        defer {
            watch.cancel()
            tending.cancel()
        }
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
        transformer.reloads.cancel()
        child.finish()
    }

    // MARK: Connectors

    /// Starts a connector in place of the one of that name that runs.
    func startConnector(
        _ name: String, _ configuration: [String: String], target: TargetState,
        publish: @escaping ConnectorRunner.Publish
    ) {
        let calls = observation.metrics.starting(name, plugins.metricsDescription(of: configuration))
        let runner = ConnectorRunner(
            name, configuration, target: target, worker: self.configuration, plugins: plugins, statuses: statuses,
            logger: observation.logs.logger(for: name), calls: calls, transformer: transformer,
            thread: TaskThread(threads), publish: publish)
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

    /// The version of the connector that was made here last; `nil` where none was, or it tells none.
    func version(of name: String) -> String? { state.withLock { $0.connectors[name] }?.version }

    /// Ends a connector.
    func stopConnector(_ name: String) {
        guard let runner = state.withLock({ $0.connectors[name] }) else { return }
        runner.stop()
        child.yield { [self] in
            await runner.wait()
            if state.withLock({ $0.connectors[name] == nil || $0.connectors[name] === runner }) {
                observation.metrics.remove(name)
            }
        }
    }

    // MARK: Tasks

    /// Starts a task in place of the one of that name that runs.
    func startTask(
        _ id: ConnectorTaskID, _ configuration: [String: String], connector: [String: String], isPaused: Bool,
        exactlyOnce: ExactlyOnceGuard? = nil
    ) {
        let control = TaskControl(isPaused ? .pause : .run)
        let thread = TaskThread(threads)
        let environment = TaskEnvironment(
            id: id, configuration: configuration, connectorConfiguration: connector, sharedWorker: self.configuration,
            plugins: plugins, clients: clients, offsets: offsets, statuses: statuses,
            // Struck out before the lines are kept for whoever asks for them.
            logger: observation.logs.logger(for: id.connector, task: id.task)
                .redacted(by: transformer.redactor(of: id.connector)),
            redactor: transformer.redactor(of: id.connector), metrics: observation.metrics.starting(id),
            exactlyOnce: exactlyOnce)
        let owned = TaskClients()
        let runner = TaskRunner(environment, control: control, thread: thread) { [transformer] in
            // Until there is a task again, it works with nothing.
            environment.metrics.note { measurements, _ in measurements.plugins = nil }
            return try Self.makeWork(try await environment.resolved(by: transformer, owned), control, thread)
        }
        let (previous, cleanUp) = state.withLock { state in
            let previous = state.tasks.updateValue(runner, forKey: id)
            return (previous, state.cleanUps[id.connector])
        }
        previous?.stop()
        child.yield { [self] in
            await previous?.wait()
            await cleanUp?.wait()
            // This worker may have tasks only of a connector that was deleted and made anew. One that is to end already
            // may belong to the deleted one.
            if !control.isStopping { statuses.setDeleted(id.connector, false) }
            // The end of the previous one may have taken them away.
            observation.metrics.keep(environment.metrics, of: id)
            await runner.supervise()
            await owned.close()
            state.withLock { if $0.tasks[id] === runner { $0.tasks[id] = nil } }
        }
    }

    /// Has a task pause or go on.
    func setPaused(_ id: ConnectorTaskID, _ isPaused: Bool) { state.withLock { $0.tasks[id] }?.setPaused(isPaused) }

    /// The version of the task that was made here last; `nil` where none was.
    func version(of id: ConnectorTaskID) -> String? { state.withLock { $0.tasks[id] }?.version }

    /// Ends a task; with `forgets` its status goes too.
    func stopTask(_ id: ConnectorTaskID, forgets: Bool) {
        let runner = state.withLock { $0.tasks[id] }
        runner?.stop()
        child.yield { [self] in
            await runner?.wait()
            // A task of that number that was started since has a status worth keeping.
            guard state.withLock({ $0.tasks[id] == nil || $0.tasks[id] === runner }) else { return }
            observation.metrics.remove(id)
            if forgets { await statuses.forget(nil, tasks: [id]) }
        }
    }

    /// Waits until no task of a connector that was told to stop is running.
    func waitForTasks(of connector: String) async {
        let tasks = state.withLock { $0.tasks.filter { $0.key.connector == connector } }
        for task in tasks.values { await task.wait() }
    }

    /// Waits until none of this work is running that was told to stop.
    func waitForEnd(of work: WorkAssignment) async {
        let (connectors, tasks) = state.withLock { state in
            (work.connectors.compactMap { state.connectors[$0] }, work.tasks.compactMap { state.tasks[$0] })
        }
        for connector in connectors { await connector.wait() }
        for task in tasks { await task.wait() }
    }

    private static func makeWork(
        _ environment: TaskEnvironment, _ control: TaskControl, _ thread: TaskThread
    ) throws -> any TaskRunner.Work {
        let (plugin, connector) = try environment.plugins.chooseConnector(for: environment.connectorConfiguration)
        func tellPlugins(_ version: String) {
            // What was given up meanwhile has a successor, which tells of itself.
            guard !control.isStopping else { return }
            environment.tellPlugins(
                connector: plugin, task: TaskPlugins.Part(className: connector.taskClass, version: version))
        }
        if let source = connector as? any SourceConnector {
            let task = ObservedSourceTask(source.makeTask(), environment.metrics)
            tellPlugins(task.version)
            guard environment.exactlyOnce != nil else {
                return SourceTaskWork(task, environment, control: control, thread: thread)
            }
            return try ExactlyOnceSourceTaskWork(task, environment, control: control, thread: thread)
        }
        guard let sink = connector as? any SinkConnector else {
            throw ConnectError(.failed, "\(type(of: connector)) is neither a source nor a sink connector")
        }
        let task = ObservedSinkTask(sink.makeTask(), environment.metrics)
        tellPlugins(task.version)
        return SinkTaskWork(task, environment, control: control)
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
        // Now and not at the end: a new connector of the name may have its own by then.
        observation.remove(name)
        connector?.stop()
        for task in tasks.values { task.stop() }
        child.yield { [self] in
            await connector?.wait()
            for task in tasks.values { await task.wait() }
            await statuses.forget(name, tasks: Array(Set(ids).union(tasks.keys)))
            transformer.reloads.cancel(name)
            state.withLock { if $0.cleanUps[name] === cleanUp { $0.cleanUps[name] = nil } }
            cleanUp.complete()
        }
    }
}
