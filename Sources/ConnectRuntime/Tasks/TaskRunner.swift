import ConnectAPI
import Logging
import Synchronization

/// What a running task needs from its worker.
struct TaskEnvironment: Sendable {
    let id: ConnectorTaskID
    /// The task's own configuration.
    let configuration: [String: String]
    /// The configuration of its connector when the tasks were committed.
    let connectorConfiguration: [String: String]
    let worker: WorkerConfiguration
    let plugins: PluginCatalog
    let clients: WorkerClients
    let offsets: OffsetStore
    let statuses: StatusReporter
    let logger: Logger
}

/// Runs a source or sink task: the life cycle that both have.
///
/// The life cycle is a task of its own on a ``TaskThread``; ``supervise()``, a child of the worker, waits for its end,
/// but for no longer than the worker's patience once it was told to stop: code that hangs costs its thread and nothing
/// else.
final class TaskRunner: Sendable {
    /// The part that differs between source and sink.
    protocol Work: Sendable {
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

    let id: ConnectorTaskID
    private let control: TaskControl
    private let work: any Work
    private let thread: TaskThread
    private let environment: TaskEnvironment
    private let completion = Completion()
    private let isAbandoned = Mutex(false)

    init(_ environment: TaskEnvironment, control: TaskControl, thread: TaskThread, work: any Work) {
        id = environment.id
        self.environment = environment
        self.control = control
        self.thread = thread
        self.work = work
    }

    /// Has the task pause or go on.
    func setPaused(_ isPaused: Bool) { control.demand(isPaused ? .pause : .run) }

    /// Has the task end; it gets the worker's shutdown timeout for that.
    func stop() {
        control.demand(.stop)
        let timeout = environment.worker.taskShutdownTimeout
        Task { [self] in
            try? await Task.sleep(for: timeout)
            guard !completion.isDone else { return }
            isAbandoned.withLock { $0 = true }
            environment.logger.error(
                "a task did not stop in time and is abandoned", metadata: ["task": "\(id)", "timeout": "\(timeout)"])
            completion.complete()
        }
    }

    /// Waits until the task has ended or was abandoned.
    func wait() async { await completion.wait() }

    /// Runs the task from start to end.
    func supervise() async {
        Task(executorPreference: thread) { [self] in
            await live()
            completion.complete()
            thread.shutdown()
        }
        await completion.wait()
        guard isAbandoned.withLock({ $0 }) else { return }
        // Kafka being away may be what the task hangs on, so this must not wait for it either.
        await Completion.await(atMost: environment.worker.taskShutdownTimeout) { [self] in
            await work.abandon()
            await report(.unassigned)
        }
    }

    private func live() async {
        guard !control.isStopping else { return }
        var failure: (any Error)?
        do {
            try await work.start()
            try await loop()
        } catch {
            failure = error
        }
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
        guard !isAbandoned.withLock({ $0 }) else { return }
        if let failure, !control.isStopping {
            environment.logger.error("a task failed", metadata: ["task": "\(id)", "error": "\(failure)"])
            await report(.failed, failure)
        } else {
            await report(.unassigned)
        }
    }

    private func loop() async throws {
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

    private func report(_ state: ConnectStatus.State, _ failure: (any Error)? = nil) async {
        await environment.statuses.report(id, state, failure)
    }
}
