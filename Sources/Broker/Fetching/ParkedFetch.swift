import KafkaProtocol
import NIOCore
import Synchronization

/// A fetch that waits until enough bytes are there: run by the high watermarks that move, or by its deadline.
final class ParkedFetch: Completion, Expiring {
    let loop: any EventLoop
    private let plan: FetchPlan
    private let minBytes: Int
    private let finish: @Sendable ([FetchPlan.Outcome]) -> Void
    private let done = Atomic<Bool>(false)

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called once, on `loop`, with what there is then.
    init(
        plan: FetchPlan, minBytes: Int, loop: any EventLoop, finish: @escaping @Sendable ([FetchPlan.Outcome]) -> Void
    ) {
        self.plan = plan
        self.minBytes = minBytes
        self.loop = loop
        self.finish = finish
    }

    var isDone: Bool { done.load(ordering: .acquiring) }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        for case .success(let partition) in plan.entries.map(\.partition) { partition.park(self) }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        run()
    }

    func run() {
        guard !isDone else { return }
        let found = plan.look()
        if found.bytes >= minBytes || found.hasError { complete(found.outcomes) }
    }

    func expire() {
        guard !isDone else { return }
        complete(plan.look().outcomes)
    }

    private func complete(_ outcomes: [FetchPlan.Outcome]) {
        guard !done.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for case .success(let partition) in plan.entries.map(\.partition) { partition.unpark(self) }
        finish(outcomes)
    }
}
