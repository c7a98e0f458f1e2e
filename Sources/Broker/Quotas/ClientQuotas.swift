import NIOCore
import Synchronization

/// The windows of all quotas, from the settings.
struct QuotaWindows: Sendable {
    var clients: SlidingRate.Windows
    var mutations: SlidingRate.Windows

    init(_ configuration: BrokerConfiguration) {
        clients = SlidingRate.Windows(
            count: configuration.integer("quota.window.num"),
            milliseconds: Int64(configuration.integer("quota.window.size.seconds")) * 1000)
        mutations = SlidingRate.Windows(
            count: configuration.integer("controller.quota.window.num"),
            milliseconds: Int64(configuration.integer("controller.quota.window.size.seconds")) * 1000)
    }
}

/// Holds clients to their quotas: measures what they do, and says how long they have to pause (KIP-13, KIP-124, KIP-219,
/// KIP-599, KIP-612).
///
/// Without quotas it costs a look at a flag. Safe to use from any thread.
final class ClientQuotas: Sendable {
    /// Who does something.
    struct Client: Sendable, Hashable {
        var user: String
        var clientID: String
    }

    private struct Measured: Hashable {
        var key: QuotaKey
        var scope: QuotaEntity
    }

    private struct State {
        var table = QuotaTable()
        var rates: [Measured: SlidingRate] = [:]
        var buckets: [QuotaEntity: TokenBucket] = [:]
    }

    /// Clients that are measured at a time; anyone can make up client ids. Above it those go that have paused for all
    /// windows, which are like new, and if they are few any others.
    static let maxMeasured = 10_000
    /// How many go at once, so that going through all of them is not the work of every request.
    private static let sweepCount = maxMeasured / 8

