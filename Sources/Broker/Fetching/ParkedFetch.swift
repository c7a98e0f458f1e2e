import KafkaProtocol
import NIOCore
import Synchronization

/// A fetch that waits until enough bytes are there: run by the high watermarks that move, or by its deadline.
final class ParkedFetch: Completion, Expiring, Abandonable {
    typealias Finish = @Sendable ([FetchPlan.Outcome]) -> Void

    let loop: any EventLoop
    private let plan: FetchPlan
    private let minBytes: Int
    /// Taken by whoever ends the wait: what is done holds on to no connection.
    private let finish: Mutex<Finish?>

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called at most once, with what there is then; not at all if the client goes away.
    init(plan: FetchPlan, minBytes: Int, loop: any EventLoop, finish: @escaping Finish) {
        self.plan = plan
        self.minBytes = minBytes
        self.loop = loop
        self.finish = Mutex(finish)
    }

    var isDone: Bool { finish.withLock { $0 == nil } }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        for case .success(let partition) in plan.entries.lazy.map(\.partition) { partition.park(self) }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        run()
    }

    func run() {
        guard !isDone else { return }
        let found = plan.look()
        if found.bytes >= minBytes || found.isUrgent { end()?(found.outcomes) }
    }

    func expire() {
        guard !isDone else { return }
        let outcomes = plan.look().outcomes
        end()?(outcomes)
    }

    func abandon() { _ = end() }

    /// Ends the wait; returns where the outcome goes, `nil` if someone was faster.
    private func end() -> Finish? {
        guard let finish = finish.withLock({ $0.take() }) else { return nil }
        for case .success(let partition) in plan.entries.lazy.map(\.partition) { partition.unpark(self) }
        return finish
    }
}
