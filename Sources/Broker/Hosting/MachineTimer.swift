import Coordination
import NIOCore
import Synchronization

/// The one timer of a machine that says when it next wants to hear that time has passed.
///
/// Safe to use from any thread.
final class MachineTimer: Sendable {
    private struct State {
        var deadline: CoordinationInstant?
        var scheduled: Scheduled<Void>?
    }

    private let state = Mutex(State())
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    /// Has `fire` called on the loop once `deadline` has passed.
    ///
    /// One that is set for the same time or an earlier one stays: who is called sets the timer anew. One for later is
    /// called off.
    func set(_ deadline: CoordinationInstant?, now: CoordinationInstant, fire: @escaping @Sendable () -> Void) {
        guard let deadline else { return }
        state.withLock { state in
            if let set = state.deadline, set <= deadline { return }
            state.scheduled?.cancel()
            state.deadline = deadline
            // A nanosecond more than the deadline, never less: the machine must find it passed.
            let wait = TimeAmount(max(.zero, deadline.sinceStart - now.sinceStart)) + .nanoseconds(1)
            state.scheduled = loop.scheduleTask(in: wait) { [weak self] in
                // One that was replaced in the moment in which it went off: the other one has been set.
                if self?.clear(deadline) == true { fire() }
            }
        }
    }

    private func clear(_ deadline: CoordinationInstant) -> Bool {
        state.withLock { state in
            guard state.deadline == deadline else { return false }
            state = State()
            return true
        }
    }
}
