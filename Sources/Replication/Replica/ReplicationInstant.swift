/// A moment on a clock that never goes back, counted from a start the host chose.
///
/// The machines read no clock: every event brings its moment, so that a simulator can run hours in a moment.
public struct ReplicationInstant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The nanoseconds since the host's start; a number, because it is compared for every fetch.
    public var nanoseconds: Int64

    /// Creates a moment from the nanoseconds since the host's start.
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The host's start.
    public static let start = ReplicationInstant(nanoseconds: 0)

    /// The moment `duration` later.
    public func advanced(by duration: Duration) -> ReplicationInstant {
        let (seconds, attoseconds) = duration.components
        return ReplicationInstant(nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: ReplicationInstant, right: ReplicationInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(nanoseconds / 1_000_000) ms" }
}
