import Synchronization

/// Lets through so much in a second, and a second's worth at once.
///
/// What is more than a second's worth goes through when a second's worth is there, and what follows waits the longer: so
/// nothing is too large to ever get through. Safe to use from any thread.
final class RateLimiter: Sendable {
    private struct State {
        var balance: Double
        var at: ContinuousClock.Instant
    }

    private let perSecond: Double
    private let state: Mutex<State>

    /// Creates one that has let nothing through.
    init(perSecond: Int, now: ContinuousClock.Instant = .now) {
        self.perSecond = Double(perSecond)
        state = Mutex(State(balance: Double(perSecond), at: now))
    }

    /// Whether so much may go through now.
    func admits(_ amount: Int, now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            if state.at < now {
                let (seconds, attoseconds) = state.at.duration(to: now).components
                let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
                state.balance = min(perSecond, state.balance + elapsed * perSecond)
                state.at = now
            }
            guard state.balance >= min(Double(amount), perSecond) else { return false }
            state.balance -= Double(amount)
            return true
        }
    }
}

/// Holds what is produced to its limits; a proxy serves one cluster, so those for a cluster and those in all stand
/// side by side.
final class ProduceLimiter: Sendable {
    private let requests: [RateLimiter]
    private let bytes: [RateLimiter]

    /// Creates one that has let nothing through.
    init(_ limits: ProduceLimits, now: ContinuousClock.Instant = .now) {
        requests = [limits.requestsInAll, limits.requests].map { RateLimiter(perSecond: $0, now: now) }
        bytes = [limits.bytesInAll, limits.bytes].map { RateLimiter(perSecond: $0, now: now) }
    }

    /// Lets one record of a size through.
    ///
    /// - Throws: ``RESTError/rateLimited``.
    func admit(size: Int, now: ContinuousClock.Instant = .now) throws {
        guard requests.allSatisfy({ $0.admits(1, now: now) }), bytes.allSatisfy({ $0.admits(size, now: now) }) else {
            throw RESTError.rateLimited
        }
    }
}
