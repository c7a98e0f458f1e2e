/// Spreads bytes over time: says how long to rest so that no more than a rate's worth is moved.
///
/// What is owed is carried over, so that many small pieces and few large ones come to the same rate. A value; the
/// caller brings the time.
struct Pacer {
    /// The longest rest at once: who waits for the cleaner to stop waits no longer.
    static let longestRest = Duration.milliseconds(250)

    let bytesPerSecond: Double?
    /// The time up to which the bytes so far are paid for.
    private var paidUntil: ContinuousClock.Instant?

    init(bytesPerSecond: Double?) { self.bytesPerSecond = bytesPerSecond }

    /// Takes `bytes` into account; returns how long to rest before the next ones.
    mutating func rest(after bytes: Int, at now: ContinuousClock.Instant) -> Duration {
        guard let bytesPerSecond, bytesPerSecond > 0 else { return .zero }
        // Time in which nothing was moved is no credit.
        let start = max(paidUntil ?? now, now)
        let end = start + .seconds(Double(bytes) / bytesPerSecond)
        paidUntil = end
        return min(end - now, Self.longestRest)
    }
}
