import Synchronization

/// Wakes the one task that polls. A signal that nobody waits for is kept for the next wait.
final class PollSignal: Sendable {
    private struct State {
        var isSet = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let scheduler: ClientScheduler
    private let state = Mutex(State())

    init(scheduler: ClientScheduler) { self.scheduler = scheduler }

    /// Wakes whoever waits, or makes the next wait return at once.
    func set() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isSet = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for a signal, for `deadline`, or for the task's cancellation.
    func wait(until deadline: ContinuousClock.Instant) async {
        let delay = ContinuousClock.now.duration(to: deadline)
        guard delay > .zero, !Task.isCancelled else { return }
        // A timer that fires late leaves a signal behind: one more turn of the caller's loop, no harm.
        let timer = scheduler.schedule(after: delay) { self.set() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isSet = state.withLock { state in
                    if state.isSet {
                        state.isSet = false
                        return true
                    }
                    precondition(state.waiter == nil, "two tasks poll one consumer")
                    state.waiter = continuation
                    return false
                }
                if isSet { continuation.resume() }
            }
        } onCancel: {
            set()
        }
        timer.cancel()
    }
}
