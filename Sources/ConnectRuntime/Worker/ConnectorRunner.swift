import ConnectAPI
import Logging
import Synchronization

/// Runs one connector: starts and stops it as its target state says, and asks it for tasks.
///
/// The connector's code runs on a ``TaskThread``. ``supervise()``, a child of the worker, waits for its end, but once
/// it was told to stop for no longer than the worker's patience.
final class ConnectorRunner: Sendable {
    /// Takes the tasks that a connector with this configuration divides its work into.
    typealias Publish =
        @Sendable (
            _ connector: String, _ configuration: [String: String], _ tasks: [[String: String]]
        ) async throws -> Void

    /// What the runner is told, in order.
    private enum Command: Sendable {
        case setTarget(TargetState)
        case divide
        case fail(any Error)
        /// Start again after a failure.
        case again
        case stop
    }

    /// Where the runner is; who moves it on says what happens next.
    private enum Phase {
        /// Not supervised yet.
        case new
        /// Within the connector's code, or about to be.
        case living
        /// Through with it; the last status is on its way.
        case ending
        /// Given up by the worker.
        case abandoned
    }

    private struct State {
        var phase = Phase.new
        var isStopRequested = false
        /// What runs, for an abandonment to find it while it hangs.
        var releasable: (any Releasable)?
        /// The version of the connector that was made last.
        var version: String?
    }

    let name: String
    private let configuration: [String: String]
    private let sharedWorker: Shared<WorkerConfiguration>
    private let plugins: PluginCatalog
    private let statuses: StatusReporter
    private let logger: Logger
    private let calls: CallMonitor
    private let publish: Publish
    private let transformer: WorkerConfigTransformer

    private let thread: TaskThread
    private let completion = Completion()
    private let state = Mutex(State())
    private let commands: AsyncStream<Command>
    private let command: AsyncStream<Command>.Continuation

    init(
        _ name: String, _ configuration: [String: String], target: TargetState, worker: Shared<WorkerConfiguration>,
        plugins: PluginCatalog, statuses: StatusReporter, logger: Logger, calls: CallMonitor = CallMonitor(),
        transformer: WorkerConfigTransformer? = nil, thread: TaskThread = TaskThread(), publish: @escaping Publish
    ) {
        self.name = name
        self.configuration = configuration
        sharedWorker = worker
        self.plugins = plugins
        self.statuses = statuses
        self.calls = calls
        let transformer = transformer ?? WorkerConfigTransformer(worker.value.properties, plugins: plugins)
        self.transformer = transformer
        self.logger = logger.redacted(by: transformer.redactor(of: name))
        self.publish = publish
        self.thread = thread
        (commands, command) = AsyncStream.makeStream()
        command.yield(.setTarget(target))
    }

    private var worker: WorkerConfiguration { sharedWorker.value }

    /// The version of the connector that was made last; `nil` where none was, or it tells none.
    var version: String? { state.withLock(\.version) }

    /// Has the connector run, pause or stop.
    func setTarget(_ target: TargetState) { command.yield(.setTarget(target)) }

