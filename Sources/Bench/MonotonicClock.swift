/// A monotonic clock in nanoseconds: what latencies are differences of.
enum MonotonicClock {
    private static let start = ContinuousClock.now

    /// Nanoseconds since the process first asked.
    static var nanoseconds: Int64 {
        let elapsed = (ContinuousClock.now - start).components
        return elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000
    }

    /// The seconds that `body` takes.
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let began = nanoseconds
        try body()
        return Double(max(1, nanoseconds - began)) / 1e9
    }
}
