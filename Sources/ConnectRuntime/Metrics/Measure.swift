/// Something that is counted or measured: its sum since the beginning, and rate, average, minimum and maximum of late.
///
/// A value without a clock, kept as Kafka keeps its sampled statistics: the last few samples of some seconds each.
/// Adding costs a few additions and, once per sample, the memory of one.
struct Measure: Sendable {
    private struct Sample: Sendable {
        let start: ContinuousClock.Instant
        var count: Int64 = 0
        var sum = 0.0
        var minimum = Double.infinity
        var maximum = -Double.infinity
    }

    private let window: Duration
    private let limit: Int
    private var samples: [Sample] = []
    /// The sum since the beginning.
    private(set) var total: Int64 = 0

    /// Creates one that has seen nothing.
    ///
    /// - Parameters:
    ///   - window: How long a sample is taken.
    ///   - limit: How many samples count, at least 1.
    init(window: Duration, limit: Int) {
        precondition(limit > 0 && window > .zero, "something has to count")
        self.window = window
        self.limit = limit
    }

    /// Adds a value.
    mutating func add(_ value: Double, at now: ContinuousClock.Instant) {
        total += Int64(value)
        if samples.last.map({ $0.start.duration(to: now) >= window }) ?? true {
            samples = samples.filter { isCurrent($0, now) }
            if samples.count == limit { samples.removeFirst() }
            samples.append(Sample(start: now))
        }
        let last = samples.count - 1
        samples[last].count += 1
        samples[last].sum += value
        samples[last].minimum = min(samples[last].minimum, value)
        samples[last].maximum = max(samples[last].maximum, value)
    }

    /// Adds a number of things.
    mutating func add(_ count: Int, at now: ContinuousClock.Instant) { add(Double(count), at: now) }

    /// The sum of late per second.
    func rate(at now: ContinuousClock.Instant) -> Double {
        let current = samples.filter { isCurrent($0, now) }
        guard let oldest = current.first else { return 0 }
        // A first sample that has just begun would promise too much.
        let elapsed = max(oldest.start.duration(to: now), window * max(1, limit - 1))
        return current.reduce(0) { $0 + $1.sum } / elapsed.seconds
    }

    /// The average of late; 0 when there was nothing.
    func average(at now: ContinuousClock.Instant) -> Double {
        let current = samples.filter { isCurrent($0, now) }
        let count = current.reduce(0) { $0 + $1.count }
        return count == 0 ? 0 : current.reduce(0) { $0 + $1.sum } / Double(count)
    }

    /// The smallest value of late; 0 when there was nothing.
    func minimum(at now: ContinuousClock.Instant) -> Double {
        samples.filter { isCurrent($0, now) }.map(\.minimum).min() ?? 0
    }

    /// The largest value of late; 0 when there was nothing.
    func maximum(at now: ContinuousClock.Instant) -> Double {
        samples.filter { isCurrent($0, now) }.map(\.maximum).max() ?? 0
    }

    private func isCurrent(_ sample: Sample, _ now: ContinuousClock.Instant) -> Bool {
        sample.start.duration(to: now) < window * limit
    }
}
