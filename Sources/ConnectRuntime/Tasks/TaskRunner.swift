import ConnectAPI
import Logging
import Synchronization

/// What a running task needs from its worker.
struct TaskEnvironment: Sendable {
    let id: ConnectorTaskID
    /// The task's own configuration.
    var configuration: [String: String]
    /// The configuration of its connector when the tasks were committed.
    var connectorConfiguration: [String: String]
    let sharedWorker: Shared<WorkerConfiguration>
    let plugins: PluginCatalog
    var clients: WorkerClients
    let offsets: OffsetStore
    let statuses: StatusReporter
    let logger: Logger
    /// Strikes the connector's secrets out of what is said about the task.
    var redactor = SecretRedactor()
    /// Makes topics that a source's records are the first in; `nil` where the broker may do that by itself.
    var topicCreation: TopicCreation? = nil
    /// Takes note of the topics that the task uses; `nil` where nobody asks.
    var activeTopics: ActiveTopics? = nil
    var metrics = TaskMetrics()

    /// The worker's configuration.
    var worker: WorkerConfiguration { sharedWorker.value }

    /// How the task is started again when it failed: as its connector says, or else the worker.
    var restarts: RestartSettings {
        // A value that is wrong was refused before there was a task.
        (try? RestartSettings(worker.properties, connectorConfiguration)) ?? worker.operations.restarts
    }
    /// For source tasks that write exactly once.
    var exactlyOnce: ExactlyOnceGuard? = nil
}

/// Runs a source or sink task: the life cycle that both have.
///
/// The life cycle is a task of its own on a ``TaskThread``; ``supervise()``, a child of the worker, waits for its end,
/// but for no longer than the worker's patience once it was told to stop: code that hangs costs its thread and nothing
/// else.
final class TaskRunner: Sendable {
    /// The part that differs between source and sink.
    protocol Work: Sendable {
        /// The version of the connector's task.
        var version: String { get }
        /// Prepares the connector's task.
        func start() async throws
        /// Works until the control demands a pause or a stop.
        func run() async throws
        /// Waits until the control no longer demands a pause.
        func idle() async throws
        /// Brings what was done to a point from which it can go on: stores offsets.
        func settle() async throws
        /// Ends the connector's task.
        func stop() async throws
        /// Does without the connector's task, which hangs: stores offsets if that can be done, and lets nothing more be
        /// done.
        func abandon() async
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
        var work: (any Work)?
        /// The version of the task that was made last.
        var version: String?
    }

    let id: ConnectorTaskID
    private let control: TaskControl
    private let makeWork: @Sendable () async throws -> any Work
    private let thread: TaskThread
    private let environment: TaskEnvironment
    private let completion = Completion()
    private let state = Mutex(State())

    /// Creates a runner that does nothing yet.
    ///
    /// - Parameter makeWork: Makes the connector's task, which is the connector's code already and runs on its thread.
    init(
        _ environment: TaskEnvironment, control: TaskControl, thread: TaskThread,
        makeWork: @escaping @Sendable () async throws -> any Work
    ) {
        id = environment.id
        self.environment = environment
        self.control = control
        self.thread = thread
        self.makeWork = makeWork
    }

    /// The version of the task that was made last; `nil` where none was.
    var version: String? { state.withLock(\.version) }

    /// Has the task pause or go on.
    func setPaused(_ isPaused: Bool) { control.demand(isPaused ? .pause : .run) }

    /// Has the task end; it gets the worker's shutdown timeout for that.
    func stop() {
        control.demand(.stop)
        let isFirst = state.withLock { state in
            defer { state.isStopRequested = true }
            return !state.isStopRequested
        }
        guard isFirst else { return }
        Task { [self] in
            try? await Task.sleep(for: environment.worker.taskShutdownTimeout)
            await giveUp()
        }
    }

    /// Waits until the task has ended or was abandoned.
    func wait() async { await completion.wait() }

    /// Runs the task from start to end.
    func supervise() async {
        state.withLock { $0.phase = .living }
        Task(executorPreference: thread) { [self] in
            await live()
            completion.complete()
        }
        await completion.wait()
    }

