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
        /// Those who wait for the next change.
        var waiters: [Completion] = []
    }

    private let state: Mutex<State>

    init(_ demand: Demand) { state = Mutex(State(demand: demand)) }

    /// What the runner is to do now.
    var demand: Demand { state.withLock { $0.demand } }

    /// Whether the runner is to end.
    var isStopping: Bool { demand == .stop }

    /// Demands something else; nothing undoes a stop.
    func demand(_ demand: Demand) {
        let before: State? = state.withLock { state in
            guard state.demand != .stop, state.demand != demand else { return nil }
            let before = state
            state.demand = demand
            state.waiters = []
            return before
        }
        guard let before else { return }
        if demand != .run { before.interrupt?() }
        before.listener?()
        for waiter in before.waiters { waiter.complete() }
    }

    /// Has `listener` hear of every change from now on.
    func onChange(_ listener: (@Sendable () -> Void)?) { state.withLock { $0.listener = listener } }

    /// Waits until the demand is no longer `demand`.
    func wait(while demand: Demand) async {
        while let change = nextChange(while: demand) { await change.wait() }
    }

    /// Waits for some time, or until something else is demanded.
    func sleep(for duration: Duration) async {
        guard let change = nextChange(while: demand) else { return }
        let timer = Task {
            try await Task.sleep(for: duration)
            change.complete()
        }
        await change.wait()
        timer.cancel()
        state.withLock { $0.waiters.removeAll { $0 === change } }
    }

    /// What completes with the next change; `nil` when the demand is another one already.
    private func nextChange(while demand: Demand) -> Completion? {
        let change = Completion()
        return state.withLock { state in
            guard state.demand == demand else { return nil }
            state.waiters.append(change)
            return change
        }
    }

    /// Runs an operation that is cancelled when a pause or a stop is demanded meanwhile.
    ///
    /// - Returns: `nil` when the demand kept it from beginning, or when it ended because of the cancellation, which it
    ///   says with `CancellationError`. What it returns in spite of it is returned: records that a source gave must not
    ///   get lost.
    /// - Throws: What else it throws, whatever was demanded meanwhile.
    func interruptible<Result: Sendable>(
        on thread: TaskThread, _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        // What begins can be called off already, or a demand in between would miss it. A caller on `thread`, as a
        // task's work is, keeps the operation from beginning anyhow until it waits for it: this waits for nothing there.
        let isReady = Completion()
        let task = Task(executorPreference: thread) {
            await isReady.wait()
            try Task.checkCancellation()
            return try await operation()
        }
        let mayBegin = state.withLock { state in
            state.interrupt = { task.cancel() }
            return state.demand == .run
        }
        if !mayBegin { task.cancel() }
        isReady.complete()
        defer { state.withLock { $0.interrupt = nil } }
        do {
            return try await task.value
        } catch is CancellationError where task.isCancelled {
            // The task tells, and not the demand: that may be to run again by the time the operation has ended.
            return nil
        }
    }
}
