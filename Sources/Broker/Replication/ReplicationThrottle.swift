import NIOCore
import Synchronization

/// Bounds the bytes a second that followers of throttled partitions are given, or that this node copies of them as a
/// follower, so that moving replicas leaves room for clients (KIP-73).
///
/// What went over is noticed after it went; what comes next waits. Safe to use from any thread.
final class ReplicationThrottle: Sendable {
    /// Which end of the copying is bounded.
    enum Side: Int, Sendable {
        case leader
        case follower

        /// The topic's setting that lists the replicas that are throttled.
        var replicasKey: String { "\(self).replication.throttled.replicas" }

        /// The broker's setting of the bytes a second.
        var rateKey: String { "\(self).replication.throttled.rate" }
    }

    private struct State {
        var rate = SlidingRate()
        var limit: Double
    }

    private let side: Side
    private let windows: SlidingRate.Windows
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameter now: The time in milliseconds, of a clock that never goes back; injected so that tests can move it.
    init(
        _ side: Side, _ configuration: BrokerConfiguration,
        now: @escaping @Sendable () -> Int64 = { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }
    ) {
        self.side = side
        self.now = now
        windows = SlidingRate.Windows(
            count: configuration.integer("replication.quota.window.num"),
            milliseconds: Int64(configuration.integer("replication.quota.window.size.seconds")) * 1000)
        state = Mutex(State(limit: configuration.number(side.rateKey)))
    }

    /// Puts a new bound in force; what was measured stays.
    func apply(_ configuration: BrokerConfiguration) {
        state.withLock { $0.limit = configuration.number(side.rateKey) }
    }

    /// Whether more went in the last windows than may go.
    var isExceeded: Bool {
        state.withLock { $0.rate.perSecond(at: now(), windows) > $0.limit }
    }

    /// Takes into account what went of throttled partitions.
    func record(_ bytes: Int) {
        guard bytes > 0 else { return }
        state.withLock { $0.rate.record(Double(bytes), at: now(), windows) }
    }

    /// How long one that found it exceeded waits before it looks again: a window at most, for the bound may change.
    var delay: Duration {
        let milliseconds = state.withLock { state -> Double in
            let rate = state.rate.perSecond(at: now(), windows)
            guard rate > state.limit, state.limit > 0 else { return Double(windows.milliseconds) }
            return (rate / state.limit - 1) * Double(windows.milliseconds)
        }
        return .milliseconds(Int64(min(max(milliseconds, 1), Double(windows.milliseconds))))
    }
}

/// Both ends of a node's copying.
struct ReplicationThrottles: Sendable {
    let leader: ReplicationThrottle
    let follower: ReplicationThrottle

    init(_ configuration: BrokerConfiguration) {
        leader = ReplicationThrottle(.leader, configuration)
        follower = ReplicationThrottle(.follower, configuration)
    }

    /// Puts new bounds in force.
    func apply(_ configuration: BrokerConfiguration) {
        leader.apply(configuration)
        follower.apply(configuration)
    }
}

/// The replicas of a topic that are throttled, as its settings list them.
struct ThrottledReplicas: Sendable {
    private enum Members {
        case all
        /// Each as `partition:broker`.
        case listed(Set<String>)
    }

    private let members: [ReplicationThrottle.Side: Members]

    /// Reads a topic's settings, which have been checked.
    init(_ overrides: [String: String]) {
        members = Dictionary(
            uniqueKeysWithValues: [ReplicationThrottle.Side.leader, .follower].map { side in
                let parts = (overrides[side.replicasKey] ?? "").split(separator: ",").map(\.trimmed)
                return (side, parts == ["*"] ? Members.all : .listed(Set(parts)))
            })
    }

    /// Whether a node's copy of a partition is throttled, as the one that leads or as one that follows.
    func contains(_ partition: Int32, on node: Int32, as side: ReplicationThrottle.Side) -> Bool {
        switch members[side] {
        case .all: true
        case .listed(let names): names.contains("\(partition):\(node)")
        case nil: false
        }
    }
}