    /// What is measured over.
    let windows: QuotaWindows
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())
    /// A bit for each kind of quota that someone has.
    private let limited = Atomic<UInt>(0)

    /// - Parameter now: The time in milliseconds, of a clock that never goes back; injected so that tests can move it.
    init(
        _ windows: QuotaWindows,
        now: @escaping @Sendable () -> Int64 = { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }
    ) {
        self.windows = windows
        self.now = now
    }

    /// Puts quotas in force; what was measured stays.
    func apply(_ quotas: [QuotaEntity: [QuotaKey: Double]]) {
        state.withLock { state in
            state.table = QuotaTable(quotas)
            let bits = QuotaKey.allCases.enumerated().reduce(UInt(0)) { bits, key in
                state.table.limits(key.element) ? bits | 1 << key.offset : bits
            }
            limited.store(bits, ordering: .relaxed)
        }
    }

    /// Whether anyone is limited in `key`.
    func limits(_ key: QuotaKey) -> Bool {
        let bits = limited.load(ordering: .relaxed)
        return bits != 0 && bits & 1 << (QuotaKey.allCases.firstIndex(of: key) ?? 0) != 0
    }

    /// Whether anyone is limited in anything.
    var isActive: Bool { limited.load(ordering: .relaxed) != 0 }

    /// Counts what a client has done.
    ///
    /// - Returns: How many milliseconds it has to pause; 0 if it is within its limit or has none.
    func record(_ key: QuotaKey, _ amount: Double, by client: Client) -> Int32 {
        guard limits(key) else { return 0 }
        return state.withLock { state in
            guard let limit = state.table.limit(key, user: client.user, clientID: client.clientID) else { return 0 }
            let delay = measure(key, amount, limit, &state)
            // Processing time is capped: one long request shall not shut a client out for longer than a window.
            return Self.milliseconds(
                key == .requestPercentage ? min(delay, Double(windows.clients.milliseconds)) : delay)
        }
    }

    /// Takes back what ``record(_:_:by:)`` counted: it was not done.
    func takeBack(_ key: QuotaKey, _ amount: Double, by client: Client) {
        guard limits(key) else { return }
        state.withLock { state in
            guard let limit = state.table.limit(key, user: client.user, clientID: client.clientID) else { return }
            state.rates[Measured(key: key, scope: limit.scope)]?.record(-amount, at: now(), windows.clients)
        }
    }

    /// The most that a client can do at once without having to pause whatever it did before; `nil` is no limit.
    func most(_ key: QuotaKey, of client: Client) -> Double? {
        guard limits(key) else { return nil }
        return state.withLock { state in
            state.table.limit(key, user: client.user, clientID: client.clientID).map {
                $0.value * Double(max(1, windows.clients.count - 1)) * Double(windows.clients.milliseconds) / 1000
            }
        }
    }

    /// Counts partitions that a client creates or deletes.
    ///
    /// - Parameter isStrict: Whether the change is refused while the client is in debt. Older clients do not know that
    ///   answer; they only have to pause (KIP-599).
    /// - Returns: Whether the change may be made, and how many milliseconds the client has to pause.
    func recordMutation(
        partitions: Int, by client: Client, isStrict: Bool
    ) -> (isAllowed: Bool, delay: Int32) {
        guard limits(.controllerMutationRate) else { return (true, 0) }
        return state.withLock { state in
            guard
                let limit = state.table.limit(
                    .controllerMutationRate, user: client.user, clientID: client.clientID)
            else { return (true, 0) }
            let now = now()
            if state.buckets[limit.scope] == nil, state.buckets.count >= Self.maxMeasured {
                Self.sweep(&state.buckets) { $0.isIdle(at: now, windows.mutations) }
            }
            var bucket =
                state.buckets[limit.scope] ?? TokenBucket(rate: limit.value, at: now, windows.mutations)
            bucket.refill(rate: limit.value, at: now, windows.mutations)
            let debt = bucket.delay(rate: limit.value)
            let isAllowed = !isStrict || debt == 0
            if isAllowed { bucket.take(Double(partitions)) }
            state.buckets[limit.scope] = bucket
            // Who is strict pauses when refused; who is not, as soon as in debt.
            return (isAllowed, Self.milliseconds(isStrict ? debt : bucket.delay(rate: limit.value)))
        }
    }

    /// Counts a connection from `address`.
    ///
    /// - Returns: After how many milliseconds, a window at most, it is to be closed because its address is above its
    ///   limit; such a one is not served, and does not count. 0 if it may be served.
    func recordConnection(from address: String) -> Int32 {
        guard limits(.connectionCreationRate) else { return 0 }
        return state.withLock { state in
            guard let limit = state.table.limit(.connectionCreationRate, address: address) else { return 0 }
            let delay = measure(.connectionCreationRate, 1, limit, &state)
            if delay > 0 {
                state.rates[Measured(key: .connectionCreationRate, scope: limit.scope)]?
                    .record(-1, at: now(), windows.clients)
            }
            // Longer, those that wait to be closed would use up the connections of all.
            return Self.milliseconds(min(delay, Double(windows.clients.milliseconds)))
        }
    }

    /// The number of those who are measured.
    var measuredCount: Int { state.withLock { $0.rates.count + $0.buckets.count } }

    private func measure(
        _ key: QuotaKey, _ amount: Double, _ limit: QuotaTable.Limit, _ state: inout State
    ) -> Double {
        let (now, measured) = (now(), Measured(key: key, scope: limit.scope))
        if state.rates[measured] == nil, state.rates.count >= Self.maxMeasured {
            Self.sweep(&state.rates) { $0.isIdle(at: now, windows.clients) }
        }
        state.rates[measured, default: SlidingRate()].record(amount, at: now, windows.clients)
        return state.rates[measured]!.delay(over: limit.value, at: now, windows.clients)
    }

    private static func sweep<Key, Value>(_ measured: inout [Key: Value], isIdle: (Value) -> Bool) {
        measured = measured.filter { !isIdle($0.value) }
        let excess = measured.count - (maxMeasured - sweepCount)
        guard excess > 0 else { return }
        for key in Array(measured.keys.prefix(excess)) { measured[key] = nil }
    }

    /// Whole milliseconds, in what the protocol has room for.
    private static func milliseconds(_ delay: Double) -> Int32 {
        Int32(min(delay.rounded(), Double(Int32.max)))
    }
}
