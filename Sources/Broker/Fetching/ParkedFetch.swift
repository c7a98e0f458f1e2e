import KafkaProtocol
import NIOCore
import Synchronization

/// A fetch that waits until enough bytes are there, or its deadline.
///
/// Each of its partitions wakes it for itself, and only that one is looked at then: with many partitions, an append to one
/// of them costs no more than with one. Safe to use from any thread.
final class ParkedFetch: Expiring, Abandonable {
    typealias Finish = @Sendable ([FetchPlan.Outcome]) -> Void

    /// What is waited for and where the outcome goes.
    private struct Wait {
        var plan: FetchPlan
        var finish: Finish
        /// The bytes that were last found in each partition, as if it were the only one.
        var bytes: [Int]
        var total = 0
    }

    /// The fetch in the place of one partition: run by what happens there.
    private final class Place: Completion {
        private let fetch: ParkedFetch
        private let index: Int

        init(_ fetch: ParkedFetch, _ index: Int) {
            self.fetch = fetch
            self.index = index
        }

        var loop: any EventLoop { fetch.loop }

        func run() { fetch.lookAgain(at: index) }
    }

    let loop: any EventLoop
    private let minBytes: Int
    /// Taken by whoever ends the wait: what is done holds on to nothing, however far its deadline is.
    private let wait: Mutex<Wait?>
    /// Where it waits.
    private let places: Mutex<[(partition: Partition, place: Place)]>

    /// Creates a wait; nothing happens before ``park(deadlines:timeout:)``.
    ///
    /// - Parameter finish: Called at most once, with what there is then; not at all if the client goes away.
    init(plan: FetchPlan, minBytes: Int, loop: any EventLoop, finish: @escaping Finish) {
        self.minBytes = minBytes
        self.loop = loop
        wait = Mutex(Wait(plan: plan, finish: finish, bytes: Array(repeating: 0, count: plan.entries.count)))
        places = Mutex([])
    }

    private var plan: FetchPlan? { wait.withLock { $0?.plan } }

    var isDone: Bool { wait.withLock { $0 == nil } }

    /// Begins to wait.
    func park(deadlines: Deadlines, timeout: Duration) {
        // The client may have gone before this.
        guard let plan else { return }
        let places = plan.entries.indices.compactMap { index in
            (try? plan.entries[index].partition.get()).map { ($0, Place(self, index)) }
        }
        self.places.withLock { $0 = places }
        for (partition, place) in places { partition.park(place, ofFollower: plan.follower != nil) }
        deadlines.add(self, timeout: timeout)
        // Records that came between the first look and the parking have woken no one.
        for index in plan.entries.indices where !isDone { lookAgain(at: index) }
        // Whoever has ended it while it was being parked has taken it only from where it was by then.
        if isDone {
            _ = takePlaces()
            unpark(places, plan)
        }
    }

    /// Looks at one partition, and at all of them if that makes enough.
    private func lookAgain(at index: Int) {
        guard let plan else { return }
        let found = plan.look(at: index)
        let isDue = wait.withLock { wait in
            guard var state = wait.take() else { return false }
            state.total += found.bytes - state.bytes[index]
            state.bytes[index] = found.bytes
            defer { wait = state }
            return found.isUrgent || state.total >= minBytes
        }
        guard isDue else { return }
        let all = plan.look()
        if all.bytes >= minBytes || all.isUrgent { end()?(all.outcomes) }
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
        unpark(takePlaces(), wait.plan)
        return wait.finish
    }

    /// The places and the fetch hold on to each other for as long as it waits.
    private func takePlaces() -> [(partition: Partition, place: Place)] {
        places.withLock { places in
            defer { places = [] }
            return places
        }
    }

    private func unpark(_ places: [(partition: Partition, place: Place)], _ plan: FetchPlan) {
        for (partition, place) in places { partition.unpark(place, ofFollower: plan.follower != nil) }
    }
}
