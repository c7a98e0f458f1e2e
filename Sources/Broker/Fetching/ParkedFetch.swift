import KafkaProtocol
import NIOCore
import Synchronization

/// A fetch that waits until enough bytes are there: run by the high watermarks that move, or by its deadline.
final class ParkedFetch: Completion, Expiring, Abandonable {
    typealias Finish = @Sendable ([FetchPlan.Outcome]) -> Void

    /// What is waited for and where the outcome goes.
    private struct Wait {
        var plan: FetchPlan
        var finish: Finish
    }

    let loop: any EventLoop
    private let minBytes: Int
    /// Taken by whoever ends the wait: what is done holds on to nothing, however far its deadline is.
    private let wait: Mutex<Wait?>

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called at most once, with what there is then; not at all if the client goes away.
    init(plan: FetchPlan, minBytes: Int, loop: any EventLoop, finish: @escaping Finish) {
        self.minBytes = minBytes
        self.loop = loop
        wait = Mutex(Wait(plan: plan, finish: finish))
    }

    private var plan: FetchPlan? { wait.withLock { $0?.plan } }

    var isDone: Bool { wait.withLock { $0 == nil } }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        // The client may have gone before this.
        guard let plan else { return }
        for partition in plan.partitions { partition.park(self, ofFollower: plan.follower != nil) }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        run()
        // Whoever has ended it while it was being parked has taken it only from where it was by then.
        if isDone { unpark(plan) }
    }

    func run() {
        guard let plan else { return }
        let found = plan.look()
        if found.bytes >= minBytes || found.isUrgent { end()?(found.outcomes) }
    }

    func expire() {
        guard let plan else { return }
        let outcomes = plan.look().outcomes
        end()?(outcomes)
    }

    func abandon() { _ = end() }

    /// Ends the wait; returns where the outcome goes, `nil` if someone was faster.
    private func end() -> Finish? {
        guard let wait = wait.withLock({ $0.take() }) else { return nil }
        unpark(wait.plan)
        return wait.finish
    }

    private func unpark(_ plan: FetchPlan) {
        for partition in plan.partitions { partition.unpark(self, ofFollower: plan.follower != nil) }
    }
}
