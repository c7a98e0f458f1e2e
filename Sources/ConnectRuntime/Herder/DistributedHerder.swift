import ConnectAPI
import ConnectPluginHost
public import KafkaClient
public import Logging
import Synchronization

/// Keeps connectors and tasks running as the config topic says, and takes users' wishes.
///
/// The state is in three topics, so that it survives restarts and can be shared: what is wanted in the config topic,
/// how far sources have read in the offsets topic, what everything does in the status topic. This worker is a group of
/// one: all of the work is its own and it writes the config topic itself. Calls of connectors' code never hold up a
/// request to this actor.
public actor DistributedHerder {
    /// How ready the worker is.
    public enum Health: Sendable, Hashable {
        /// Still starting; the text tells with what.
        case starting(String)
        case healthy
        /// It ended, or could not start.
        case unhealthy(String)
    }

    private enum Event: Sendable {
        case config(ClusterConfigState.Event)
        case restart(connector: String?, tasks: [ConnectorTaskID])
    }

    nonisolated let configuration: WorkerConfiguration
    nonisolated let plugins: PluginCatalog
    nonisolated let configs: ConfigStore
    nonisolated let statusStore: StatusStore
    nonisolated let offsets: OffsetStore
    nonisolated let statuses: StatusReporter
    nonisolated let groupOffsets: any ConsumerGroupOffsets
    nonisolated let logger: Logger

    /// Names of connectors that are being created: a second request for one of them is a conflict.
    var creations: Set<String> = []
    /// Writes of tasks and of what decides whether there may be any: a look at the state and the write that follows
    /// belong together.
    let taskWrites = Turnstile()
    /// Puts changes of configurations one behind the other: a patch is made for the configuration that it finds.
    let configurationWrites = Turnstile()

    private let describeCluster: @Sendable () async throws -> String?
    private let worker: Worker
    private let pluginHost: PluginHost
    private let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    private nonisolated let shutdownDemand = Completion()
    private nonisolated let startup = Completion()
    private nonisolated let lifetime = Mutex(Lifetime())
    private var machine = HerderMachine()
    private var knownClusterID: String?

    private struct Lifetime {
        var health = Health.starting("starting")
        var starting: Task<Void, any Error>?
        var isShutDown = false
    }

    /// Creates a herder whose topics are in Kafka.
    ///
    /// - Throws: what the client throws for its configuration.
    public init(
        _ configuration: WorkerConfiguration, client: KafkaClient, plugins: PluginCatalog, logger: Logger
    ) throws {
        func log(_ topic: InternalTopicConfiguration, partitions: Int? = nil) throws -> any InternalLog {
            try KafkaBasedLog(topic, requiredPartitions: partitions, client: client, logger: logger)
        }
        self.init(
            configuration, configLog: try log(configuration.configTopic, partitions: 1),
            offsetLog: try log(configuration.offsetTopic), statusLog: try log(configuration.statusTopic),
            clients: WorkerClients(client: client), plugins: plugins, logger: logger
        ) { try await client.cluster().clusterID }
    }

    /// Creates a herder on logs of whatever kind.
    init(
        _ configuration: WorkerConfiguration, configLog: any InternalLog, offsetLog: any InternalLog,
        statusLog: any InternalLog, clients: WorkerClients, plugins: PluginCatalog, logger: Logger,
        describeCluster: @escaping @Sendable () async throws -> String?
    ) {
        self.configuration = configuration
        self.plugins = plugins
        self.logger = logger
        self.describeCluster = describeCluster
        let (events, event) = AsyncStream<Event>.makeStream()
        self.events = events
        self.event = event
        configs = ConfigStore(log: configLog, logger: logger) { event.yield(.config($0)) }
        statusStore = StatusStore(log: statusLog, logger: logger)
        offsets = OffsetStore(log: offsetLog, logger: logger)
        groupOffsets = clients.groupOffsets
        let host = configuration.advertisedHost ?? "127.0.0.1"
        statuses = StatusReporter(
            store: statusStore, workerID: "\(host):\(configuration.advertisedPort ?? 8083)", logger: logger)
        statuses.setIdentity(generation: 1)
        pluginHost = PluginHost(
            paths: configuration.pluginPath, registry: plugins, patience: configuration.taskShutdownTimeout,
            logger: logger)
        worker = Worker(
            configuration, plugins: plugins, clients: clients, offsets: offsets, statuses: statuses, logger: logger)
    }

    /// How ready the worker is.
    public nonisolated var health: Health { lifetime.withLock { $0.health } }

    /// Says under which address this worker can be reached; before ``run()``.
    public nonisolated func setAdvertisedAddress(host: String, port: Int) {
        let host = configuration.advertisedHost ?? host
        // An IPv6 address stands in brackets, as in a URL.
        let shown = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        statuses.setIdentity(workerID: "\(shown):\(configuration.advertisedPort ?? port)")
    }

    /// Waits until no task of a connector that was told to stop is running here.
    func waitForTasks(of connector: String) async { await worker.waitForTasks(of: connector) }

    /// Runs the worker until the task is cancelled or ``shutdown()`` is called.
    ///
    /// Ending, it stops every connector and task in good order: offsets are committed, statuses written.
    ///
    /// - Throws: What keeps it from starting.
    public nonisolated func run() async throws {
        // A task of its own, which the caller's cancellation does not reach: stopping in good order takes requests to
        // Kafka.
        let life = Task { try await live() }
        try await withTaskCancellationHandler {
            try await life.value
        } onCancel: {
            shutdown()
        }
    }

    /// Has ``run()`` end.
    public nonisolated func shutdown() {
        let starting = lifetime.withLock { lifetime in
            lifetime.isShutDown = true
            return lifetime.starting
        }
        starting?.cancel()
        shutdownDemand.complete()
    }

    private func live() async throws {
        do {
            try await start()
        } catch {
            let isWanted = shutdownDemand.isDone
            setHealth(.unhealthy(isWanted ? "Worker is shutting down." : "Worker could not start: \(error)"))
            startup.complete()
            if isWanted { return }
            throw error
        }
        // Before the connectors, which may be of them.
        await pluginHost.start()
        await withDiscardingTaskGroup { group in
            let logs = Task { [configs, statusStore, offsets] in
                await withDiscardingTaskGroup { logs in
                    logs.addTask { await configs.run() }
                    logs.addTask { await statusStore.run() }
                    logs.addTask { await offsets.run() }
                }
            }
            group.addTask { [worker] in await worker.run() }
            perform(machine.reconcile(configs.snapshot, .everything(in: configs.snapshot)))
            setHealth(.healthy)
            startup.complete()
            group.addTask { await self.handleEvents() }
            await shutdownDemand.wait()
            setHealth(.unhealthy("Worker is shutting down."))
            event.finish()
            worker.shutdown()
            await worker.ended.wait()
            await pluginHost.shutdown()
            // Only now, as stopping tasks still write offsets and statuses, and wait to read them back.
            logs.cancel()
            await logs.value
        }
    }

    /// Reads the three topics to their ends, at the same time; tries again while Kafka is away.
    private func start() async throws {
        setHealth(.starting("reading the internal topics"))
        let task = Task<Void, any Error> { [configs, statusStore, offsets, logger] in
            while true {
                do {
                    async let config: Void = configs.start()
                    async let status: Void = statusStore.start()
                    async let offset: Void = offsets.start()
                    _ = try await (config, status, offset)
                    return
                } catch let error as KafkaClientError where error.isRetriable {
                    try Task.checkCancellation()
                    logger.warning("cannot read the internal topics; trying again", metadata: ["error": "\(error)"])
                    try await Task.sleep(for: .seconds(1))
                }
            }
        }
        let isShutDown = lifetime.withLock { lifetime in
            lifetime.starting = task
            return lifetime.isShutDown
        }
        if isShutDown { task.cancel() }
        try await task.value
    }

    private nonisolated func setHealth(_ health: Health) { lifetime.withLock { $0.health = health } }

    /// Waits until requests can be served.
    ///
    /// - Throws: ``ConnectError`` with code `.unavailable` and the reason when the worker did not start or is shutting
    ///   down.
    public nonisolated func waitUntilReady() async throws {
        await startup.wait()
        switch health {
        case .healthy: return
        case .unhealthy(let reason): throw ConnectError(.unavailable, reason)
        case .starting(let stage): throw ConnectError(.unavailable, "Worker is still starting up: \(stage).")
        }
    }

    /// What the Kafka cluster calls itself.
    public func clusterID() async throws -> String? {
        if knownClusterID == nil { knownClusterID = try await describeCluster() }
        return knownClusterID
    }

    // MARK: Events

    private func handleEvents() async {
        for await event in events {
            switch event {
            case .config(.connectorUpdated(let name)): reconcile(replacing: name)
            case .config(.restartRequested(let request)): await carryOut(request)
            case .config: reconcile(replacing: nil)
            case .restart(let connector, let tasks): await carryOut(connector: connector, tasks: tasks)
            }
        }
    }

    private func reconcile(replacing name: String?) {
        let state = configs.snapshot
        perform(machine.reconcile(state, .everything(in: state), replacing: name))
    }

    private func carryOut(_ request: RestartRequest) async {
        guard let plan = restartPlan(for: request) else { return }
        await carryOut(connector: plan.restartsConnector ? request.connector : nil, tasks: plan.tasks)
    }

    private func carryOut(connector: String?, tasks: [ConnectorTaskID]) async {
        if let connector, machine.runs(connector) { await statuses.report(connector, .restarting) }
        for task in tasks where machine.runs(task) { await statuses.report(task, .restarting) }
        perform(machine.restart(connector: connector, tasks: tasks))
    }

    /// Has a connector or tasks of this worker start anew.
    nonisolated func enqueueRestart(connector: String?, tasks: [ConnectorTaskID]) {
        event.yield(.restart(connector: connector, tasks: tasks))
    }

    private func perform(_ actions: [HerderMachine.Action]) {
        for action in actions {
            switch action {
            case .startConnector(let name, let configuration, let target):
                worker.startConnector(name, configuration, target: target) { [weak self] name, configuration, tasks in
                    try await self?.publish(name, configuration, tasks)
                }
            case .setConnectorTarget(let name, let target): worker.setTarget(name, target)
            case .stopConnector(let name): worker.stopConnector(name)
            case .startTask(let id, let configuration, let connector, let isPaused):
                worker.startTask(id, configuration, connector: connector, isPaused: isPaused)
            case .setTaskPaused(let id, let isPaused): worker.setPaused(id, isPaused)
            case .stopTask(let id, let exists): worker.stopTask(id, forgets: !exists)
            case .remove(let name, let tasks): worker.remove(name, tasks: tasks)
            }
        }
    }

    /// Writes the tasks that a connector divided its work into, if they differ from the ones that are in force.
    ///
    /// Not when the connector has another configuration by now: that one's tasks are on their way.
    private func publish(_ name: String, _ configuration: [String: String], _ tasks: [[String: String]]) async throws {
        try await taskWrites.pass {
            let state = configs.snapshot
            guard state.connectors[name] == configuration, state.targetState(of: name) != .stopped else { return }
            let isCurrent =
                state.tasks[name] == tasks && state.appliedConfigurations[name] == configuration
                && !state.inconsistent.contains(name)
            if !isCurrent { try await configs.putTasks(name, tasks) }
        }
    }
}
