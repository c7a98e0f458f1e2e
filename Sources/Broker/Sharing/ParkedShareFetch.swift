import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A share fetch that waits until there are enough records for its member: run by the high watermarks that move, by
/// records that others give back, or by its deadline.
final class ParkedShareFetch: Completion, Expiring, Abandonable {
    typealias Finish = @Sendable ([ShareFetchPlan.Outcome]) -> Void

    /// What is waited for and where the outcome goes.
    private struct Wait {
        var plan: ShareFetchPlan
        var finish: Finish
    }

    private enum State {
        case waiting(Wait)
        /// Records are being taken for the member; what happens meanwhile is looked at afterwards.
        case taking(hasNews: Bool, isOver: Bool)
        /// What is done holds on to nothing, however far its deadline is.
        case done
    }

    let loop: any EventLoop
    private let pool: NIOThreadPool
    private let state: Mutex<State>

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called at most once, with what the member was given; not at all if it goes away.
    init(plan: ShareFetchPlan, loop: any EventLoop, pool: NIOThreadPool, finish: @escaping Finish) {
        self.loop = loop
        self.pool = pool
        state = Mutex(.waiting(Wait(plan: plan, finish: finish)))
    }

    var isDone: Bool { state.withLock { if case .done = $0 { true } else { false } } }

    /// Begins to wait; on the loop.
    func park(deadlines: Deadlines, timeout: Duration) {
        // The client may have gone before this.
        guard let plan = plan(isOver: false) else { return }
        for shared in plan.queues {
            shared.park(self)
            shared.partition.park(self)
        }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        run()
        // Whoever has ended it while it was being parked has taken it only from where it was by then.
        if isDone { unpark(plan) }
    }

    func run() {
        guard let plan = plan(isOver: false) else { return }
        let found = plan.look()
        guard found.bytes >= plan.minBytes || found.hasError else { return }
        take(found.looks, isLast: false)
    }

    func expire() {
        guard let plan = plan(isOver: true) else { return }
        take(plan.look().looks, isLast: true)
    }

    func abandon() {
        let plan = state.withLock { state -> ShareFetchPlan? in
            defer { state = .done }
            return if case .waiting(let wait) = state { wait.plan } else { nil }
        }
        if let plan { unpark(plan) }
    }

    /// What to look for; `nil` where someone is at it, who is told that there is something new.
    private func plan(isOver: Bool) -> ShareFetchPlan? {
        state.withLock { state in
            switch state {
            case .waiting(let wait): return wait.plan
            case .taking(_, let wasOver):
                state = .taking(hasNews: true, isOver: wasOver || isOver)
                return nil
            case .done: return nil
            }
        }
    }

    /// Takes records for the member; without any the wait goes on, unless its time is over.
    private func take(_ looks: [SharedPartition.Look], isLast: Bool) {
        let wait = state.withLock { state -> Wait? in
            guard case .waiting(let wait) = state else { return nil }
            state = .taking(hasNews: false, isOver: false)
            return wait
        }
        guard let wait else { return }
        wait.plan.acquire(looks, on: pool) { [self] outcomes, isEmpty in
            didTake(outcomes, goesOn: isEmpty && !isLast, wait)
        }
    }

    private func didTake(_ outcomes: [ShareFetchPlan.Outcome], goesOn: Bool, _ wait: Wait) {
        let (isDone, hasNews, isOver) = state.withLock { state -> (Bool, Bool, Bool) in
            // Whoever went away meanwhile gets what it was given no more: its locks end by themselves.
            guard case .taking(let hasNews, let isOver) = state else { return (true, false, false) }
            state = goesOn ? .waiting(wait) : .done
            return (false, hasNews, isOver)
        }
        guard !isDone else { return unpark(wait.plan) }
        if goesOn {
            if hasNews || isOver { loop.execute { isOver ? self.expire() : self.run() } }
        } else {
            unpark(wait.plan)
            wait.finish(outcomes)
        }
    }

    private func unpark(_ plan: ShareFetchPlan) {
        for shared in plan.queues {
            shared.unpark(self)
            shared.partition.unpark(self)
        }
    }
}
