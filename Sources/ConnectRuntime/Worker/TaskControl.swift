import Synchronization

/// How a runner's owner tells it to pause, to go on or to end.
///
/// The runner looks at it between two calls of the connector's code; a call that waits is interrupted by cancelling it.
final class TaskControl: Sendable {
    /// What the runner is to do.
    enum Demand: Sendable, Hashable {
        case run, pause, stop
    }

    private struct State {
        var demand: Demand
        /// How to interrupt the call that is under way.
        var interrupt: (@Sendable () -> Void)?
        /// Hears of every change.
        var listener: (@Sendable () -> Void)?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ demand: Demand) { state = Mutex(State(demand: demand)) }

    /// What the runner is to do now.
    var demand: Demand { state.withLock { $0.demand } }

    /// Whether the runner is to end.
    var isStopping: Bool { demand == .stop }

    /// Demands something else; nothing undoes a stop.
    func demand(_ demand: Demand) {
        let (interrupt, listener, waiters) = state.withLock { state in
            guard state.demand != .stop, state.demand != demand else {
                return (
                    nil as (@Sendable () -> Void)?, nil as (@Sendable () -> Void)?, [CheckedContinuation<Void, Never>]()
                )
            }
            state.demand = demand
            defer { state.waiters = [] }
            return (demand == .run ? nil : state.interrupt, state.listener, state.waiters)
        }
        interrupt?()
        listener?()
        for waiter in waiters { waiter.resume() }
    }

    /// Has `listener` hear of every change from now on.
    func onChange(_ listener: (@Sendable () -> Void)?) { state.withLock { $0.listener = listener } }

    /// Waits until the demand is no longer `demand`.
    func wait(while demand: Demand) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.demand == demand { state.waiters.append(continuation) }
                return state.demand != demand
            }
            if isOver { continuation.resume() }
        }
    }

    /// Runs an operation that is cancelled when a pause or a stop is demanded meanwhile.
    ///
    /// - Returns: `nil` when the demand kept it from running, or when it ended because of the cancellation.
    func interruptible<Result: Sendable>(
        on thread: TaskThread, _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let task = Task(executorPreference: thread, operation: operation)
        let mayRun = state.withLock { state in
            state.interrupt = { task.cancel() }
            return state.demand == .run
        }
        if !mayRun { task.cancel() }
        defer { state.withLock { $0.interrupt = nil } }
        do {
            return try await task.value
        } catch {
            if demand != .run { return nil }
            throw error
        }
    }
}
