import Synchronization

/// Wakes the one task that polls. A signal that nobody waits for is kept for the next wait.
final class PollSignal: Sendable {
    private struct State {
        var isSet = false
        var waiter: CheckedContinuation<Void, Never>?
        /// When the one who waits is to be woken.
        var deadline: ContinuousClock.Instant?
        /// The timer that is set, and when it fires; one that is early serves for the next wait, too.
        var timer: (fires: ContinuousClock.Instant, timer: ClientScheduler.Timer?)?
    }

    private let scheduler: ClientScheduler
    private let state = Mutex(State())

    init(scheduler: ClientScheduler) { self.scheduler = scheduler }

    /// Whether somebody waits.
    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    /// Wakes whoever waits, or makes the next wait return at once.
    func set() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter.take() else {
                state.isSet = true
                return nil
            }
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a signal, for `deadline`, or for the task's cancellation.
    func wait(until deadline: ContinuousClock.Instant) async {
        guard ContinuousClock.now < deadline, !Task.isCancelled else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isSet, needsTimer) = state.withLock { state in
                    if state.isSet {
                        state.isSet = false
                        return (true, false)
                    }
                    precondition(state.waiter == nil, "two tasks poll one consumer")
                    state.waiter = continuation
                    state.deadline = deadline
                    if let timer = state.timer, timer.fires <= deadline { return (false, false) }
                    state.timer?.timer?.cancel()
                    state.timer = (deadline, nil)
                    return (false, true)
                }
                if isSet { continuation.resume() }
                // One for many waits: who is told of records each millisecond has no timer set each time.
                if needsTimer { setTimer(deadline) }
            }
        } onCancel: {
            set()
        }
    }

    private func setTimer(_ time: ContinuousClock.Instant) {
        let delay = max(.zero, ContinuousClock.now.duration(to: time))
        let timer = scheduler.schedule(after: delay) { [weak self] in self?.fire(at: time) }
        // Unless it has fired, or one before it was asked for meanwhile.
        state.withLock { if $0.timer?.fires == time { $0.timer?.timer = timer } }
    }

    private func fire(at time: ContinuousClock.Instant) {
        let (waiter, next) = state.withLock { state -> (CheckedContinuation<Void, Never>?, ContinuousClock.Instant?) in
            guard state.timer?.fires == time else { return (nil, nil) }
            state.timer = nil
            guard state.waiter != nil, let deadline = state.deadline else { return (nil, nil) }
            if deadline <= time { return (state.waiter.take(), nil) }
            state.timer = (deadline, nil)
            return (nil, deadline)
        }
        waiter?.resume()
        if let next { setTimer(next) }
    }
}
