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
}
