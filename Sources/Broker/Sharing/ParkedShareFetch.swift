import KafkaProtocol
import NIOCore
import Synchronization

/// A share fetch that waits until there are enough records for its member: run by the high watermarks that move, by
/// records that others give back, or by its deadline.
final class ParkedShareFetch: Completion, Expiring, Abandonable {
    typealias Finish = @Sendable ([ShareFetchPlan.Outcome]) -> Void

    private enum State {
        case waiting(Finish)
        /// Someone is taking records for the member.
        case taking
        case done
    }

    let loop: any EventLoop
    private let plan: ShareFetchPlan
    private let state: Mutex<State>

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called at most once, with what the member was given; not at all if it goes away.
    init(plan: ShareFetchPlan, loop: any EventLoop, finish: @escaping Finish) {
        self.plan = plan
        self.loop = loop
        state = Mutex(.waiting(finish))
    }

    var isDone: Bool { state.withLock { if case .done = $0 { true } else { false } } }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        for case .success(let shared) in plan.entries.lazy.map(\.shared) {
            shared.park(self)
            shared.partition.park(self)
        }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        run()
    }

    func run() {
        guard !isDone else { return }
        let found = plan.look()
        guard found.bytes >= plan.minBytes || found.hasError else { return }
        take(found.looks, isLast: false)
    }

    func expire() {
        guard !isDone else { return }
        take(plan.look().looks, isLast: true)
    }

    func abandon() {
        state.withLock { $0 = .done }
        unpark()
    }

    /// Takes records for the member; without any the wait goes on, unless its time is over.
    private func take(_ looks: [SharedPartition.Look], isLast: Bool) {
        let finish = state.withLock { state -> Finish? in
            guard case .waiting(let finish) = state else { return nil }
            state = .taking
            return finish
        }
        guard let finish else { return }
        let (outcomes, isEmpty) = plan.acquire(looks)
        let goesOn = state.withLock { state -> Bool in
            // Whoever went away meanwhile gets what it was given no more: its locks end by themselves.
            guard case .taking = state else { return false }
            state = isEmpty && !isLast ? .waiting(finish) : .done
            return true
        }
        guard goesOn, !isEmpty || isLast else { return }
        unpark()
        finish(outcomes)
    }

    private func unpark() {
        for case .success(let shared) in plan.entries.lazy.map(\.shared) {
            shared.unpark(self)
            shared.partition.unpark(self)
        }
    }
}
