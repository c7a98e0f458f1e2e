import HeapModule
import NIOCore
import Synchronization

/// A waiting request that has to be answered by some time, come what may.
protocol Expiring: AnyObject, Sendable {
    /// Where it is finished.
    var loop: any EventLoop { get }
    /// Whether it has been answered.
    var isDone: Bool { get }
    /// Answers with what there is.
    func expire()
}

/// The deadlines of all waiting requests, in one heap with one timer: no timer for each of them, and none at all while
/// nothing waits.
///
/// Nearly every request is answered before its deadline, and answering takes no look at the heap: what is done stays
/// until its deadline or until the heap has doubled, whichever comes first. Safe to use from any thread.
final class Deadlines: Sendable {
    private struct Entry: Comparable {
        var deadline: NIODeadline
        var request: any Expiring

        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
        static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
    }

    private struct State {
        var entries = Heap<Entry>()
        /// The number of entries at which those that are done are swept out.
        var sweepCount = Deadlines.leastSweepCount
        /// When the timer that counts goes off; those set before it find another time here and do nothing.
        var wakeUp: NIODeadline?
    }

    /// How late an answer may be past its deadline: deadlines this near to each other share a timer.
    private static let tick = TimeAmount.milliseconds(5)
    /// Small enough that what is done holds little memory, large enough that sweeping costs nothing.
    private static let leastSweepCount = 1024

    private let state = Mutex(State())
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    /// Has `request` expire after `timeout`, unless it is done by then.
    ///
    /// - Complexity: amortised O(1) when timeouts are alike, O(log *n*) otherwise.
    func add(_ request: any Expiring, timeout: Duration) {
        let now = NIODeadline.now()
        let deadline = now + TimeAmount(timeout)
        let wakeUp = state.withLock { state -> NIODeadline? in
            state.entries.insert(Entry(deadline: deadline, request: request))
            if state.entries.count >= state.sweepCount {
                state.entries = Heap(state.entries.unordered.filter { !$0.request.isDone })
                state.sweepCount = max(Self.leastSweepCount, 2 * state.entries.count)
            }
            if let set = state.wakeUp, set <= deadline + Self.tick { return nil }
            state.wakeUp = max(deadline, now + Self.tick)
            return state.wakeUp
        }
        if let wakeUp { schedule(wakeUp) }
    }

    /// The entries held, done or not.
    var count: Int { state.withLock { $0.entries.count } }

    private func schedule(_ wakeUp: NIODeadline) {
        loop.scheduleTask(deadline: wakeUp) { [self] in fire(wakeUp) }
    }

    private func fire(_ scheduled: NIODeadline) {
        let now = NIODeadline.now()
        let (expired, next) = state.withLock { state -> ([any Expiring], NIODeadline?) in
            guard state.wakeUp == scheduled else { return ([], nil) }
            var expired: [any Expiring] = []
            while let first = state.entries.min, first.deadline <= now || first.request.isDone {
                state.entries.removeMin()
                if !first.request.isDone { expired.append(first.request) }
            }
            state.wakeUp = state.entries.min.map { max($0.deadline, now + Self.tick) }
            return (expired, state.wakeUp)
        }
        for request in expired { request.loop.execute { request.expire() } }
        if let next { schedule(next) }
    }
}

extension TimeAmount {
    /// A duration for NIO's timers, which count nanoseconds in 64 bits; longer ones become the longest that a deadline
    /// can bear.
    init(_ duration: Duration) {
        // Half of what 64 bits hold is 146 years, and leaves room to be added to the present.
        let longest = Duration.nanoseconds(Int64.max / 2)
        self = .nanoseconds(Int64(min(max(duration, .zero), longest) / .nanoseconds(1)))
    }
}
