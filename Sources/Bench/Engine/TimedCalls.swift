/// What calls of one kind took that were made one after the other.
struct TimedCalls {
    /// Seconds of all.
    private(set) var seconds: Double
    /// Of each call, if each was timed.
    private(set) var latencies = LatencyRecorder()

    /// Makes `count` calls, which are given their numbers.
    ///
    /// - Parameter isEachTimed: Whether each is timed by itself, which costs the reading of a clock: for calls that
    ///   take microseconds.
    init(_ count: Int, isEachTimed: Bool, _ call: (Int) throws -> Void) rethrows {
        let start = MonotonicClock.nanoseconds
        var last = start
        for number in 0..<count {
            try call(number)
            guard isEachTimed else { continue }
            let now = MonotonicClock.nanoseconds
            latencies.record(nanoseconds: now - last)
            last = now
        }
        seconds = Double(max(1, MonotonicClock.nanoseconds - start)) / 1e9
    }
}
