import Synchronization

/// A number that several tasks count.
public final class Tally: Sendable {
    private let value = Mutex(0)

    /// Creates a tally of nothing.
    public init() {}

    /// What was counted.
    public var count: Int { value.withLock { $0 } }

    /// Counts.
    public func add(_ number: Int = 1) { value.withLock { $0 += number } }

    /// Whether nothing was counted for a while, after something was: at so many looks in a row.
    public func standsStill(at looks: inout (last: Int, count: Int)) -> Bool {
        let now = count
        looks = now == looks.last && now > 0 ? (now, looks.count + 1) : (now, 0)
        return looks.count >= 30
    }
}