    /// Goes on without the task if it has not ended by now.
    private func giveUp() async {
        let (phase, work) = state.withLock { state in
            defer { if state.phase == .living { state.phase = .abandoned } }
            return (state.phase, state.work)
        }
        switch phase {
        case .new, .abandoned: return
        // Kafka being away may keep the last status; a successor need not wait for that.
        case .ending: return completion.complete()
        case .living: break
        }
        environment.logger.error("a task did not stop in time and is abandoned", metadata: ["task": "\(id)"])
        // Kafka may be what the task hangs on, so this must not wait for it either. It comes before the completion: what
        // a successor says of itself is said after this.
        await Completion.await(atMost: environment.worker.abandonmentTimeout) { [self] in
            await work?.abandon()
            guard !completion.isDone else { return }
            await environment.statuses.report(id, .unassigned, version: version)
        }
        completion.complete()
    }

    private func live() async {
        guard !control.isStopping else { return }
        var policy = RestartPolicy(environment.restarts)
        while let failure = await liveOnce() {
            guard !control.isStopping else { return await end(failure) }
            let decision = policy.decide(after: failure, at: .now)
            let noted = decision.notice(policy.settings).map { NotedError(error: failure, notice: $0) } ?? failure
            guard case .restart(let pause, _) = decision else { return await end(noted) }
            await rest(for: pause, after: noted)
            guard !control.isStopping else { break }
        }
        await end(nil)
    }

    /// Is FAILED for a while before the task is started again; a stop ends that.
    private func rest(for pause: Duration, after failure: any Error) async {
        state.withLock { $0.work = nil }
        environment.metrics.note { measurements, _ in measurements.restarts += 1 }
        environment.logger.error("a task failed", metadata: ["task": "\(id)", "error": "\(failure)"])
        let end = ContinuousClock.now + pause
        await report(.failed, failure)
        while !control.isStopping, ContinuousClock.now < end {
            await control.sleep(for: ContinuousClock.now.duration(to: end))
        }
    }

    /// Runs the task from its start to its end.
    ///
    /// - Returns: What it failed of; `nil` when it was told to end.
    private func liveOnce() async -> (any Error)? {
        var failure: (any Error)?
        do {
            if control.demand == .pause {
                // As with Kafka, a task that is paused from the first is not even started before it may run.
                await report(.paused)
                await control.wait(while: .pause)
            }
            guard !control.isStopping else { return nil }
            let work = try await thread.run { [self] in try await begin() }
            try await loop(work)
        } catch {
            failure = error
        }
        if let work = state.withLock({ $0.work }) {
            do {
                // Even a task that failed keeps what Kafka has of it.
                try await work.settle()
            } catch {
                failure = failure ?? error
            }
            do {
                try await work.stop()
            } catch {
                environment.logger.warning("a task failed to stop", metadata: ["task": "\(id)", "error": "\(error)"])
            }
        }
        return failure
    }

    /// Makes what the task does, and starts it.
    private func begin() async throws -> any Work {
        // Until there is a task again, none is told of.
        state.withLock { $0.version = nil }
        let work = try await makeWork()
        let version = work.version
        state.withLock { state in
            state.work = work
            state.version = version
        }
        // Making it may have taken so long that nobody waits for it any more.
        if !control.isStopping { try await work.start() }
        return work
    }

    /// Says how it ended, unless someone else has by now.
    private func end(_ failure: (any Error)?) async {
        let isAbandoned = state.withLock { state in
            if state.phase == .living { state.phase = .ending }
            return state.phase == .abandoned
        }
        guard !isAbandoned else { return }
        if let failure, !control.isStopping {
            environment.logger.error("a task failed", metadata: ["task": "\(id)", "error": "\(failure)"])
            await environment.statuses.report(id, .failed, failure, version: version)
        } else {
            if let failure {
                environment.logger.warning(
                    "a task failed while it ended", metadata: ["task": "\(id)", "error": "\(failure)"])
            }
            await environment.statuses.report(id, .unassigned, version: version)
        }
    }

    private func loop(_ work: any Work) async throws {
        while true {
            switch control.demand {
            case .run:
                await report(.running)
                try await work.run()
            case .pause:
                try await work.settle()
                await report(.paused)
                try await work.idle()
            case .stop: return
            }
        }
    }

    /// Says what the task does, unless someone else speaks for it by now.
    private func report(_ status: ConnectStatus.State, _ failure: (any Error)? = nil) async {
        guard state.withLock({ $0.phase }) == .living else { return }
        await thread.run { [self] in await environment.statuses.report(id, status, failure, version: version) }
    }
}
