import Synchronization

/// Remembers for how long brokers said that they would not read on (KIP-124, KIP-219).
///
/// Safe to use from any thread.
final class BrokerThrottle: Sendable {
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    /// Takes the time in a broker's answer.
    func note(milliseconds: Int32, at now: ContinuousClock.Instant) {
        guard milliseconds > 0 else { return }
        let until = now.advanced(by: .milliseconds(Int64(milliseconds)))
        end.withLock { $0 = max($0 ?? until, until) }
    }

    /// What is left of it.
    func remaining(at now: ContinuousClock.Instant) -> Duration? {
        end.withLock { end in
            guard let until = end else { return nil }
            let rest = now.duration(to: until)
            if rest <= .zero { end = nil }
            return rest > .zero ? rest : nil
        }
    }
}
