import ConnectAPI
import ConnectPluginHost
public import KafkaClient
public import Logging
import Synchronization

/// Keeps connectors and tasks running as the config topic says, and takes users' wishes.
///
/// The state is in three topics, so that it survives restarts and can be shared: what is wanted in the config topic,
/// how far sources have read in the offsets topic, what everything does in the status topic. Workers with the same
/// `group.id` share the work: the group's leader divides it, and writes what only one may write; requests for that go to
/// it. A herder without a group has all of the work. Calls of connectors' code never hold up a request to this actor.
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
        case reload(ReloadSchedule.Target)
    }

    /// The place in the group of workers; `nil` for a worker that is on its own.
    nonisolated let member: GroupMember?
    /// Carries requests to other workers.
    nonisolated let peers: PeerTransport?
    /// What this worker knows of its group.
    var standing: GroupStanding
    /// Whether it leads the group.
    nonisolated let leadership = Leadership()
    /// What is still to be written of the last rebalance.
    var afterwards: Task<Void, Never>?
    /// Ends with each rebalance, for those who wait until the group has settled.
    var rebalance = Completion()
    /// Joins again when work that is held back has waited long enough.
    var scheduledRebalance: Task<Void, Never>?
    /// Writes a new session key when the present one has served its time.
    var keyRotation: Task<Void, Never>?

    nonisolated let configuration: WorkerConfiguration
    nonisolated let plugins: PluginCatalog
    nonisolated let configs: ConfigStore
    nonisolated let statusStore: StatusStore
    nonisolated let offsets: OffsetStore
    nonisolated let statuses: StatusReporter
    nonisolated let groupOffsets: any ConsumerGroupOffsets
    nonisolated let clients: WorkerClients
    nonisolated let fencing: ZombieFencing
    nonisolated let transactional: TransactionalClients?
    nonisolated let logger: Logger
    /// The address of this worker's REST API.
    nonisolated let advertisedURL = Mutex("")
    nonisolated let observation: WorkerObservation
    nonisolated let transformer: WorkerConfigTransformer
    /// The levels of the worker's loggers.
    public nonisolated let loggers: LoggerLevels

    /// Names of connectors that are being created: a second request for one of them is a conflict.
    var creations: Set<String> = []
    /// Writes of tasks and of what decides whether there may be any: a look at the state and the write that follows
    /// belong together.
    let taskWrites = Turnstile()
    /// Puts changes of configurations one behind the other: a patch is made for the configuration that it finds.
    let configurationWrites = Turnstile()

    private let describeCluster: @Sendable () async throws -> String?
    let worker: Worker
    private let pluginHost: PluginHost
    private let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    nonisolated let shutdownDemand = Completion()
    nonisolated let startup = Completion()
    private nonisolated let lifetime = Mutex(Lifetime())
    var machine: HerderMachine
    private var knownClusterID: String?

    private struct Lifetime {
        var health = Health.starting("starting")
        var starting: Task<Void, any Error>?
        var isShutDown = false
    }

    /// Creates a herder whose topics are in Kafka and whose workers form a group there.
    ///
    /// - Parameter peers: Carries requests to other workers; a worker without it cannot reach its leader.
    /// - Throws: what the client throws for its configuration.
    public init(
        _ configuration: WorkerConfiguration, client: KafkaClient, plugins: PluginCatalog,
        peers: PeerTransport? = nil, logger: Logger
    ) throws {
        let logger = LoggerLevels.governing(logger).logger(.topic)
        func log(_ topic: InternalTopicConfiguration, partitions: Int? = nil) throws -> any InternalLog {
            let isConfig = topic.name == configuration.configTopic.name
            return try KafkaBasedLog(
                topic, requiredPartitions: partitions,
                privilegedID: isConfig ? TransactionSettings.leaderTransactionalID(worker: configuration) : nil,
                isolation: configuration.exactlyOnceSourceSupport == .enabled ? .readCommitted : .readUncommitted,
                client: client, logger: logger)
        }
        self.init(
            configuration, configLog: try log(configuration.configTopic, partitions: 1),
            offsetLog: try log(configuration.offsetTopic), statusLog: try log(configuration.statusTopic),
            clients: WorkerClients(client: client), plugins: plugins,
            member: try GroupMember(client: client, configuration: GroupMemberConfiguration(configuration)),
            peers: peers, logger: logger
        ) { try await client.cluster().clusterID }
        try transformer.check()
    }

    /// Creates a herder on logs of whatever kind.
    init(
        _ configuration: WorkerConfiguration, configLog: any InternalLog, offsetLog: any InternalLog,
        statusLog: any InternalLog, clients: WorkerClients, plugins: PluginCatalog, member: GroupMember? = nil,
        peers: PeerTransport? = nil, logger: Logger, describeCluster: @escaping @Sendable () async throws -> String?
    ) {
        self.configuration = configuration
        self.member = member
        self.peers = peers
        machine = HerderMachine(restartsWholeDivisions: configuration.exactlyOnceSourceSupport == .enabled)
        standing = GroupStanding(maximumDelay: configuration.group.maximumRebalanceDelay)
        self.plugins = plugins
        loggers = LoggerLevels.governing(logger)
        self.logger = loggers.logger(.herder)
        observation = WorkerObservation(configuration, logger: loggers.logger(.worker))
        if member != nil { observation.metrics.rebalances.enter(offering: configuration.group.bestProtocol) }
        self.describeCluster = describeCluster
        let (events, event) = AsyncStream<Event>.makeStream()
        self.events = events
        self.event = event
        let leadership = leadership
        let configs = ConfigStore(
            log: configLog, isPrivileged: configuration.exactlyOnceSourceSupport.usesTransactionalLeader,
            confirmLeadership: { try leadership.confirm() }, logger: loggers.logger(.configStore)
        ) { event.yield(.config($0)) }
        self.configs = configs
        statusStore = StatusStore(log: statusLog, logger: loggers.logger(.statusStore))
        offsets = OffsetStore(log: offsetLog, logger: loggers.logger(.offsetStore))
        groupOffsets = clients.groupOffsets
        self.clients = clients
        let transformer = WorkerConfigTransformer(
            configuration.properties, secrets: configuration.secrets, plugins: plugins)
        self.transformer = transformer
        let host = configuration.advertisedHost ?? "127.0.0.1"
        statuses = StatusReporter(
            store: statusStore, workerID: "\(host):\(configuration.advertisedPort ?? 8083)",
            logger: loggers.logger(.statusStore), listener: observation.note
        ) { text, connector in transformer.redactor(of: connector).redact(text) }
        statuses.setIdentity(generation: 1)
        transactional = clients.transactional
        let fencing = ZombieFencing(
            configs: configs, worker: configuration, plugins: plugins, logger: loggers.logger(.herder)
        ) {
            guard let transactional = clients.transactional else { return }
            try await transactional.fence($0)
        }
        self.fencing = fencing
        pluginHost = PluginHost(
            paths: configuration.pluginPath, registry: plugins, patience: configuration.taskShutdownTimeout,
            logger: loggers.logger(.worker))
        worker = Worker(
            configuration, plugins: plugins, clients: clients, offsets: offsets, statuses: statuses,
            observation: observation, transformer: transformer)
        transformer.reloads.onDue { event.yield(.reload($0)) }
    }

    /// How ready the worker is.
    public nonisolated var health: Health { lifetime.withLock { $0.health } }

    /// Says under which address this worker can be reached; before ``run()``.
    public nonisolated func setAdvertisedAddress(scheme: String = "http", host: String, port: Int) {
        let host = configuration.advertisedHost ?? host
        // An IPv6 address stands in brackets, as in a URL.
        let shown = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let workerID = "\(shown):\(configuration.advertisedPort ?? port)"
        statuses.setIdentity(workerID: workerID)
        advertisedURL.withLock { $0 = "\(scheme)://\(workerID)/" }
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
            let membership = member.map { member in Task { await takePart(in: member) } }
            if member == nil {
                leadership.set(true)
                reconcile(replacing: nil)
                becomeHealthy()
            }
            group.addTask { await self.handleEvents() }
            await shutdownDemand.wait()
            setHealth(.unhealthy("Worker is shutting down."))
            startup.complete()
            event.finish()
            membership?.cancel()
            scheduledRebalance?.cancel()
            afterwards?.cancel()
            keyRotation?.cancel()
            await membership?.value
            worker.shutdown()
            await worker.ended.wait()
            // Not before its tasks have ended, so that others do not run them at the same time.
            await member?.leave(reason: "the worker is shutting down", evenIfStatic: true)
            await pluginHost.shutdown()
            // Only now, as stopping tasks still write offsets and statuses, and wait to read them back.
            logs.cancel()
            await logs.value
        }
    }

    /// Reads the three topics to their ends, at the same time; tries again while Kafka is away.
    private func start() async throws {
        setHealth(.starting("reading the internal topics"))
        let isAlone = member == nil
        let task = Task<Void, any Error> { [configs, statusStore, offsets, logger] in
            while true {
                do {
                    async let config: Void = configs.start()
                    async let status: Void = statusStore.start()
                    async let offset: Void = offsets.start()
                    _ = try await (config, status, offset)
                    // A worker without a group leads itself.
                    if isAlone { try await configs.claimWritePrivileges() }
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

    /// Serves requests from now on.
    nonisolated func becomeHealthy() {
        guard !shutdownDemand.isDone else { return }
        setHealth(.healthy)
        startup.complete()
    }

    nonisolated func setHealth(_ health: Health) { lifetime.withLock { $0.health = health } }

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
            if case .config(.connectorRemoved(let name)) = event { forgetObservations(of: name) }
            switch event {
            case .config(.connectorUpdated(let name)): reconcile(replacing: name)
            case .config(.sessionKeyChanged): break
            case .config(.restartRequested(let request)): await carryOut(request)
            case .config(.loggerLevelSet(let name, let level)): apply(level, toLogger: name)
            case .config: reconcile(replacing: nil)
            case .restart(let connector, let tasks): await carryOut(connector: connector, tasks: tasks)
            case .reload(.connector(let name)): await carryOut(connector: name, tasks: [])
            case .reload(.task(let id)): await carryOut(connector: nil, tasks: [id])
            }
        }
    }

    /// Brings what runs in line with the config topic and with what this worker has of it.
    func reconcile(replacing name: String?) {
        let state = configs.snapshot
        let everything = WorkAssignment.everything(in: state)
        // What is gone and comes again is new work, which may be another worker's.
        standing.owned = standing.owned.intersection(everything)
        standing.known = standing.known.intersection(everything)
        if let member {
            takeNewWork(everything, member)
        } else {
            standing.owned = everything
        }
        perform(machine.reconcile(state, standing.owned, replacing: name))
    }

    private func carryOut(_ request: RestartRequest) async {
        guard let plan = restartPlan(for: request) else { return }
        await carryOut(connector: plan.restartsConnector ? request.connector : nil, tasks: plan.tasks)
    }

    private func carryOut(connector: String?, tasks: [ConnectorTaskID]) async {
        if let connector, machine.runs(connector) {
            await statuses.report(connector, .restarting, version: worker.version(of: connector))
        }
        for task in tasks where machine.runs(task) {
            await statuses.report(task, .restarting, version: worker.version(of: task))
        }
        perform(machine.restart(connector: connector, tasks: tasks))
    }

    /// Has a connector or tasks of this worker start anew.
    nonisolated func enqueueRestart(connector: String?, tasks: [ConnectorTaskID]) {
        event.yield(.restart(connector: connector, tasks: tasks))
    }

    func perform(_ actions: [HerderMachine.Action]) {
        for action in actions {
            switch action {
            case .startConnector(let name, let configuration, let target):
                worker.startConnector(name, configuration, target: target) { [weak self] name, configuration, tasks in
                    try await self?.publish(name, configuration, tasks)
                }
            case .setConnectorTarget(let name, let target): worker.setTarget(name, target)
            case .stopConnector(let name): worker.stopConnector(name)
            case .startTask(let id, let configuration, let connector, let isPaused, let division):
                worker.startTask(
                    id, configuration, connector: connector, isPaused: isPaused,
                    exactlyOnce: exactlyOnceGuard(of: id, division: division))
            case .setTaskPaused(let id, let isPaused): worker.setPaused(id, isPaused)
            case .stopTask(let id, let exists): worker.stopTask(id, forgets: !exists)
            case .remove(let name, let tasks): worker.remove(name, tasks: tasks)
            }
        }
    }

}
