import KafkaProtocol
import LogCore
import NIOCore
import Synchronization

/// A fetch that waits until enough bytes are there, or its deadline.
///
/// It is run when its partitions have news, and only those are looked at then: with many partitions, an append to one of
/// them costs no more than with one. Safe to use from any thread.
final class ParkedFetch: Completion, Expiring, Abandonable {
    typealias Finish = @Sendable (FetchPlan, [FetchPlan.Outcome]) -> Void

    /// What is waited for and where the outcome goes.
    private struct Wait {
        var plan: FetchPlan
        var finish: Finish
        /// By slot: where the plan has it, and the bytes that were last found there as if it were the only one.
        var found: [Int: (index: Int, bytes: Int)] = [:]
        var total = 0

        init(_ plan: FetchPlan, _ outcomes: [FetchPlan.Outcome], _ finish: @escaping Finish) {
            self.plan = plan
            self.finish = finish
            for (index, (entry, outcome)) in zip(plan.entries, outcomes).enumerated() {
                found[entry.slot] = (index, 0)
                note(outcome.slice?.byteCount ?? 0, at: entry.slot)
            }
        }

        /// Takes over partitions that have news.
        mutating func add(_ entries: [FetchPlan.Entry]) {
            for entry in entries where found[entry.slot] == nil {
                found[entry.slot] = (plan.entries.count, 0)
                plan.entries.append(entry)
            }
        }

        mutating func note(_ bytes: Int, at slot: Int) {
            guard let before = found[slot] else { return }
            total += bytes - before.bytes
            found[slot] = (before.index, bytes)
        }
    }

    let loop: any EventLoop
    private let minBytes: Int
    /// Taken by whoever ends the wait: what is done holds on to nothing, however far its deadline is.
    private let wait: Mutex<Wait?>
    private let watch: FetchWatch
    /// Whether the watch is that of a session, which goes on.
    private let isOfSession: Bool

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameters:
    ///   - outcomes: What was found in the plan's partitions so far.
    ///   - watch: That of the session, if there is one; the plan's partitions were taken from it.
    ///   - finish: Called at most once, with what there is then; not at all if the client goes away.
    init(
        plan: FetchPlan, _ outcomes: [FetchPlan.Outcome], watch: FetchWatch?, minBytes: Int, loop: any EventLoop,
        finish: @escaping Finish
    ) {
        self.minBytes = minBytes
        self.loop = loop
        wait = Mutex(Wait(plan, outcomes, finish))
        self.watch = watch ?? FetchWatch(plan.entries, isFollower: plan.follower != nil)
        isOfSession = watch != nil
    }

    var isDone: Bool { wait.withLock { $0 == nil } }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        // The client may have gone before this.
        guard !isDone else { return }
        deadlines.add(self, timeout: timeout)
        if watch.park(self) { run() }
        // Whoever has ended it while it was being parked has taken it only from where it was by then.
        if isDone { leave() }
    }

    /// Looks at the partitions that have news, and at all of them if that makes enough.
    func run() {
        guard let (plan, entries) = takeNews() else { return }
        let found = entries.map { plan.look(at: $0) }
        let isDue = wait.withLock { wait in
            guard wait != nil else { return false }
            for (entry, found) in zip(entries, found) { wait?.note(found.bytes, at: entry.slot) }
            return found.contains(where: \.isUrgent) || (wait?.total ?? 0) >= minBytes
        }
        guard isDue else { return }
        let all = plan.look()
        if all.bytes >= minBytes || all.isUrgent { end()?(plan, all.outcomes) }
    }

    func expire() {
        guard let (plan, _) = takeNews() else { return }
        let outcomes = plan.look().outcomes
        end()?(plan, outcomes)
    }

    func abandon() {
        // The session's next request looks at them.
        if let plan = wait.withLock({ $0?.plan }), end() != nil { watch.open(plan.entries.lazy.map(\.slot)) }
    }

    /// Takes over what has news; returns the plan with it, `nil` if the wait is over.
    private func takeNews() -> (plan: FetchPlan, entries: [FetchPlan.Entry])? {
        guard !isDone else { return nil }
        let entries = watch.take()
        let plan = wait.withLock { wait in
            wait?.add(entries)
            return wait?.plan
        }
        guard let plan else {
            watch.open(entries.lazy.map(\.slot))
            return nil
        }
        return (plan, entries)
    }

    /// Ends the wait; returns where the outcome goes, `nil` if someone was faster.
    private func end() -> Finish? {
        guard let wait = wait.withLock({ $0.take() }) else { return nil }
        leave()
        return wait.finish
    }

    /// The watch and the fetch hold on to each other for as long as it waits.
    private func leave() {
        watch.unpark(self)
        if !isOfSession { watch.end() }
    }
}
