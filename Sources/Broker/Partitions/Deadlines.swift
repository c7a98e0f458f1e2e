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

/// The deadlines of all waiting requests, looked at every few milliseconds while there are any: no timer for each of them.
///
/// Safe to use from any thread.
final class Deadlines: Sendable {
    private struct State {
        var waiting: [ObjectIdentifier: (request: any Expiring, deadline: NIODeadline)] = [:]
        var isTicking = false
    }

    /// How late an answer may be past its deadline.
    private static let tick = TimeAmount.milliseconds(5)

    private let state = Mutex(State())
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    /// Has `request` expire after `timeout`, unless it is done by then.
    func add(_ request: any Expiring, timeout: Duration) {
        let deadline = NIODeadline.now() + .nanoseconds(Int64(clamping: Int(timeout / .nanoseconds(1))))
        let startsTicking = state.withLock { state in
            state.waiting[ObjectIdentifier(request)] = (request, deadline)
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if startsTicking { schedule() }
    }

    /// Forgets a request that was answered.
    func remove(_ request: any Expiring) {
        _ = state.withLock { $0.waiting.removeValue(forKey: ObjectIdentifier(request)) }
    }

    private func schedule() { loop.scheduleTask(in: Self.tick) { [self] in fire() } }

    private func fire() {
        let now = NIODeadline.now()
        let (expired, isEmpty) = state.withLock { state in
            var expired: [any Expiring] = []
            for (key, entry) in state.waiting where entry.deadline <= now || entry.request.isDone {
                state.waiting[key] = nil
                expired.append(entry.request)
            }
            state.isTicking = !state.waiting.isEmpty
            return (expired, state.waiting.isEmpty)
        }
        for request in expired where !request.isDone { request.loop.execute { request.expire() } }
        if !isEmpty { schedule() }
    }
}
