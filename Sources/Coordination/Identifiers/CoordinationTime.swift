public import RecordFormat

/// A moment on a clock that never goes back, counted from a start the host chose.
///
/// Every timer of the coordinator is set and fired by such moments, which the host passes in: the machine reads no
/// clock, so that a simulator can run a day of a group's life in a millisecond.
public struct CoordinationInstant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The time since the host's start.
    public var sinceStart: Duration

    /// Creates a moment from the time since the host's start.
    public init(sinceStart: Duration) { self.sinceStart = sinceStart }

    /// The host's start.
    public static let start = CoordinationInstant(sinceStart: .zero)

    /// The moment `duration` later.
    public func advanced(by duration: Duration) -> CoordinationInstant {
        CoordinationInstant(sinceStart: sinceStart + duration)
    }

    /// Whether `left` comes before `right`.
    public static func < (left: CoordinationInstant, right: CoordinationInstant) -> Bool {
        left.sinceStart < right.sinceStart
    }

    /// The value as text, for logs and messages.
    public var description: String { String(describing: sinceStart) }
}

/// The moment of an event, on the clock that timers follow and on the one that records show.
public struct CoordinationTime: Hashable, Sendable {
    /// The moment on the clock that never goes back.
    public var instant: CoordinationInstant
    /// The moment on the wall clock, which may be set back at any time.
    public var timestamp: Timestamp

    /// Creates the moment of an event.
    public init(instant: CoordinationInstant, timestamp: Timestamp) {
        self.instant = instant
        self.timestamp = timestamp
    }
}

extension Duration {
    /// A duration of as many milliseconds as the protocol gave, or none where it gave a negative number.
    package init(wireMilliseconds milliseconds: Int32) { self = .milliseconds(max(0, milliseconds)) }

    /// The whole milliseconds of the duration, no more than fit the protocol's field.
    package var wireMilliseconds: Int32 { Int32(clamping: clampedMilliseconds) }
}