    /// Has the connector end; it gets the worker's shutdown timeout for that, and does nothing more that it was told
    /// before.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopRequested = true }
            return !state.isStopRequested
        }
        guard isFirst else { return }
        command.yield(.stop)
        command.finish()
        Task { [self] in
            try? await Task.sleep(for: worker.taskShutdownTimeout)
            await giveUp()
        }
    }

    /// Waits until the connector has ended or was abandoned.
    func wait() async { await completion.wait() }

    /// Runs the connector until it is told to end.
    func supervise() async {
        state.withLock { $0.phase = .living }
        Task(executorPreference: thread) { [self] in
            await live()
            completion.complete()
        }
        await completion.wait()
    }

    /// Goes on without the connector if it has not ended by now.
    private func giveUp() async {
        let (phase, releasable) = state.withLock { state in
            defer { if state.phase == .living { state.phase = .abandoned } }
            return (state.phase, state.releasable)
        }
        switch phase {
        case .new, .abandoned: return
        // Kafka being away may keep the last status; a successor need not wait for that.
        case .ending: return completion.complete()
        case .living: break
        }
        logger.error("a connector did not stop in time and is abandoned", metadata: ["connector": "\(name)"])
        releasable?.release()
        // Before the completion: what a successor says of itself is said after this.
        await Completion.await(atMost: worker.abandonmentTimeout) { [self] in
            guard !completion.isDone else { return }
            await statuses.report(name, .unassigned, version: version)
        }
        completion.complete()
    }

    // MARK: Life

    private func live() async {
        var connector = Running(restarts: RestartPolicy(restartSettings))
        for await next in commands {
            if case .stop = next { return await end(&connector) }
            // A connector that is to end is not started first, and divides no work by what is superseded.
            if state.withLock(\.isStopRequested) { continue }
            connector = await thread.run { [self, connector] in await carryOut(next, connector) }
        }
    }

    /// Does what the runner is told.
    ///
    /// - Returns: What has become of the connector.
    private func carryOut(_ command: Command, _ connector: Running) async -> Running {
        var connector = connector
        switch command {
        case .setTarget(let target): await setTarget(target, &connector)
        case .divide:
            guard let running = connector.instance, !connector.hasFailed else { break }
            do { try await divide(running, connector.configuration) } catch { await fail(&connector, error) }
        case .fail(let error): await fail(&connector, error)
        case .again: await startAgain(&connector)
        case .stop: break
        }
        return connector
    }

    /// The connector as far as it got.
    private struct Running {
        /// The connector while it runs.
        var instance: (any Connector)?
        /// What it was started with.
        var configuration = ResolvedConfiguration([:])
        /// Whether it is FAILED, which only a restart or a stop ends.
        var hasFailed = false
        /// What it was told to do last.
        var target = TargetState.started
        /// Decides on restarts of its own.
        var restarts: RestartPolicy
        /// Waits for the next of them.
        var timer: Task<Void, Never>?
    }

    private func setTarget(_ target: TargetState, _ connector: inout Running) async {
        connector.target = target
        switch target {
        case .started:
            guard connector.instance == nil, !connector.hasFailed else { return }
            var isStarted = false
            // Until there is a connector again, none is told of.
            state.withLock { $0.version = nil }
            do {
                let resolved = try await transformer.resolve([configuration], for: .connector(name))[0]
                let (plugin, instance) = try plugins.chooseConnector(for: resolved.values)
                state.withLock { state in
                    state.releasable = instance as? any Releasable
                    state.version = plugin.version
                }
                connector.instance = instance
                _ = try await calls.during("start") {
                    try await instance.start(context: Context(runner: self), configuration: resolved.values)
                }
                isStarted = true
                connector.configuration = resolved
                // The tasks first, so that whoever sees the connector RUNNING finds them.
                try await divide(instance, resolved)
                await report(.running)
            } catch {
                await fail(&connector, error)
                // What it opened is closed now, and not when somebody restarts it.
                if !isStarted { await stopInstance(&connector) }
            }
        case .paused:
            guard !connector.hasFailed else { return }
            do {
                try await connector.instance.take()?.stop()
                await report(.paused)
            } catch {
                await fail(&connector, error)
            }
        case .stopped:
            // Whether or not it stops well: as with Kafka, nothing is left of it that could be resumed.
            await stopInstance(&connector)
            connector.hasFailed = false
            connector.timer.take()?.cancel()
            connector.restarts = RestartPolicy(restartSettings)
            await report(.stopped)
        }
    }

    private func fail(_ connector: inout Running, _ error: any Error) async {
        // What it failed of first is what a user needs to see.
        guard !connector.hasFailed else { return }
        connector.hasFailed = true
        let decision = connector.restarts.decide(after: error, at: .now)
        let noted =
            decision.notice(connector.restarts.settings).map { NotedError(error: error, notice: $0) } ?? error
        logger.error("a connector failed", metadata: ["connector": "\(name)", "error": "\(noted)"])
        await report(.failed, noted)
        guard case .restart(let pause, _) = decision else { return }
        connector.timer = Task { [command] in
            if (try? await Task.sleep(for: pause)) != nil { command.yield(.again) }
        }
    }

    /// Starts a connector that failed as it was told last.
    private func startAgain(_ connector: inout Running) async {
        guard connector.hasFailed else { return }
        await stopInstance(&connector)
        connector.hasFailed = false
        await setTarget(connector.target, &connector)
    }

    private var restartSettings: RestartSettings {
        // A value that is wrong was refused before there was a connector.
        (try? RestartSettings(worker.properties, configuration)) ?? worker.operations.restarts
    }

    private func end(_ connector: inout Running) async {
        connector.timer.take()?.cancel()
        await stopInstance(&connector)
        let isAbandoned = state.withLock { state in
            if state.phase == .living { state.phase = .ending }
            return state.phase == .abandoned
        }
        if !isAbandoned { await statuses.report(name, .unassigned, version: version) }
    }

    private func stopInstance(_ connector: inout Running) async {
        do {
            guard let instance = connector.instance.take() else { return }
            _ = try await calls.during("stop") { try await instance.stop() }
        } catch {
            logger.warning("a connector failed to stop", metadata: ["connector": "\(name)", "error": "\(error)"])
        }
    }

    /// Asks the connector for tasks and hands them on.
    private func divide(_ connector: any Connector, _ resolved: ResolvedConfiguration) async throws {
        let definition = ConnectorConfiguration.source
        let limits = try ConfigDefinition(["tasks.max", "tasks.max.enforce"].compactMap { definition[$0] })
            .parse(resolved.values)
        let maximum = min(limits.integer("tasks.max") ?? 1, worker.maximumTasks)
        let isEnforced = limits.boolean("tasks.max.enforce") ?? true
        var (tasks, _) = try await calls.during("taskConfigurations") {
            try await connector.taskConfigurations(maximum: maximum)
        }
        if tasks.count > maximum && isEnforced {
            throw ConnectError(
                .failed,
                "The connector \(name) has generated \(tasks.count) tasks, which is greater than \(maximum), the maximum"
                    + " number of tasks it is configured to create.")
        }
        for index in tasks.indices {
            tasks[index] = resolved.withPlaceholders(tasks[index])
            tasks[index]["task.class"] = connector.taskClass
            guard connector is any SinkConnector else { continue }
            for key in ["topics", "topics.regex"] { tasks[index][key] = configuration[key] }
        }
        guard !state.withLock({ $0.isStopRequested }) else { return }
        try await publish(name, configuration, tasks)
    }

    /// Says what the connector does, unless someone else speaks for it by now.
    private func report(_ status: ConnectStatus.State, _ failure: (any Error)? = nil) async {
        guard state.withLock({ $0.phase }) == .living else { return }
        await statuses.report(name, status, failure, version: version)
    }

    /// What the connector sees of the worker.
    private struct Context: ConnectorContext {
        let runner: ConnectorRunner

        var logger: ConnectLogger { runner.logger.forAuthors }

        func requestTaskReconfiguration() async { runner.command.yield(.divide) }

        func raise(_ error: any Error) async { runner.command.yield(.fail(error)) }
    }
}
